"""A class, a lecture hall, a herd of page loads against the real server on this machine: `make load`.

One process plays all students, so they share the machine's cores with the server's two workers. A gap is the
time between two frames of a stream where they arrive; the slowest stream is compared with the mean of all.
"""

import argparse
import asyncio
import gc
import random
import statistics
import time
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

from client import Stream, Tags, open_page, tags_of
from serving import Server, eventually, serving
from timing import table
from usage import Use, use, workers

ARRIVAL_SECONDS = 2.0
WARM_UP_SECONDS = 5.0
WORKERS = 2
NETWORKS = [[4, 2], [8, 8], [8], [6, 4, 2], [16, 8], []]
DATASETS = ["circle", "spiral", "xor", "plane"]


def config(units: list[int], dataset: str = "circle", learning_rate: float = 0.03) -> dict[str, Any]:
    """A config with these hidden layers."""
    return {
        "data": {"name": dataset},
        "model": {"layers": [{"type": "dense", "units": n, "activation": "tanh"} for n in units]},
        "training": {"optimizer": {"name": "sgd", "learning_rate": learning_rate}},
    }


def same_for_all(asked: dict[str, Any]) -> Callable[..., Coroutine[Any, Any, None]]:
    """A student who keeps one run going."""

    async def student(port: int, streams: list[Stream], draw: random.Random, over: float) -> None:
        stream = Stream({"frames_per_second": 10, **asked})
        streams.append(stream)
        asyncio.get_running_loop().call_at(over, stream.leave)
        await stream.follow(port)

    return student


async def wanderer(port: int, streams: list[Stream], draw: random.Random, over: float) -> None:
    """A student who opens the page, tries networks and learning rates, pauses, leaves, and comes again."""
    loop = asyncio.get_running_loop()
    while loop.time() < over:
        await open_page(port)
        for _ in range(draw.randint(1, 3)):
            network, checkpoint = (draw.choice(NETWORKS), draw.choice(DATASETS)), b"null"
            for _ in range(draw.randint(1, 3)):
                asked = {
                    "config": config(*network, learning_rate=draw.choice([0.01, 0.03, 0.1])),
                    "epochs_per_second": draw.choice([10, 50, 50, 200, None]),
                    "frames_per_second": 10,
                }
                stream = Stream(asked, checkpoint)
                streams.append(stream)
                loop.call_later(min(draw.uniform(1, 6), max(0, over - loop.time())), stream.leave)
                await stream.follow(port)
                checkpoint = stream.checkpoint
            await asyncio.sleep(draw.uniform(0, 1))


async def visitor(port: int, streams: list[Stream], draw: random.Random, over: float) -> None:
    """Somebody who opens the page again and again; prints how long that takes."""
    loop = asyncio.get_running_loop()
    times = []
    while loop.time() < over - 1:
        times.append((await open_page(port))[0])
    print(f"{len(times)} page loads meanwhile, ms: median {1000 * statistics.median(times):.0f}, ", end="")
    print(f"longest {1000 * max(times):.0f}.\n")


async def play(
    server: Server,
    student: Callable[..., Any],
    students: int,
    seconds: float,
    others: list[Callable[..., Any]],
) -> list[str]:
    """Students who arrive one after the other and are then watched for so long; a row of the table.

    The others are there from the beginning, and not in the row.
    """
    streams: list[Stream] = []
    over = asyncio.get_running_loop().time() + WARM_UP_SECONDS + seconds + 0.5  # after the last look
    empty = use(server)
    beside = [
        asyncio.create_task(one(server.port, [], random.Random(i), over)) for i, one in enumerate(others)
    ]

    async def arrive(i: int) -> None:
        await asyncio.sleep(ARRIVAL_SECONDS * i / students)
        await student(server.port, streams, random.Random(i), over)

    tasks = [asyncio.create_task(arrive(i)) for i in range(students)]
    await asyncio.sleep(WARM_UP_SECONDS)
    before = use(server)
    await asyncio.sleep(seconds)
    after = use(server)
    await asyncio.gather(*tasks, *beside)
    return row(students, streams, empty, before, after)


def row(students: int, streams: list[Stream], empty: Use, before: Use, after: Use) -> list[str]:
    """Frames, steps, errors and costs between two moments; of a shorter stream, as long as it was open."""
    rates, speeds, gaps = [], [], []
    for stream in streams:
        began, ended = max(stream.began, before.at), min(stream.ended, after.at)
        if ended - began < 1:
            continue
        found = [(at, step) for at, step in stream.frames if began <= at < ended]
        at = [began, *(at for at, _ in found), ended]
        rates.append(len(found) / (ended - began))
        speeds.append((found[-1][1] - found[0][1]) / (ended - began) if found else 0.0)
        gaps += [1000 * (b - a) for a, b in pairwise(at[1:-1] if len(found) > 1 else at)]
    gaps.sort()
    seconds = after.at - before.at
    return [
        str(students),
        f"{statistics.mean(rates):.1f}",
        f"{100 * min(rates) / statistics.mean(rates):.0f} %",
        ", ".join(f"{gaps[int(share * (len(gaps) - 1))]:.0f}" for share in (0.5, 0.99, 1)),
        f"{sum(speeds):,.0f}",
        f"{100 * min(speeds) / max(statistics.mean(speeds), 1e-9):.0f} %",
        " + ".join(map(str, after.lines)),
        " + ".join(f"{(b - a) / seconds:.2f}" for a, b in zip(before.cpu, after.cpu, strict=True)),
        f"{(after.own - before.own) / seconds:.2f}",
        f"{(after.memory - empty.memory) / students:.2f}",
        str(sum(len(stream.errors) for stream in streams)),
    ]


PLAYED = [
    *("students", "frames/s each", "slowest to mean", "gap p50, p99, max, ms", "steps/s in all"),
    *("fewest steps to mean", "streams of each worker", "cores of each worker", "cores of the students"),
    *("MB a student", "errors"),
]


async def stampede(server: Server, students: int, tags: Tags | None) -> list[str]:
    """Everybody opens the page within two seconds; a row of the table."""
    before = use(server)

    async def visit(i: int) -> tuple[float, int] | str:
        await asyncio.sleep(ARRIVAL_SECONDS * i / students)
        try:
            return await open_page(server.port, tags)
        except (OSError, EOFError, AssertionError) as error:
            return repr(error)

    found = await asyncio.gather(*map(visit, range(students)))
    after = use(server)
    served = [one for one in found if not isinstance(one, str)]
    times = sorted(1000 * seconds for seconds, _ in served[1:])
    return [
        "the first visit" if tags is None else "again, files kept",
        f"{len(served)} of {students}",
        f"{1000 * served[0][0]:.0f}",
        f"{statistics.median(times):,.0f}, {times[int(0.99 * (len(times) - 1))]:,.0f}",
        f"{after.at - before.at:.1f}",
        f"{served[0][1] / 1000:,.0f}",
        " + ".join(f"{b - a:.1f}" for a, b in zip(before.cpu, after.cpu, strict=True)),
        f"{after.own - before.own:.1f}",
    ]


VISITED = [
    *("page loads within 2 s", "served", "first, ms", "median, p99 of the others, ms", "all within, s"),
    *("kB on the wire", "CPU of each worker, s", "CPU of the students, s"),
]


def herd(server: Server, students: int) -> str:
    """A table: for the first time, and by browsers that keep the files."""
    tags = asyncio.run(tags_of(server.port))
    return table(VISITED, [asyncio.run(stampede(server, students, kept)) for kept in (None, tags)])


Student = Callable[..., Coroutine[Any, Any, None]]
DEAREST = config([128] * 8)
DEAREST["data"]["n_samples"] = 1300
DEAREST["training"]["batch_size"] = 640

SCENARIOS: dict[str, tuple[str, int, Student | None]] = {
    "class": (
        "The page's first network, 2-4-2-1, at 60 epochs/s and 10 frames/s.",
        40,
        same_for_all({"config": config([4, 2]), "epochs_per_second": 60}),
    ),
    "hall": (
        "2-8-8-1 at 25 steps a frame and 10 frames/s.",
        200,
        same_for_all({"config": config([8, 8]), "epochs_per_second": 10}),
    ),
    "flat-out": ("2-8-8-1 as fast as it goes, 10 frames/s.", 30, same_for_all({"config": config([8, 8])})),
    "crowd": (
        "2-8-8-1 as fast as it goes, while somebody opens the page again and again.",
        100,
        same_for_all({"config": config([8, 8])}),
    ),
    "beside flat-out": (
        "Paced students, as in the class; 20 others train 2-8-8-1 as fast as it goes.",
        20,
        same_for_all({"config": config([4, 2]), "epochs_per_second": 60}),
    ),
    "beside dearest": (
        "Paced students, as in the class; 20 others train the dearest run that is allowed.",
        10,
        same_for_all({"config": config([4, 2]), "epochs_per_second": 60}),
    ),
    "lesson": ("Pages opened, six networks, settings changed, pauses; 10 frames/s.", 40, wanderer),
    "herd": ("Everybody opens the page at once.", 200, None),
}
OTHERS: dict[str, list[Student]] = {
    "crowd": [visitor],
    "beside flat-out": [same_for_all({"config": config([8, 8])})] * 20,
    "beside dearest": [same_for_all({"config": DEAREST})] * 20,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="*", help=f"some of {', '.join(SCENARIOS)}; all, if none is named")
    parser.add_argument("--students", type=int, help="how many, instead of the scenario's own number")
    parser.add_argument("--seconds", type=float, default=15, help="how long to watch them")
    asked = parser.parse_args()
    gc.disable()  # a pause of the students' process would be measured as the server's
    for name in asked.scenario or SCENARIOS:
        title, usual, student = SCENARIOS[name]
        began = time.perf_counter()
        with serving(settings={"WEB_CONCURRENCY": str(WORKERS), "DESCENT_STREAMS": "600"}) as server:
            started = time.perf_counter() - began
            eventually(lambda: len(workers(server)) == WORKERS)
            for _ in range(2 * WORKERS):
                asyncio.run(open_page(server.port))
            print(f"{name}: {title} The server started in {started:.2f} s.\n", flush=True)
            if student is None:
                print(herd(server, asked.students or usual))
            else:
                students, others = asked.students or usual, OTHERS.get(name, [])
                found = asyncio.run(play(server, student, students, asked.seconds, others))
                print(table(PLAYED, [found]))
            print(flush=True)
