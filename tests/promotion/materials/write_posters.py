"""Writes posters.json again when a template or a rule changed: `python -m tests.promotion.materials.write_posters`.

Look at the difference before it is committed: it is what both painters will be held to.
"""

import json
from pathlib import Path

from tests.promotion.materials.test_posters import LABEL, plain
from xintui.promotion.materials import rules, tables
from xintui.promotion.materials.contracts import PosterContent

CONTENTS = {
    "plain": PosterContent("明前龙井", "¥68.00", "p" * 40, "张** 推荐", LABEL, "http://127.0.0.1:8000/s/x"),
    "long": PosterContent(
        "武夷山 正岩肉桂 2025 Spring Harvest 岩骨花香 礼盒装 中秋送礼长辈", "¥1,234,567.00 起", "p" * 40,
        "欧阳**（北京）商贸有限公司 推荐", LABEL, "http://127.0.0.1:8000/s/x",
    ),
    "little": PosterContent("云雾茶行", "", "", "", LABEL, "http://127.0.0.1:8000/s/x"),
}  # fmt: skip


def main() -> None:
    cases = []
    for one in tables.templates():
        for name, content in CONTENTS.items():
            given = {key: getattr(content, key) for key in PosterContent.__dataclass_fields__}
            placed = plain(rules.place(one["template"], content))
            told = {"name": f"{one['title']} {name}", "template": one["template"], "content": given, "placed": placed}
            cases.append(told)
    path = Path(__file__).with_name("posters.json")
    path.write_text("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
