"""The module's dated data files: the quiz on the agreement, levels, reasons, first policy."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from xintui.promotion.promoters.contracts import Agreement, Level, Question
from xintui.trust.agreements import facade as agreements


@cache
def _file(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


def agreement(on: date = date.max) -> Agreement:
    """The text in force on a day (without one, the last published), and the questions without their answers."""
    text = agreements.document("promoter", on=on)
    questions = tuple(Question(q["id"], q["text"], tuple(q["options"])) for q in _file("quiz")["questions"])
    return Agreement(text.version, text.title, text.clauses, questions)


def right_answers() -> dict[str, int]:
    """Question id → index of the right option."""
    return {question["id"]: question["answer"] for question in _file("quiz")["questions"]}


def levels() -> tuple[Level, ...]:
    """The table of levels, lowest first."""
    rows = sorted(_file("levels")["levels"], key=lambda row: row["rank"])
    return tuple(Level(row["code"], row["title"], row["rank"], tuple(row["benefits"])) for row in rows)


def reasons() -> dict[str, str]:
    """Reason code → what the person reads."""
    return dict(_file("reasons")["reasons"])


def policies() -> list[dict[str, Any]]:
    """The rows a new installation starts with."""
    return list(_file("policy"))
