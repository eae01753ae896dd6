"""Records a rule once, so that it can be written out as straight-line calls into arrays made beforehand.

A rule is a function of arrays as the textbook has it, say ``da * (1 - a * a)``. It is called once with
symbols in place of arrays, and every NumPy function that it applies to one is noted. Written out, each note
is a line of Python, ``subtract(c0, t0, t0)``: the same functions in the same order, but for chains of numbers
(see `folding`), and nothing is allocated or looked up. A rule that branches on values or indexes cannot be
recorded, and says so.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

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
        """Note a sum over an axis that is kept. Of a batch it is a product with ones, which is cheaper."""
        if not self.tape.transposed:
            return self._reduce(np.add.reduce, axis, out)
        *axes, rows, columns = self.lies
        over_rows = axis == -1
        out = out or Symbol(self.tape, (*axes, 1, columns) if over_rows else (*axes, rows, 1), self.dtype)
        factors = (np.ones((1, rows)), self) if over_rows else (self, np.ones((columns, 1)))
        return self._note(np.matmul, factors, out, CALL)

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
