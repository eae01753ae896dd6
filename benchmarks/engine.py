"""How fast the engine trains and draws, beside other libraries doing the same; `make bench` prints it.

python benchmarks/engine.py                     all tables, about five minutes
python benchmarks/engine.py steps frame --quick two of them, in fewer rounds
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is first imported
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import argparse
import warnings

import drawing
import growth
import steps
import timing

TABLES = {
    "steps": steps.beside_peers,
    "compiled": steps.beside_compiled,
    "networks": steps.side_by_side,
    "activation": steps.by_activation,
    "map": drawing.decision_map,
    "frame": drawing.one_frame,
    "growth": growth.growth,
    "options": growth.options,
}

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("tables", nargs="*", metavar="table", help=", ".join(TABLES))
    arguments.add_argument("--quick", action="store_true", help="fewer rounds")
    chosen = arguments.parse_args()
    if unknown := set(chosen.tables) - set(TABLES):
        arguments.error(f"no such table: {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    if chosen.quick:
        timing.ROUNDS = 5
    if hasattr(os, "sched_setaffinity"):  # one core for all, whatever threads a library starts
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    warnings.simplefilter("ignore")
    print(
        f"Medians (and quartiles) of {timing.ROUNDS} rounds in which the candidates take turns; one thread.\n"
    )
    for name in chosen.tables or TABLES:
        print(TABLES[name](), end="\n\n", flush=True)
