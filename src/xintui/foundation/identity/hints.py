"""What people who have dealt with somebody may see of them, and whole numbers for who must call."""

from collections.abc import Iterable

from xintui.foundation.identity import rules
from xintui.foundation.identity.contracts import Hint
from xintui.foundation.identity.models import User


def hints(user_ids: Iterable[str]) -> dict[str, Hint]:
    """What may be shown of people to those who have dealt with them: `王**`, `138****8888`, never more. One query."""
    found = User.objects.filter(id__in=set(user_ids)).values_list("id", "display_name", "phone")
    return {key: Hint(rules.hint_name(name), rules.mask_phone(phone) if phone else "") for key, name, phone in found}


def hinted(user_ids: Iterable[str], text: str) -> set[str]:
    """Those of `user_ids` of whom a hint shows this text: the last four digits of the phone, or how the name begins.

    Nothing beyond the hint is compared, so nobody can try whole numbers or names against it. One query.
    """
    found = User.objects.filter(id__in=set(user_ids))
    if len(text) == 4 and text.isascii() and text.isdigit():
        found = found.filter(phone__endswith=text)
    elif len(text.rstrip("*")) == 1:
        found = found.filter(display_name__startswith=text.rstrip("*"))
    else:
        return set()
    return set(found.values_list("id", flat=True))


def phones(user_ids: Iterable[str]) -> dict[str, str]:
    """Whole numbers, for who must report or call people; the caller writes the audit line."""
    found = User.objects.filter(id__in=set(user_ids)).exclude(phone=None)
    return {key: phone or "" for key, phone in found.values_list("id", "phone")}
