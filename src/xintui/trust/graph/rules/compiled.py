"""Loops that have to be loops, made into machine code on first use and kept for the next start."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    """`loop` compiled; where nothing may be written beside it or at home, it is compiled again at each start."""
    try:
        made: Callable[..., Any] = numba.njit(cache=True)(loop)
    except RuntimeError:
        made = numba.njit(loop)
    return made
