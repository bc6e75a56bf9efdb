"""What has to be written on everything that is shared for money (广告法 第十四条)."""

from datetime import date

from xintui.trust.compliance.contracts import Decision, Finding, Label
from xintui.trust.compliance.rules.books import load_book
from xintui.trust.compliance.rules.text import normalise


def label(name: str, on: date) -> Label:
    """The label of that day, e.g. `label("disclosure", today).text`. Raises `NoRulebook`; an unknown name is a bug."""
    book = load_book("labels", on)
    given = book.content["labels"][name]
    return Label(given["text"], given["title"], given["article"], book.edition)


def missing_disclosure(text: str, on: date) -> Finding | None:
    """A finding when the disclosure does not stand in the text as it is; blanks and look-alike dots are forgiven."""
    wanted = label("disclosure", on)
    if normalise(wanted.text).text in normalise(text).text:
        return None
    return Finding("AD-04", Decision.BLOCK, wanted.title, wanted.article, f"请在显著位置写明「{wanted.text}」")
