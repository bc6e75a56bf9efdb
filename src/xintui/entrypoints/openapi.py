"""The schema that clients are generated from: ids that never change, names that never collide, refusals included."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from xintui.infra.http import ErrorOut

_REF = "#/components/schemas/"


def module_of(operation: Operation) -> str:
    """`xintui.commerce.orders.http.buyer` → `orders`."""
    return str(operation.view_func.__module__.split(".")[2])


class Document(OpenAPISchema):
    """Ninja keeps one name per class: of two classes called `State` the second silently replaces the first.

    Here each component carries its module's name, and each operation says what the doors before it may answer.
    """

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """The operation, its components renamed: `State` → `OrdersState`."""
        shared, self.schemas = self.schemas, {}
        raw = super().operation_details(operation)
        own, self.schemas = self.schemas, shared
        names = {name: self._free(module_of(operation).capitalize() + name, part) for name, part in own.items()}
        for name, part in own.items():
            self.schemas[names[name]] = _renamed(part, names)
        details: dict[str, Any] = _renamed(raw, names)
        error = {"content": {"application/json": {"schema": {"$ref": f"{_REF}Error"}}}}
        details["responses"].setdefault("4XX", {"description": "拒绝：code、message、facts", **error})
        details["responses"].setdefault("503", {"description": "外部服务暂不可用", **error})
        self.schemas.setdefault("Error", ErrorOut.model_json_schema())
        return details

    def _free(self, wanted: str, part: Any) -> str:
        """`wanted`, or with a number if that is another shape: the same class differs as question and as answer."""
        name, number = wanted, 1
        while name in self.schemas and _plain(self.schemas[name]) != _plain(part):
            number += 1
            name = f"{wanted}{number}"
        return name


def _plain(part: Any) -> Any:
    """A shape without the names it refers to, for comparing."""
    if isinstance(part, dict):
        return {key: "" if key == "$ref" else _plain(value) for key, value in part.items()}
    return [_plain(one) for one in part] if isinstance(part, list) else part


def _renamed(part: Any, names: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {
            key: _REF + names.get(value.removeprefix(_REF), value.removeprefix(_REF))
            if key == "$ref" and isinstance(value, str)
            else _renamed(value, names)
            for key, value in part.items()
        }
    return [_renamed(one, names) for one in part] if isinstance(part, list) else part
