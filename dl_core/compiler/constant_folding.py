"""Fewer calls for the same rule: numbers that follow each other are put together before it is written out.

A chain of sums and products with numbers, say ``(0.5 * (1 + u) - t) / 10``, is one affine form,
``0.05 * u + (0.05 - 0.1 * t)``, two calls at most. What it says of a feed such as t is worked out for all
steps at once, before the first. So the last bits may differ from those of the rule as it stands. Only
numbers in the rule itself are put together, never those that networks may differ in, which are arrays.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import numpy as np

from dl_core.compiler.graph import CALL, Note, Symbol


class Affine(NamedTuple):
    """``scale * x + times * feed + shift``; x or feed may be missing."""

    x: Symbol | None = None
    feed: Symbol | None = None
    scale: float = 0.0
    times: float = 0.0
    shift: float = 0.0

    def scaled(self, by: float) -> "Affine":
        """A multiple."""
        return Affine(self.x, self.feed, by * self.scale, by * self.times, by * self.shift)

    def plus(self, other: "Affine") -> "Affine | None":
        """The sum; None if that has two arrays, or two feeds."""
        if (self.x and other.x) or (self.feed and other.feed):
            return None
        numbers = (a + b for a, b in zip(self[2:], other[2:], strict=True))
        return Affine(self.x or other.x, self.feed or other.feed, *numbers)


class Folding:
    """The notes of one rule, rewritten.

    Attributes
    ----------
    notes : list of Note
        The new ones.
    """

    def __init__(
        self,
        notes: Sequence[Note],
        wanted: Collection[Symbol],
        feeds: Collection[str],
        hoist: Callable[[str, float, float], str],
    ) -> None:
        """Rewrite them.

        Parameters
        ----------
        wanted : the results that something else reads
        feeds : names of the symbols that are feeds
        hoist : (feed, times, shift) -> name of ``times * feed + shift``, worked out beforehand
        """
        self.notes: list[Note] = []
        self.feeds, self.hoist = feeds, hoist
        self.pending: dict[int, tuple[Symbol, Affine]] = {}
        read = [id(x) for x in (*wanted, *(x for note in notes for x in note.operands))]
        made: set[int] = set()
        for note in notes:
            in_place = bool(note.out.name) or id(note.out) in made
            made.add(id(note.out))
            form = None if in_place else self.combined(note)
            if form:
                self.pending[id(note.out)] = note.out, form
                if read.count(id(note.out)) > 1:
                    self.write(note.out)
            else:
                for x in [x for x, _ in self.pending.values()] if in_place else note.operands:
                    self.write(x)
                self.notes.append(note)
        for x in wanted:
            self.write(x)

    def combined(self, note: Note) -> Affine | None:
        """What a note says as an affine form, if it is one of an array like its result."""
        a, b = (self.form(x) for x in (*note.operands, 0.0)[:2])
        found = None
        if a and b:
            if note.function is np.add:
                found = a.plus(b)
            elif note.function is np.subtract:
                found = a.plus(b.scaled(-1))
            elif note.function is np.negative:
                found = a.scaled(-1)
            elif note.function is np.multiply and not (a.x or a.feed):
                found = b.scaled(a.shift)
            elif note.function is np.multiply and not (b.x or b.feed):
                found = a.scaled(b.shift)
            elif note.function is np.divide and not (b.x or b.feed) and b.shift:
                found = a.scaled(1 / b.shift)
        if not found or any(x.dtype != note.out.dtype for x in (found.x, found.feed) if x):
            return None
        like = found.x or found.feed
        return found if like and like.lies == note.out.lies else None

    def form(self, x: Any) -> Affine | None:
        """What an operand says; None for arrays of numbers that networks may differ in."""
        if type(x) in (int, float):
            return Affine(shift=x)
        if not isinstance(x, Symbol):
            return None
        if id(x) in self.pending:
            return self.pending[id(x)][1]
        return Affine(feed=x, times=1.0) if x.name in self.feeds else Affine(x, scale=1.0)

    def write(self, out: Any) -> None:
        """Note the calls that a result still waits for."""
        if id(out) not in self.pending:
            return
        _, (x, feed, scale, times, shift) = self.pending.pop(id(out))
        if x is None:
            assert feed is not None
            out.name = self.hoist(feed.name, times, shift)
            return
        rest: Any = shift
        join: Any = np.add
        if feed and not shift and abs(times) == 1:
            rest, join = feed, np.add if times == 1 else np.subtract
        elif feed:
            rest = Symbol(out.tape, feed.lies, feed.dtype, self.hoist(feed.name, times, shift))
        if not (feed or shift):
            self.call(np.multiply, scale, x, out)
        elif scale == -1 and join is np.add:
            self.call(np.subtract, rest, x, out)
        else:
            product = x
            if scale != 1:
                product = Symbol(out.tape, out.lies, out.dtype)
                self.call(np.multiply, scale, x, product)
            self.call(join, product, rest, out)

    def call(self, function: Any, a: Any, b: Any, out: Symbol) -> None:
        """Note one."""
        self.notes.append(Note(function, (a, b), out, CALL))
