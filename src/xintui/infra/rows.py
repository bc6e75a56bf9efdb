"""Many new rows at once. To Django a column default is an expression: compiled for every row, in the way of UNNEST."""

import copy
import functools
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, Value
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=Model)


def plain(rows: Iterable[M]) -> list[M]:
    """The same rows with constant column defaults as values, for `bulk_create`."""
    made = list(rows)
    constants = _constants(type(made[0])) if made else {}
    for row in made:
        for name, value in constants.items():
            if isinstance(row.__dict__.get(name), DatabaseDefault):
                setattr(row, name, copy.copy(value))
    return made


@functools.cache
def _constants(model: type[Model]) -> dict[str, Any]:
    found = {}
    for field in model._meta.concrete_fields:
        if field.has_db_default():
            default = field.db_default
            if isinstance(default, Value):
                found[field.attname] = default.value
            elif not hasattr(default, "resolve_expression"):
                found[field.attname] = default
    return found
