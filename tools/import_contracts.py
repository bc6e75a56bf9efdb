"""The import contract that import-linter lacks: a stranger enters a module by its front door only."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FacadeOnlyContract(Contract):
    """From outside, only `doors` of a module may be imported.

    Options: `containers` (packages whose children are modules), `modules` (single ones), `doors`, and `also`
    (`importer -> imported` with `*` for one name: what else is allowed, each with its reason written beside it).
    """

    type_name = "facade_only"
    containers = fields.ListField(subfield=fields.StringField())
    modules = fields.ListField(subfield=fields.StringField(), required=False)
    doors = fields.SetField(subfield=fields.StringField())
    also = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import that ends inside a module and starts outside it."""
        modules = set(self.modules or [])  # type: ignore[call-overload]
        for container in self.containers:  # type: ignore[attr-defined]
            modules |= graph.find_children(container)
        allowed = [tuple(part.strip() for part in pair.split("->")) for pair in self.also or []]  # type: ignore[attr-defined]
        found = []
        for module in sorted(modules):
            for inner in sorted(graph.find_descendants(module)):
                if inner.removeprefix(f"{module}.").split(".")[0] in self.doors:  # type: ignore[operator]
                    continue
                for importer in sorted(graph.find_modules_that_directly_import(inner)):
                    strange = importer != module and not importer.startswith(f"{module}.")
                    if strange and not any(_like(importer, who) and _like(inner, what) for who, what in allowed):
                        found.append((importer, inner))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line for each import that goes round the door."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}: ask its facade", bold=False)


def _like(name: str, pattern: str) -> bool:
    """`a.*.c` matches `a.b.c` and everything inside it."""
    names: list[str] = name.split(".")
    wanted: list[Any] = pattern.split(".")
    return len(names) >= len(wanted) and all(w in ("*", n) for n, w in zip(names, wanted, strict=False))
