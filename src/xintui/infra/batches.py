"""成批: a verb that takes many is all or nothing; asked through here, every row gets its own answer.

The verb is written once, for a sequence; the verb for one is `only(each(verb, [one]))`. A batch without refusals costs
as many statements as one row. One with refusals is halved until they stand alone, in the order asked, so the answers
are those of one row after the other.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from django.db import transaction

from xintui.kernel.errors import DomainError

A = TypeVar("A")
R = TypeVar("R")
SIZE = 1000


def each(
    verb: Callable[[Sequence[A]], Sequence[R]],
    asked: Sequence[A],
    *,
    apart: Callable[[A], Hashable] | None = None,
    size: int = SIZE,
) -> list[R | DomainError]:
    """The answer to each of `asked`, or its refusal. Rows with the same `apart` are never in one call of the verb."""
    answers: list[R | DomainError] = []
    for run in _runs(asked, apart, size):
        answers += _halved(verb, run)
    return answers


def only(answers: Sequence[R | DomainError]) -> R:
    """The one answer; a refusal is raised."""
    (answer,) = answers
    if isinstance(answer, DomainError):
        raise answer
    return answer


def _halved(verb: Callable[[Sequence[A]], Sequence[R]], asked: Sequence[A]) -> Sequence[R | DomainError]:
    try:
        with transaction.atomic():
            answers = verb(asked)
    except DomainError as no:
        if len(asked) == 1:
            return [no]
    else:
        assert len(answers) == len(asked), "an answer for each"
        return answers
    middle = len(asked) // 2
    return [*_halved(verb, asked[:middle]), *_halved(verb, asked[middle:])]


def _runs(asked: Sequence[A], apart: Callable[[A], Hashable] | None, size: int) -> Iterator[Sequence[A]]:
    """Consecutive slices, cut where a key comes again."""
    start, seen = 0, set[Hashable]()
    for n, one in enumerate(asked):
        key = n if apart is None else apart(one)
        if key in seen or n - start == size:
            yield asked[start:n]
            start, seen = n, set()
        seen.add(key)
    if start < len(asked):
        yield asked[start:]
