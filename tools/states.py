"""Write the state machines of the rules into docs/architecture.md; `--check` only says whether they are still true.

python tools/states.py [--check]
"""

import os
import pkgutil
import re
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- states: tools/states.py writes this -->", "<!-- /states -->"


def tables() -> str:
    """One table for each Flow, in the order of the house."""
    from xintui.kernel.states import Flow

    parts = []
    for rules in sorted((ROOT / "src" / "xintui").glob("*/*/rules*")):
        if rules.suffix not in ("", ".py"):
            continue
        name = "xintui." + ".".join(rules.relative_to(ROOT / "src" / "xintui").with_suffix("").parts)
        modules = [name, *(f"{name}.{m.name}" for m in pkgutil.iter_modules([str(rules)]))]
        for module in modules:
            for key, flow in vars(import_module(module)).items():
                if isinstance(flow, Flow):
                    source = module.removeprefix("xintui.").replace(".", "/")
                    rows = [f"| `{s}` | `{v}` | `{t}` |" for (s, v), t in flow.moves.items()]
                    parts.append(
                        "\n".join([f"**`{source}` {key}**", "", "| state | verb | state |", "|---|---|---|", *rows])
                    )
    return "\n\n".join(parts)


def main() -> int:
    """Exit 1 with `--check` when the document is behind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xintui.entrypoints.settings")
    text = DOCUMENT.read_text("utf-8")
    fresh = re.sub(
        rf"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: f"{BEGIN}\n\n{tables()}\n\n{END}", text, flags=re.S
    )
    if fresh == text:
        return 0
    if "--check" in sys.argv:
        print("docs/architecture.md is behind the rules: run `python tools/states.py`")  # noqa: T201
        return 1
    DOCUMENT.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
