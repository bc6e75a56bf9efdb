"""Requests made from the OpenAPI schema alone, so that an operation added tomorrow is attacked tomorrow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Op:
    """One operation of the schema."""

    id: str
    method: str
    path: str
    spec: JSON
    schemas: JSON

    def parameters(self, where: str) -> list[JSON]:
        return [p for p in self.spec.get("parameters", []) if p["in"] == where]

    @property
    def body(self) -> JSON | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if "application/json" in content else None


@dataclass(frozen=True)
class Attempt:
    """A request ready to be sent."""

    kind: str
    method: str
    url: str
    query: Mapping[str, str]
    body: Any


def operations(schema: JSON) -> list[Op]:
    """All operations of an OpenAPI document."""
    return [
        Op(spec["operationId"], method.upper(), path, spec, schema["components"].get("schemas", {}))
        for path, methods in schema["paths"].items()
        for method, spec in methods.items()
    ]


def example(schema: JSON, schemas: JSON, ids: Mapping[str, str], name: str = "") -> Any:
    """A value the schema accepts, with the victim's ids wherever an id of that name is asked for."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, ids, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        options = [option for option in schema["anyOf"] if option.get("type") != "null"]
        return example(options[0], schemas, ids, name)
    if "allOf" in schema:
        return example(schema["allOf"][0], schemas, ids, name)
    kind = schema.get("type")
    if kind == "object":
        return {
            key: example(part, schemas, ids, key)
            for key, part in schema.get("properties", {}).items()
            if key in schema.get("required", []) or key in ids
        }
    if kind == "array":
        return [example(schema.get("items", {}), schemas, ids, name.removesuffix("s"))] * max(
            1, schema.get("minItems", 1)
        )
    if kind == "integer":
        return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
    if kind == "number":
        return max(schema.get("minimum", 1), 1)
    if kind == "boolean":
        return False
    return text(schema, ids, name)


def text(schema: JSON, ids: Mapping[str, str], name: str) -> str:
    """The victim's id if the name says so, else something plausible of a fitting length."""
    if name in ids:
        return ids[name]
    formats = {"date-time": "2026-11-23T04:00:00+00:00", "date": "2026-11-23", "uuid": "0" * 32}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if name == "month":
        return "2026-11"
    value = "13912345678" if "phone" in name else "测试内容一二三四" if "pattern" not in schema else "0123456789"
    return (value * (schema.get("minLength", 1) // len(value) + 1))[: max(schema.get("minLength", 1), len(value))][
        : schema.get("maxLength", 10_000)
    ]


def attempts(op: Op, ids: Mapping[str, str]) -> Iterator[Attempt]:
    """{path id, body id, filter} of the victim, each alone and all together."""
    url = op.path
    for parameter in op.parameters("path"):
        name = parameter["name"]
        told = f"{op.id}: tests/api/world.py has no victim's id for the path parameter {name}"
        assert name in ids or not name.endswith(("_id", "code", "number")), told
        value = ids[name] if name in ids else example(parameter["schema"], op.schemas, ids, name)
        url = url.replace("{" + name + "}", str(value))
    required = {
        p["name"]: str(example(p["schema"], op.schemas, ids, p["name"]))
        for p in op.parameters("query")
        if p.get("required")
    }
    filters = {p["name"]: ids[p["name"]] for p in op.parameters("query") if p["name"] in ids}
    body = example(op.body, op.schemas, ids) if op.body else None
    yield Attempt("plain", op.method, url, required, body)
    if filters:
        yield Attempt("filter", op.method, url, required | filters, body)
        for name, value in filters.items():
            yield Attempt(f"filter {name}", op.method, url, required | {name: value}, body)
    if isinstance(body, dict):
        smuggled = body | {"merchant_id": ids["merchant_id"], "user_id": ids["user_id"], "role": "operator"}
        yield Attempt("mass assignment", op.method, url, required, smuggled)
