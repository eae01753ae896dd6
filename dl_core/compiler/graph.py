"""Traces a rule once into a list of operations, which are then written out as calls into arrays made before.

A rule is a function of arrays as the textbook has it, say ``da * (1 - a * a)``. It is called once with
symbols in place of arrays, and every NumPy function that it applies to one becomes an operation. Written out,
an operation is a line of Python, ``subtract(c1, t0, t0)``: the same functions in the same order, but for
chains of numbers (see `constant_folding`), and nothing is allocated or looked up.

What a symbol has no values for is refused with a sentence (`TracingError`): to branch on values, to iterate,
to index, to make a number of an array.
"""

from typing import Any, NamedTuple, NoReturn, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

Shape: TypeAlias = tuple[int, ...]

CALL = "{function}({operands}, {out})"
NAMED = "{function}({operands}, out={out})"  # NumPy deprecates the other form for maximum and minimum
MASKED = "{function}({first}, {out}, where={last})"
CHOOSE = "{out}[...] = {function}({operands})"
CONVERT = "{out}[...] = {operands}"


class TracingError(TypeError):
    """A rule does something that has no place among operations; the sentence says what, and a remedy."""

    def __init__(self, deed: str, rule: str = "The rule") -> None:
        self.deed = deed
        super().__init__(
            f"{rule} cannot be recorded: it {deed}. Write it with elementwise functions of whole arrays, "
            "`np.where`, `np.clip`, and `.sum` or `.max` over axis -1 or -2 with `keepdims=True`."
        )

    def named(self) -> "TracingError":
        """The same error with the name of the function that it was raised in, outside of NumPy and here."""
        rule, trace = "The rule", self.__traceback__
        while trace is not None:
            module = trace.tb_frame.f_globals.get("__name__", "")
            if not module.startswith(("numpy", __package__ or __name__)):
                rule = f"`{trace.tb_frame.f_code.co_qualname}`"
            trace = trace.tb_next
        return TracingError(self.deed, rule)


class Trace:
    """The operations of one rule, in order.

    `transposed`: arrays are stored (features, batch) where the rule says (batch, features).
    """

    def __init__(self, transposed: bool) -> None:
        self.operations: list[Operation] = []
        self.transposed = transposed

    def stored(self, operand: Any) -> Any:
        """An operand of the rule as it is stored: arrays of numbers are transposed like those of symbols."""
        if not self.transposed or isinstance(operand, Symbol) or np.ndim(operand) == 0:
            return operand
        return np.atleast_2d(operand).mT


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array while a rule is traced; `name` is empty for a result that has none yet."""

    def __init__(self, trace: Trace, stored_shape: Shape, dtype: DTypeLike, name: str = "") -> None:
        self.trace, self.stored_shape, self.dtype, self.name = trace, stored_shape, np.dtype(dtype), name

    @property
    def shape(self) -> Shape:
        """Shape as the rule sees it."""
        stored = self.stored_shape
        return (*stored[:-2], *stored[:-3:-1]) if self.trace.transposed else stored

    @property
    def ndim(self) -> int:
        return len(self.stored_shape)

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> "Symbol":
        if ufunc.signature is not None:
            raise TracingError(f"multiplies matrices (`np.{ufunc.__name__}`)")
        if method != "__call__":
            raise TracingError(f"calls `np.{ufunc.__name__}.{method}`")
        if ufunc.nout != 1:
            raise TracingError(f"calls `np.{ufunc.__name__}`, which has several results")
        if options.keys() - {"where"} or ("where" in options and out is None):
            raise TracingError(
                f"calls `np.{ufunc.__name__}` with other options than `out`, or `out` and `where`"
            )
        if out is not None and not isinstance(out[0], Symbol):
            raise TracingError("writes into an array that is not one of its arguments")
        inputs = tuple(map(self.trace.stored, inputs))
        if "where" in options:
            return self._add(ufunc, (*inputs, self.trace.stored(options["where"])), out[0], MASKED)
        if ufunc is np.multiply and isinstance(inputs[1], float) and inputs[1] == 1 and out is None:
            return self  # a product with 1, say the slope of a line, costs nothing
        template = NAMED if ufunc in (np.maximum, np.minimum) else CALL
        if out is not None:
            return self._add(ufunc, inputs, out[0], template)
        kinds = [x.dtype if hasattr(x, "dtype") else type(x) for x in inputs]
        like = self._like(inputs, ufunc.resolve_dtypes((*kinds, None))[-1])
        return self._add(ufunc, inputs, like, template)

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> "Symbol":
        """Add `np.where` and `np.clip`."""
        if len(inputs) != 3 or options or function not in (np.where, np.clip):
            raise TracingError(f"calls `np.{function.__name__}`")
        if function is np.clip:
            limited: Any = np.minimum(np.maximum(inputs[0], inputs[1]), inputs[2])
            return limited  # type: ignore[no-any-return]
        inputs = tuple(map(self.trace.stored, inputs))
        return self._add(np.where, inputs, self._like(inputs, floating(inputs)), CHOOSE)

    def max(self, axis: int, keepdims: bool = False) -> "Symbol":
        return self._reduce(np.maximum.reduce, axis, keepdims)

    def sum(self, axis: int, keepdims: bool = False, out: "Symbol | None" = None) -> "Symbol":
        """Add a sum over an axis that is kept. Of a batch it is a product with ones, which is cheaper."""
        if not self.trace.transposed:
            return self._reduce(np.add.reduce, axis, keepdims, out)
        self._require_kept(axis, keepdims)
        *axes, rows, columns = self.stored_shape
        over_rows = axis == -1
        if out is None:
            out = Symbol(self.trace, (*axes, 1, columns) if over_rows else (*axes, rows, 1), self.dtype)
        factors = (np.ones((1, rows)), self) if over_rows else (self, np.ones((columns, 1)))
        return self._add(np.matmul, factors, out, CALL)

    def astype(self, dtype: DTypeLike) -> "Symbol":
        return self._add(None, (self,), Symbol(self.trace, self.stored_shape, dtype), CONVERT)

    def _require_kept(self, axis: int, keepdims: bool) -> None:
        if axis not in (-1, -2) or not keepdims:
            raise TracingError("sums, or takes maxima, over an axis that is not kept, or is not -1 or -2")

    def _reduce(self, reduce: Any, axis: int, keepdims: bool, out: "Symbol | None" = None) -> "Symbol":
        """Add a reduction; a rule's last axis but one is the last of an array that is stored transposed."""
        self._require_kept(axis, keepdims)
        axis = -3 - axis if self.trace.transposed else axis
        shape = tuple(1 if i == self.ndim + axis else n for i, n in enumerate(self.stored_shape))
        template = f"{{function}}({{operands}}, {axis}, None, {{out}}, True)"
        out = Symbol(self.trace, shape, self.dtype) if out is None else out
        return self._add(reduce, (self,), out, template)

    def _like(self, inputs: tuple[Any, ...], dtype: DTypeLike) -> "Symbol":
        """A result of the inputs' common shape."""
        shapes = [x.stored_shape if isinstance(x, Symbol) else np.shape(x) for x in inputs]
        return Symbol(self.trace, np.broadcast_shapes(*shapes), dtype)

    def _add(self, function: Any, inputs: tuple[Any, ...], out: "Symbol", template: str) -> "Symbol":
        self.trace.operations.append(Operation(function, inputs, out, template))
        return out

    def __bool__(self) -> NoReturn:
        raise TracingError("branches on the values of an array")

    def __iter__(self) -> NoReturn:
        raise TracingError("goes through an array entry by entry")

    def __contains__(self, value: Any) -> NoReturn:
        raise TracingError("goes through an array entry by entry")

    def __len__(self) -> NoReturn:
        raise TracingError("takes the `len` of an array (its `shape` may be used)")

    def __getitem__(self, index: Any) -> NoReturn:
        raise TracingError("indexes an array")

    def __setitem__(self, index: Any, value: Any) -> None:
        # ``x[...] += 1`` is not told apart from ``x[0] = 1``.
        raise TracingError("indexes an array")

    def __float__(self) -> NoReturn:
        raise TracingError("makes a number of an array")

    __int__ = __index__ = __complex__ = __float__

    def __array__(self, *arguments: Any, **options: Any) -> NoReturn:
        raise TracingError("makes another array of an array")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # Python's and NumPy's own protocols ask whether it is there
            raise AttributeError(name)
        raise TracingError(f"uses `.{name}` of an array")


class Operation(NamedTuple):
    """One call of a NumPy function; `template` says how its line is written."""

    function: Any
    operands: tuple[Any, ...]
    out: Symbol
    template: str


def floating(operands: tuple[Any, ...]) -> np.dtype[Any]:
    """Precision of the first symbol that is a number, not a truth value."""
    return next(x.dtype for x in operands if isinstance(x, Symbol) and x.dtype != np.bool_)
