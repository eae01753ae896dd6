"""Constant folding: numbers that follow each other in a rule are combined, so that it takes fewer calls.

A chain of sums and products with numbers, say ``(0.5 * (1 + u) - t) / 10``, is one affine form,
``0.05 * u + (0.05 - 0.1 * t)``, two calls at most. Its part in a feed such as t does not depend on the loop
and is hoisted: computed for all steps at once, before the first. So the last bits may differ from those of
the rule as it stands. Only numbers in the rule itself are combined, never those that networks may differ in,
which are arrays.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np

from dl_core.compiler.graph import CALL, Operation, Symbol


class Affine(NamedTuple):
    """``scale * x + times * feed + shift``; x or feed may be missing."""

    x: Symbol | None = None
    feed: Symbol | None = None
    scale: float = 0.0
    times: float = 0.0
    shift: float = 0.0

    @property
    def array(self) -> Symbol | None:
        """What decides about its shape; None for a number."""
        return self.feed if self.x is None else self.x

    def scaled(self, by: float) -> "Affine":
        return Affine(self.x, self.feed, by * self.scale, by * self.times, by * self.shift)

    def plus(self, other: "Affine") -> "Affine | None":
        """The sum; None if that has two arrays, or two feeds."""
        if (self.x is not None and other.x is not None) or (self.feed is not None and other.feed is not None):
            return None
        numbers = (a + b for a, b in zip(self[2:], other[2:], strict=True))
        x, feed = (b if a is None else a for a, b in zip(self[:2], other[:2], strict=True))
        return Affine(x, feed, *numbers)


class ConstantFolding:
    """The operations of one rule, rewritten: `operations` are the new ones."""

    def __init__(
        self,
        operations: Sequence[Operation],
        wanted: Collection[Symbol],
        feeds: Collection[str],
        hoist: Callable[[str, float, float], str],
    ) -> None:
        """Rewrite them; `wanted` are the results that something else reads, `feeds` names of symbols.

        ``hoist(feed, times, shift)`` names ``times * feed + shift``, computed before the loop.
        """
        self.operations: list[Operation] = []
        self.feeds, self.hoist = feeds, hoist
        self.pending: dict[int, tuple[Symbol, Affine]] = {}
        read = [id(x) for x in (*wanted, *(x for operation in operations for x in operation.operands))]
        written: set[int] = set()
        for operation in operations:
            in_place = bool(operation.out.name) or id(operation.out) in written
            written.add(id(operation.out))
            form = None if in_place else self.combined(operation)
            if form:
                self.pending[id(operation.out)] = operation.out, form
                if read.count(id(operation.out)) > 1:
                    self.write(operation.out)
            else:
                for x in [x for x, _ in self.pending.values()] if in_place else operation.operands:
                    self.write(x)
                self.operations.append(operation)
        for x in wanted:
            self.write(x)

    def combined(self, operation: Operation) -> Affine | None:
        """What an operation computes as an affine form, if it is one of an array like its result."""
        a, b = (self.form(x) for x in (*operation.operands, 0.0)[:2])
        form = None
        if a and b:
            if operation.function is np.add:
                form = a.plus(b)
            elif operation.function is np.subtract:
                form = a.plus(b.scaled(-1))
            elif operation.function is np.negative:
                form = a.scaled(-1)
            elif operation.function is np.multiply and a.array is None:
                form = b.scaled(a.shift)
            elif operation.function is np.multiply and b.array is None:
                form = a.scaled(b.shift)
            elif operation.function is np.divide and b.array is None and b.shift:
                form = a.scaled(1 / b.shift)
        if not form or any(x.dtype != operation.out.dtype for x in (form.x, form.feed) if x is not None):
            return None
        like = form.array
        return form if like is not None and like.stored_shape == operation.out.stored_shape else None

    def form(self, x: Any) -> Affine | None:
        """An operand as an affine form; None for arrays of numbers that networks may differ in."""
        if type(x) in (int, float):
            return Affine(shift=x)
        if not isinstance(x, Symbol):
            return None
        if id(x) in self.pending:
            return self.pending[id(x)][1]
        return Affine(feed=x, times=1.0) if x.name in self.feeds else Affine(x, scale=1.0)

    def write(self, out: Any) -> None:
        """Add the operations of a result that is pending."""
        if id(out) not in self.pending:
            return
        _, (x, feed, scale, times, shift) = self.pending.pop(id(out))
        if x is None:
            assert feed is not None
            out.name = self.hoist(feed.name, times, shift)
            return
        rest: Any = shift
        join: Any = np.add
        if feed is not None and not shift and abs(times) == 1:
            rest, join = feed, np.add if times == 1 else np.subtract
        elif feed is not None:
            rest = Symbol(out.trace, feed.stored_shape, feed.dtype, self.hoist(feed.name, times, shift))
        if feed is None and not shift:
            self.add(np.multiply, scale, x, out)
        elif scale == -1 and join is np.add:
            self.add(np.subtract, rest, x, out)
        else:
            product = x
            if scale != 1:
                product = Symbol(out.trace, out.stored_shape, out.dtype)
                self.add(np.multiply, scale, x, product)
            self.add(join, product, rest, out)

    def add(self, function: Any, a: Any, b: Any, out: Symbol) -> None:
        self.operations.append(Operation(function, (a, b), out, CALL))
