"""Records a rule once, and writes it out as straight-line calls into arrays made beforehand.

A rule is a function of arrays as the textbook has it, say ``da * (1 - a * a)``. It is called once with
symbols in place of arrays, and every NumPy function that it applies to one is noted. Written out, each note
is a line of Python, ``subtract(c0, t0, t0)``: the same functions in the same order, hence the same bits, but
nothing is allocated and nothing looked up. A rule that branches on values or indexes cannot be recorded, and
says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from dl_core.arrays import Array

Shape: TypeAlias = tuple[int, ...]

CALL = "{function}({operands}, {out})"
NAMED = "{function}({operands}, out={out})"  # NumPy deprecates the other form for maximum and minimum
MASKED = "{function}({first}, {out}, where={last})"
CHOOSE = "{out}[...] = {function}({operands})"
CONVERT = "{out}[...] = {operands}"


class Tape:
    """What has been recorded so far.

    Attributes
    ----------
    notes : list of Note
    transposed : bool
        The arrays lie (features, batch) where the rule says (batch, features).
    """

    def __init__(self, transposed: bool) -> None:
        self.notes: list[Note] = []
        self.transposed = transposed


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array while a rule is recorded.

    Attributes
    ----------
    lies : tuple of int
        The array's own shape; `shape` is what the rule sees.
    name : str
        Of the array, in the lines; empty for a result that has no array yet.
    """

    def __init__(self, tape: Tape, lies: Shape, dtype: DTypeLike, name: str = "") -> None:
        self.tape, self.lies, self.dtype, self.name = tape, lies, np.dtype(dtype), name

    @property
    def shape(self) -> Shape:
        """Shape as the rule sees it."""
        return (*self.lies[:-2], *self.lies[:-3:-1]) if self.tape.transposed else self.lies

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> "Symbol":
        """Note an elementwise function."""
        if method != "__call__" or ufunc.nout != 1 or options.keys() - {"where"}:
            raise TypeError(f"`{ufunc.__name__}` cannot be recorded as it is used here.")
        if options:
            return self._note(ufunc, (*inputs, options["where"]), out[0], MASKED)
        if ufunc is np.multiply and isinstance(inputs[1], float) and inputs[1] == 1:
            return self  # a product with 1, say the slope of a line, costs nothing
        form = NAMED if ufunc in (np.maximum, np.minimum) else CALL
        if out is not None:
            return self._note(ufunc, inputs, out[0], form)
        kinds = [x.dtype if hasattr(x, "dtype") else type(x) for x in inputs]
        return self._note(ufunc, inputs, self._like(inputs, ufunc.resolve_dtypes((*kinds, None))[-1]), form)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> "Symbol":
        """Note `np.where` and `np.clip`."""
        if function is np.where and len(inputs) == 3:
            return self._note(np.where, inputs, self._like(inputs, floating(inputs)), CHOOSE)
        if function is np.clip and len(inputs) == 3:
            limited: Any = np.minimum(np.maximum(inputs[0], inputs[1]), inputs[2])
            return limited  # type: ignore[no-any-return]
        raise TypeError(f"`{function.__name__}` cannot be recorded as it is used here.")

    def max(self, axis: int, keepdims: bool) -> "Symbol":
        """Note a maximum over an axis that is kept."""
        return self._reduce(np.maximum.reduce, axis)

    def sum(self, axis: int, keepdims: bool, out: "Symbol | None" = None) -> "Symbol":
        """Note a sum over an axis that is kept."""
        return self._reduce(np.add.reduce, axis, out)

    def astype(self, dtype: DTypeLike) -> "Symbol":
        """Note a conversion."""
        return self._note(None, (self,), Symbol(self.tape, self.lies, dtype), CONVERT)

    def _reduce(self, reduce: Any, axis: int, out: "Symbol | None" = None) -> "Symbol":
        """Note a reduction; a rule's last axis but one is the last of an array that lies transposed."""
        axis = -3 - axis if self.tape.transposed else axis
        lies = tuple(1 if i == len(self.lies) + axis else n for i, n in enumerate(self.lies))
        form = f"{{function}}({{operands}}, {axis}, None, {{out}}, True)"
        return self._note(reduce, (self,), out or Symbol(self.tape, lies, self.dtype), form)

    def _like(self, inputs: tuple[Any, ...], dtype: DTypeLike) -> "Symbol":
        """A result of the inputs' common shape."""
        lies = [x.lies if isinstance(x, Symbol) else np.shape(x) for x in inputs]
        return Symbol(self.tape, np.broadcast_shapes(*lies), dtype)

    def _note(self, function: Any, inputs: tuple[Any, ...], out: "Symbol", form: str) -> "Symbol":
        """Write one call down."""
        self.tape.notes.append(Note(function, inputs, out, form))
        return out


class Note(NamedTuple):
    """One recorded call; `form` says how its line is written."""

    function: Any
    operands: tuple[Any, ...]
    out: Symbol
    form: str


def floating(operands: tuple[Any, ...]) -> np.dtype[Any]:
    """Precision of the first symbol that is a number, not a truth value."""
    return next(x.dtype for x in operands if isinstance(x, Symbol) and x.dtype != np.bool_)


class Lines:
    """Straight-line Python under construction: its lines, and the values that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: dict[str, Any] = {}
        self._names: dict[int, str] = {}
        self._constants: dict[tuple[bytes, str], str] = {}
        self._free: dict[str, list[str]] = {}
        self._feeds: dict[str, Array] = {}

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
        if into is not None and result.name != self.name(into):
            if not result.name and tape.notes[-1].out is result:
                result.name = self.name(into)  # the last call writes there itself
            else:
                target = Symbol(tape, into.shape, into.dtype, self.name(into))
                tape.notes.append(Note(None, (result,), target, CONVERT))
        symbols = {name: symbol for name, symbol in kept().items() if isinstance(symbol, Symbol)}
        for symbol in symbols.values():
            symbol.name = symbol.name or self.name(np.zeros(symbol.lies, symbol.dtype), "k")
        self._write(tape.notes)
        arrays = self.values | self._feeds
        return {name: arrays[symbol.name] for name, symbol in symbols.items()}

    def _write(self, notes: list[Note]) -> None:
        """A line for each note. A scratch array read for the last time takes the result, or is free again."""
        last = {id(x): k for k, note in enumerate(notes) for x in note.operands}
        scratch: set[str] = set()
        for k, (function, operands, out, form) in enumerate(notes):
            words = [self._word(x, operands) for x in operands]
            ending = {x.name: x for x in operands if isinstance(x, Symbol) and last[id(x)] == k}
            ending = {name: x for name, x in ending.items() if name in scratch}
            if not out.name:
                fitting = (name for name, x in ending.items() if (x.lies, x.dtype) == (out.lies, out.dtype))
                out.name = next(fitting, "") or self._take(out)
                scratch.add(out.name)
            for name in ending:
                if name != out.name:
                    self._give(name)
                    scratch.remove(name)
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

    def _word(self, x: Any, operands: tuple[Any, ...]) -> str:
        """Name of an operand. A number becomes an array without axes: a bare one costs a conversion."""
        if isinstance(x, Symbol):
            return x.name
        array = np.asarray(x)
        if array.dtype != np.bool_:
            array = array.astype(floating(operands))
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
        """
        rows, arguments = ([f"{word}{i}" for i in range(feeds)] for word in ("row", "feed"))
        values = ", ".join(f"{name}={name}" for name in self.values)
        source = "\n".join(
            [
                f"def run({', '.join(arguments)}, *, {values}):",
                f"    for {', '.join(rows)}, in zip({', '.join(arguments)}):",
                *(f"        {line}" for line in self.lines),
            ]
        )
        namespace = dict(self.values)
        exec(source, namespace)
        return namespace["run"], source


def kind(array: Array) -> str:
    """What a scratch array must be to serve for another."""
    return f"{array.dtype}{array.shape}"
