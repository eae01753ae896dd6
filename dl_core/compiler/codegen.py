"""Straight-line Python under construction, over arrays made beforehand: products, and recorded rules.

Scratch arrays are used again as soon as nothing reads them any more.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dl_core.arrays import Array
from dl_core.compiler.constant_folding import Folding
from dl_core.compiler.graph import CONVERT, Note, Symbol, Tape, floating


class Lines:
    """Straight-line Python under construction: its lines, and the values that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._constants: dict[tuple[bytes, str], str] = {}
        self._free: dict[str, list[str]] = {}
        self._feeds: dict[str, Array] = {}
        self._hoisted: dict[str, str] = {}

    def name(self, value: Any, prefix: str = "a") -> str:
        """A name for a value; the same object gets the same name."""
        if id(value) not in self._names:
            self._names[id(value)] = f"{prefix}{len(self.values)}"
            self.values[self._names[id(value)]] = value
        return self._names[id(value)]

    def feed(self, array: Array, expression: str) -> None:
        """Let `array` stand for what `expression` gives in each run of the lines; see `loop`."""
        self._names[id(array)] = expression
        self._feeds[expression] = array

    def call(self, function: Callable[..., Any], *operands: Array) -> None:
        """Append ``function(*operands)``."""
        words = ", ".join(self.name(x) for x in operands)
        self.lines.append(f"{self.name(function, function.__name__)}({words})")

    def dot(self, a: Array, b: Array, out: Array) -> None:
        """Append ``a.dot(b, out)``, the cheapest product of two matrices; bound once, if `a` is no feed."""
        if self.name(a) in self._feeds:
            self.lines.append(f"{self.name(a)}.dot({self.name(b)}, {self.name(out)})")
        else:
            self.call(a.dot, b, out)

    def record(
        self,
        rule: Callable[..., Any],
        *arguments: Array,
        into: Array | None = None,
        transposed: bool = True,
        kept: Callable[[], Mapping[str, Any]] = dict,
    ) -> dict[str, Array]:
        """Append ``into[...] = rule(*arguments)``; without `into` the rule changes its arguments in place.

        Of the results that the rule leaves behind, `kept` gives names and symbols; returns their arrays,
        which nothing else overwrites.
        """
        tape = Tape(transposed)
        result = rule(*(Symbol(tape, a.shape, a.dtype, self.name(a)) for a in arguments))
        symbols = {name: symbol for name, symbol in kept().items() if isinstance(symbol, Symbol)}
        wanted = [*symbols.values(), *([] if into is None else [result])]
        rows = [name for name in self._feeds if name.isidentifier()]
        tape.notes = Folding(tape.notes, wanted, rows, self._hoist).notes
        if into is not None and result.name != self.name(into):
            if not result.name and tape.notes[-1].out is result:
                result.name = self.name(into)  # the last call writes there itself
            else:
                target = Symbol(tape, into.shape, into.dtype, self.name(into))
                tape.notes.append(Note(None, (result,), target, CONVERT))
        for symbol in symbols.values():
            symbol.name = symbol.name or self.name(np.zeros(symbol.lies, symbol.dtype), "k")
        self._write(tape.notes, self.name(into) if into is not None and into.flags.c_contiguous else "")
        tape.notes = []  # symbols and their tape hold each other: no cycle is to keep a rule's arrays
        arrays = self.values | self._feeds
        return {name: arrays[symbol.name] for name, symbol in symbols.items()}

    def _hoist(self, feed: str, times: float, shift: float) -> str:
        """The row of ``times * feed + shift``, which is worked out for the whole feed before the loop."""
        array = self._feeds[feed]
        whole = self._hoisted.get(feed, feed.replace("row", "feed"))
        for function, neutral, number in ((np.multiply, 1, times), (np.add, 0, shift)):
            if number != neutral:
                whole = (
                    f"{self.name(function, function.__name__)}({whole}, {self._number(number, array.dtype)})"
                )
        found = next((row for row, known in self._hoisted.items() if known == whole), "")
        if not found:
            found = f"early{len(self._hoisted)}"
            self._hoisted[found] = whole
            self.feed(np.zeros_like(array), found)
        return found

    def _write(self, notes: list[Note], target: str) -> None:
        """A line for each note. A scratch array read for the last time takes the result, or is free again.

        So is `target`, which takes the last result, once nothing reads any more what it holds before.
        """
        last = {id(x): k for k, note in enumerate(notes) for x in note.operands}
        reads = [k for k, note in enumerate(notes) for x in note.operands if getattr(x, "name", "") == target]
        scratch: set[str] = set()
        for k, (function, operands, out, form) in enumerate(notes):
            words = [self._word(x, operands) for x in operands]
            ending = {x.name: x for x in operands if isinstance(x, Symbol) and last[id(x)] == k}
            ending = {name: x for name, x in ending.items() if name in scratch}
            if target and k == max(reads, default=0):
                self._give(target)
            if not out.name:
                fitting = (name for name, x in ending.items() if (x.lies, x.dtype) == (out.lies, out.dtype))
                out.name = next(fitting, "") or self._take(out)
                scratch.add(out.name)
            for name in ending:
                if name != out.name:
                    self._give(name)
                    scratch.remove(name)
            if function is np.matmul and len(out.lies) == 2 and words[0] in self.values:
                function, words = self.values[words[0]].dot, words[1:]  # the cheapest product of two matrices
            line = form.format(
                function=self.name(function, getattr(function, "__name__", "function")),
                operands=", ".join(words),
                first=", ".join(words[:-1]),
                last=words[-1],
                out=out.name,
            )
            self.lines.append(line)
        for name in sorted(scratch):
            self._give(name)
        if target and notes:
            self._free[kind(self.values[target])].remove(target)

    def _word(self, x: Any, operands: tuple[Any, ...]) -> str:
        """Name of an operand. A number becomes an array without axes: a bare one costs a conversion."""
        if isinstance(x, Symbol):
            return x.name
        array = np.asarray(x)
        return self._number(array, array.dtype if array.dtype == np.bool_ else floating(operands))

    def _number(self, number: Any, dtype: DTypeLike) -> str:
        """Name of an array of numbers; the same ones get the same name."""
        array = np.asarray(number).astype(dtype)
        key = (array.tobytes(), kind(array))
        if key not in self._constants:
            self._constants[key] = self.name(array, "c")
        return self._constants[key]

    def _take(self, symbol: Symbol) -> str:
        """A scratch array: a free one, else a new one."""
        # Zeros, not garbage: products over denormal numbers can be sixty times slower.
        fresh = np.zeros(symbol.lies, symbol.dtype)
        free = self._free.get(kind(fresh))
        return free.pop() if free else self.name(fresh, "t")

    def _give(self, name: str) -> None:
        """Let another call have a scratch array."""
        self._free.setdefault(kind(self.values[name]), []).append(name)

    def loop(self, feeds: int) -> tuple[Callable[..., None], str]:
        """A function that runs the lines for each row of its arguments, and its source.

        Row i is called ``row<i>``; see `feed`. Every value is a local variable, which Python finds fastest.
        Rows that no line reads are left out.
        """
        arguments = [f"feed{i}" for i in range(feeds)]
        each = {f"row{i}": argument for i, argument in enumerate(arguments)} | self._hoisted
        text = "\n".join(self.lines)
        each = {row: whole for row, whole in each.items() if row == "row0" or row in text}
        values = ", ".join(f"{name}={name}" for name in self.values)
        source = "\n".join(
            [
                f"def run({', '.join(arguments)}, *, {values}):",
                f"    for {', '.join(each)}, in zip({', '.join(each.values())}):",
                *(f"        {line}" for line in self.lines),
            ]
        )
        namespace = dict(self.values)
        exec(source, {}, namespace)  # the function's globals hold neither itself nor the arrays: no cycle
        return namespace["run"], source


def kind(array: Array) -> str:
    """What a scratch array must be to serve for another."""
    return f"{array.dtype}{array.shape}"
