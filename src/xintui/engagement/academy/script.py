"""The plain script in which operators write chapters and questions, and its way back for the next edition.

Chapters: a line `# 标题`, then paragraphs; lines that begin with `- ` are points of a list. Nothing else is markup.
Questions, apart by an empty line: `单选 题干`, an option a line (`*` right, `-` wrong), `解析：…`, `依据：…`.
A 判断 has no options of its own: `答案：对` or `答案：错`.
"""

import re
from collections.abc import Sequence
from typing import Final

from xintui.engagement.academy import rules
from xintui.engagement.academy.contracts import ASKS_NAMES, Asks, BadCourse, Chapter, Question

KINDS: Final = {name: asks for asks, name in ASKS_NAMES.items()}
JUDGED: Final = ("对", "错")
_LABEL: Final = re.compile(r"^(解析|依据|答案)[：:]\s*(.+)$")
LONGEST: Final = 6_000


def chapters(text: str) -> tuple[Chapter, ...]:
    """Raises `BadCourse`, naming the line."""
    found: list[tuple[str, list[str]]] = []
    for n, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.startswith("# "):
            found.append((line[2:].strip(), []))
        elif found:
            found[-1][1].append(line.rstrip())
        elif line.strip():
            raise BadCourse(f"章节第 {n} 行：正文之前要有一行“# 章节标题”")
    made = [
        Chapter(rules.key_of(title, body), title, body) for title, lines in found for body in ["\n".join(lines).strip()]
    ]
    for one in made:
        if not 1 <= len(one.title) <= 40:
            raise BadCourse("章节标题应有 1 到 40 个字")
        if not 1 <= len(one.body) <= LONGEST:
            raise BadCourse(f"章节「{one.title}」的正文应有 1 到 {LONGEST} 个字")
    return tuple(made)


def questions(text: str) -> tuple[Question, ...]:
    """Raises `BadCourse`, naming the question."""
    blocks = [block.strip().split("\n") for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    return tuple(_question(n, lines) for n, lines in enumerate(blocks, 1))


def _question(n: int, lines: Sequence[str]) -> Question:
    kind, _, stem = lines[0].strip().partition(" ")
    if kind not in KINDS or not stem.strip():
        raise BadCourse(f"第 {n} 题：第一行应是“单选／多选／判断 题干”")
    asks, options, picked = KINDS[kind], list[str](), set[int]()
    said: dict[str, str] = {}
    for line in lines[1:]:
        if label := _LABEL.match(line.strip()):
            said[label[1]] = label[2].strip()
        elif line[:2] in {"* ", "- "}:
            picked |= {len(options)} if line[0] == "*" else set()
            options.append(line[2:].strip())
        else:
            raise BadCourse(f"第 {n} 题：看不懂“{line[:20]}”")
    if asks is Asks.JUDGE:
        if options or said.get("答案") not in JUDGED:
            raise BadCourse(f"第 {n} 题：判断题写“答案：对”或“答案：错”，不写选项")
        options, picked = list(JUDGED), {JUDGED.index(said["答案"])}
    _check(n, asks, options, picked, said)
    key = rules.key_of(kind, stem.strip(), *options, *map(str, sorted(picked)))
    return Question(key, asks, stem.strip(), tuple(options), frozenset(picked), said["解析"], said["依据"])


def _check(n: int, asks: Asks, options: Sequence[str], picked: set[int], said: dict[str, str]) -> None:
    if not 2 <= len(options) <= 8 or len(set(options)) != len(options):
        raise BadCourse(f"第 {n} 题：应有 2 到 8 个不同的选项")
    if asks is not Asks.MULTIPLE and len(picked) != 1:
        raise BadCourse(f"第 {n} 题：单选题恰有一个带 * 的选项")
    if asks is Asks.MULTIPLE and len(picked) < 2:
        raise BadCourse(f"第 {n} 题：多选题至少有两个带 * 的选项")
    for label in ("解析", "依据"):
        if not said.get(label):
            raise BadCourse(f"第 {n} 题：缺少“{label}：”")


def written_chapters(found: Sequence[Chapter]) -> str:
    """The script that reads as these."""
    return "\n\n".join(f"# {one.title}\n{one.body}" for one in found)


def written_questions(found: Sequence[Question]) -> str:
    """The script that reads as these."""
    return "\n\n".join(_written(one) for one in found)


def _written(one: Question) -> str:
    lines = [f"{ASKS_NAMES[one.asks]} {one.text}"]
    if one.asks is Asks.JUDGE:
        lines.append(f"答案：{one.options[next(iter(one.right))]}")
    else:
        lines += [f"{'*' if n in one.right else '-'} {option}" for n, option in enumerate(one.options)]
    return "\n".join([*lines, f"解析：{one.why}", f"依据：{one.source}"])
