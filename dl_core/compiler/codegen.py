"""Code generation: straight-line Python over arrays made beforehand, from products and traced rules.

Scratch arrays are used again as soon as nothing reads them any more.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dl_core.arrays import Array
from dl_core.compiler.constant_folding import ConstantFolding
from dl_core.compiler.graph import CONVERT, Operation, Symbol, Trace, TracingError, floating


class CodeWriter:
    """Collects lines of Python, and the values (arrays, functions) that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._constants: dict[tuple[bytes, str], str] = {}
        self._dots: dict[str, Callable[..., Any]] = {}
        self._free: dict[str, list[str]] = {}
        self._feeds: dict[str, Array] = {}
        self._hoisted: dict[str, str] = {}

    def name(self, value: Any, wish: str = "a") -> str:
        """The name of a value: the one it has, else `wish`, with a number if that is taken."""
        if id(value) not in self._names:
            name, count = wish, 1
            while name in self.values or name in self._feeds:
                name, count = f"{wish}_{count + 1}", count + 1
            self._names[id(value)] = name
            self.values[name] = value
        return self._names[id(value)]

    def feed(self, array: Array, expression: str) -> None:
        """Let `array` stand for what `expression` gives in each pass of the loop; see `loop`."""
        self._names[id(array)] = expression
        self._feeds[expression] = array

    def call(self, function: Callable[..., Any], *operands: Array) -> None:
        """Append ``function(*operands)``."""
        words = ", ".join(self.name(x) for x in operands)
        self.lines.append(f"{self.name(function, function.__name__)}({words})")

    def product(self, a: Array, b: Array, out: Array) -> None:
        """Append ``out[...] = a @ b``.

        `dot` is the cheapest product of two matrices, the more so if it is bound once, for an `a` that is no
        feed; `matmul` serves R of them, each the same to the bit.
        """
        if out.ndim > 2:
            self.call(np.matmul, a, b, out)
        elif self.name(a) in self._feeds:
            self.lines.append(f"{self.name(a)}.dot({self.name(b)}, {self.name(out)})")
        else:
            self.lines.append(f"{self._dot(self.name(a))}({self.name(b)}, {self.name(out)})")

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
        which nothing else overwrites. `TracingError` says why a rule cannot be recorded.
        """
        trace = Trace(transposed)
        try:
            result = rule(*(Symbol(trace, a.shape, a.dtype, self.name(a)) for a in arguments))
        except TracingError as error:
            raise error.named() from None
        symbols = {name: symbol for name, symbol in kept().items() if isinstance(symbol, Symbol)}
        if into is not None and not isinstance(result, Symbol):  # it depends on no argument
            numbers = np.broadcast_to(trace.stored(result), into.shape).astype(into.dtype)
            result = Symbol(trace, into.shape, into.dtype, self.name(numbers, "constant"))
        wanted = [*symbols.values(), *([] if into is None else [result])]
        rows = [name for name in self._feeds if name.isidentifier()]
        operations = ConstantFolding(trace.operations, wanted, rows, self._hoist).operations
        if into is not None and result.name != self.name(into):
            if not result.name and operations[-1].out is result:
                result.name = self.name(into)  # the last call writes there itself
            else:
                target = Symbol(trace, into.shape, into.dtype, self.name(into))
                operations.append(Operation(None, (result,), target, CONVERT))
        for name, symbol in symbols.items():
            symbol.name = symbol.name or self.name(np.zeros(symbol.stored_shape, symbol.dtype), name)
        self._write(operations, self.name(into) if into is not None and into.flags.c_contiguous else "")
        trace.operations = []  # symbols and their trace hold each other: no cycle is to keep a rule's arrays
        arrays = self.values | self._feeds
        return {name: arrays[symbol.name] for name, symbol in symbols.items()}

    def _hoist(self, feed: str, times: float, shift: float) -> str:
        """The row of ``times * feed + shift``, which is computed for the whole feed before the loop."""
        array = self._feeds[feed]
        whole = self._hoisted.get(feed, f"{feed}_steps")
        for function, neutral, number in ((np.multiply, 1, times), (np.add, 0, shift)):
            if number != neutral:
                whole = (
                    f"{self.name(function, function.__name__)}({whole}, {self._number(number, array.dtype)})"
                )
        known = next((row for row, expression in self._hoisted.items() if expression == whole), "")
        if not known:
            known = f"{feed}_hoisted{len(self._hoisted) or ''}"
            self._hoisted[known] = whole
            self.feed(np.zeros_like(array), known)
        return known

    def _write(self, operations: list[Operation], target: str) -> None:
        """Append a line for each operation; a scratch array read for the last time takes its result.

        `target` takes the last result. It serves as scratch, too, once nothing reads what it held before.
        """
        reads = [(k, x) for k, operation in enumerate(operations) for x in operation.operands]
        last = {id(x): k for k, x in reads}
        of_target = max((k for k, x in reads if isinstance(x, Symbol) and x.name == target), default=0)
        scratch: set[str] = set()
        for k, (function, operands, out, template) in enumerate(operations):
            words = [self._word(x, operands) for x in operands]
            ending = {x.name: x for x in operands if isinstance(x, Symbol) and last[id(x)] == k}
            ending = {name: x for name, x in ending.items() if name in scratch}
            if target and k == of_target:
                self._release(target)
            if not out.name:
                like = out.stored_shape, out.dtype
                fitting = (name for name, x in ending.items() if (x.stored_shape, x.dtype) == like)
                out.name = next(fitting, "") or self._acquire(out)
                scratch.add(out.name)
            for name in ending:
                if name != out.name:
                    self._release(name)
                    scratch.remove(name)
            if function is np.matmul and len(out.stored_shape) == 2 and words[0] in self.values:
                name, *words = self._dot(words[0]), *words[1:]
            else:
                name = self.name(function, getattr(function, "__name__", "function"))
            line = template.format(
                function=name,
                operands=", ".join(words),
                first=", ".join(words[:-1]),
                last=words[-1],
                out=out.name,
            )
            self.lines.append(line)
        for name in sorted(scratch):
            self._release(name)
        if target and operations:
            self._free[kind(self.values[target])].remove(target)

    def _dot(self, name: str) -> str:
        if name not in self._dots:
            self._dots[name] = self.values[name].dot
        return self.name(self._dots[name], f"{name}_dot")

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
            # Numbers may be a client's settings: none is part of a name.
            self._constants[key] = self.name(array, f"c{len(self._constants) + 1}")
        return self._constants[key]

    def _acquire(self, symbol: Symbol) -> str:
        # Zeros, not garbage: products over denormal numbers can be sixty times slower.
        fresh = np.zeros(symbol.stored_shape, symbol.dtype)
        free = self._free.get(kind(fresh))
        return free.pop() if free else self.name(fresh, "scratch")

    def _release(self, name: str) -> None:
        self._free.setdefault(kind(self.values[name]), []).append(name)

    def loop(self, feeds: Sequence[str]) -> tuple[Callable[..., None], str]:
        """A function of the named feeds that runs the lines for each of their rows, and its source.

        Within the loop a feed's name is its row; see `feed`. Every value is a local variable, which Python
        finds fastest. Rows and values that no line reads are left out.
        """
        rows = {name: f"{name}_steps" for name in feeds} | self._hoisted
        read = set(re.findall(r"\w+", "\n".join([*self.lines, *self._hoisted.values()])))
        values = {name: value for name, value in self.values.items() if name in read}
        each = {row: whole for row, whole in rows.items() if row == feeds[0] or row in read}
        source = "\n".join(
            [
                f"def run({', '.join(rows[name] for name in feeds)}, *, "
                f"{', '.join(f'{name}={name}' for name in values)}):",
                f"    for {', '.join(each)}{',' * (len(each) == 1)} in zip({', '.join(each.values())}):",
                *(f"        {line}" for line in self.lines),
            ]
        )
        namespace = dict(values)
        exec(source, {}, namespace)  # the function's globals hold neither itself nor the arrays: no cycle
        return namespace["run"], source


def kind(array: Array) -> str:
    """What a scratch array must be to serve for another."""
    return f"{array.dtype}{array.shape}"
