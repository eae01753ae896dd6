"""A class at work while everything that can break does: ``make soak MINUTES=10``.

A hundred students train run after run through a network that is cut and falls silent, on two servers: the
workers of one are killed and replaced all the time, the other is left alone, and its memory watched. Every
run must end with the bytes of an undisturbed one, computed by the engine directly.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from proxy import Proxy, proxying
from serving import Server, serving
from student import Student

from dl_core import Config, Trainer

CONFIGS: list[dict[str, Any]] = [
    {},
    {"data": {"name": "spiral", "noise": 0.1}, "training": {"optimizer": {"name": "adam"}, "batch_size": 7}},
    {"data": {"name": "blobs"}, "model": {"layers": [{"type": "dense", "units": 8}]}},
    {
        "data": {"name": "moons", "noise": 0.2},
        "model": {"layers": [{"type": "dense", "units": 6}, {"type": "dropout", "dropout_rate": 0.3}]},
        "training": {"optimizer": {"name": "rmsprop", "learning_rate": 0.003}, "l2": 0.001},
    },
    {"data": {"name": "ripple", "features": ["x1", "x2", "sin(x1)"]}, "training": {"batch_size": 33}},
]
EPOCHS_PER_SECOND = 2
EVERY = 10  # of so many students one reads slowly
SILENCE_SECONDS = 10
FLAT = 1.1  # times the memory after warming up, which each of a hundred threads does by itself, and slowly
SLACK_MB = 5


def undisturbed(config: dict[str, Any], step: int) -> dict[str, Any]:
    """The checkpoint of a run in one piece."""
    trainer = Trainer(Config.parse(config))
    trainer.train(steps=step)
    return trainer.checkpoint().to_json()


def said(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def children(server: Server) -> list[int]:
    """The server's workers."""
    return [int(pid) for pid in said("pgrep", "-P", str(server.process.pid)).split()]


def megabytes(pid: int) -> float:
    """Memory of a process that is in use (RSS)."""
    return int(said("ps", "-o", "rss=", "-p", str(pid)) or 0) / 1024


class Soak:
    """One soak of so many students for so many seconds, then until each has finished its run."""

    def __init__(self, students: int, seconds: float, run_seconds: float, seed: int) -> None:
        self.n_students, self.seconds, self.run_seconds = students, seconds, run_seconds
        self.random = random.Random(seed)
        self.faults: Counter[str] = Counter()
        self.fared: Counter[str] = Counter()
        self.runs = self.wrong = 0
        self.memory: list[tuple[float, float, float]] = []  # seconds, the quiet server's worker, both masters
        self.over = False

    async def study(self, port: int, number: int) -> None:
        """One student: run after run, each compared with the undisturbed one."""
        config = CONFIGS[number % len(CONFIGS)]
        slow = number % EVERY == 0
        steps_per_epoch = Trainer(Config.parse(config)).steps_per_epoch
        await asyncio.sleep(self.random.uniform(0, min(5, self.seconds / 4)))
        while not self.over:
            student = Student(port, config, pace=EPOCHS_PER_SECOND, slow=slow)
            span = self.run_seconds * self.random.uniform(0.5, 1)
            last_step = max(1, int(span * EPOCHS_PER_SECOND * steps_per_epoch))
            hurry = asyncio.ensure_future(self.hurry(student))
            found = await student.train(last_step)
            hurry.cancel()
            right = await asyncio.to_thread(undisturbed, config, last_step)
            self.runs += 1
            self.wrong += found != right
            self.fared += student.fared

    async def hurry(self, student: Student) -> None:
        """Once the time is over, the run's next connection trains flat out, and a slow reader reads."""
        while not self.over:
            await asyncio.sleep(0.2)
        student.pace, student.slow = None, False

    async def trouble(self, hurt: Server, proxy: Proxy) -> None:
        """Faults at random, until the time is over."""

        def kill() -> None:
            with suppress(ProcessLookupError, IndexError):
                os.kill(self.random.choice(children(hurt)), signal.SIGKILL)

        acts: dict[str, Callable[[], object]] = {
            "worker killed": kill,
            "server reloaded": lambda: hurt.process.send_signal(signal.SIGHUP),
            "connections reset": lambda: proxy.cut(refusing=False),
            "network silent": proxy.fall_silent,
        }
        while not self.over:
            await asyncio.sleep(self.random.uniform(0.5, 1) * min(5, self.seconds / 8))
            # Every kind comes at least once, then at random.
            new = [name for name in acts if not self.faults[name]]
            name = new[0] if new else self.random.choice(list(acts))
            self.faults[name] += 1
            acts[name]()
            if name == "network silent":
                await asyncio.sleep(min(SILENCE_SECONDS, self.seconds / 6))
                proxy.heal()

    async def watch(self, quiet: Server, hurt: Server) -> None:
        """Note the memory, a few times a minute."""
        began = time.monotonic()
        while not self.over:
            worker = sum(map(megabytes, children(quiet)))
            masters = megabytes(quiet.process.pid) + megabytes(hurt.process.pid)
            self.memory.append((time.monotonic() - began, worker, masters))
            await asyncio.sleep(min(2, self.seconds / 20))

    async def _all(self, quiet: Server, hurt: Server, proxy: Proxy) -> None:
        students = [asyncio.ensure_future(self.study(proxy.port, n)) for n in range(self.n_students)]
        others = [
            asyncio.ensure_future(self.trouble(hurt, proxy)),
            asyncio.ensure_future(self.watch(quiet, hurt)),
        ]
        await asyncio.wait(students, timeout=self.seconds, return_when=asyncio.FIRST_EXCEPTION)
        self.over = True
        await asyncio.gather(*others)
        await asyncio.gather(*students)

    def run(self) -> None:
        """The whole soak."""
        settings = {"DESCENT_LEASE_SECONDS": "20", "DESCENT_STREAMS": str(self.n_students)}
        with serving(settings=settings) as quiet, serving(settings=settings) as hurt:
            with proxying(quiet.port, hurt.port) as proxy:
                asyncio.run(self._all(quiet, hurt, proxy))
            self.traces = quiet.log.count("Traceback") + hurt.log.count("Traceback")
            with urllib.request.urlopen(f"{quiet.url}/metrics") as answer:
                self.metrics = answer.read().decode()

    def grown(self) -> list[tuple[str, float, float]]:
        """Memory after warming up and at the end, in MB, of the quiet worker and of the masters."""
        end = self.memory[-1][0]
        result = []
        for column, name in ((1, "worker left alone"), (2, "masters")):
            warm = [sample[column] for sample in self.memory if 0.4 * end <= sample[0] <= 0.55 * end]
            last = [sample[column] for sample in self.memory if sample[0] >= 0.85 * end]
            result.append((name, statistics.median(warm), statistics.median(last)))
        return result

    def report(self) -> bool:
        """Print what happened; whether all is well."""
        print(f"{self.n_students} students, {self.seconds:.0f} s: {self.runs} runs to their end")
        print("faults:", ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items())))
        print("connections:", ", ".join(f"{name} {count}" for name, count in sorted(self.fared.items())))
        print(f"runs with other bytes than undisturbed: {self.wrong}; traces in the logs: {self.traces}")
        flat = True
        for name, warm, last in self.grown():
            flat &= last <= FLAT * warm + SLACK_MB
            print(f"memory, {name}: {warm:.1f} MB after warming up, {last:.1f} MB at the end")
        return not self.wrong and not self.traces and self.runs >= self.n_students and flat


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    soak = Soak(asked.students, 60 * asked.minutes, run_seconds=40, seed=asked.seed)
    soak.run()
    sys.exit(0 if soak.report() else "It did not hold.")
