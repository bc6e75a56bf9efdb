"""常用筛选: what a person keeps of a list. Own ones, and those that people of the same place share; nobody else's."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from xintui.foundation.identity.contracts import BadSavedFilter, Principal, SavedFilterView
from xintui.foundation.identity.models import SavedFilter
from xintui.kernel.ids import new_id

MOST: Final = 20
LONGEST: Final = 1_000


def _own(by: Principal, page: str) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(user_id=by.user_id, merchant_id=by.merchant_id or "", page=page)


def saved_filters(by: Principal, page: str) -> tuple[SavedFilterView, ...]:
    """One's own first, then what colleagues share: of the same shop, or of the platform's desk."""
    found = SavedFilter.objects.filter(merchant_id=by.merchant_id or "", page=page)
    rows = found.filter(Q(user_id=by.user_id) | Q(shared=True)).order_by("id")[: MOST * 3]
    views = [
        SavedFilterView(one.id, one.name, one.query, one.user_id, one.shared, one.by_default, one.user_id == by.user_id)
        for one in rows
    ]
    return tuple(sorted(views, key=lambda one: not one.mine))


@transaction.atomic
def keep_filter(
    by: Principal, page: str, name: str, query: str, *, shared: bool, by_default: bool, now: datetime
) -> None:
    """Raises `BadSavedFilter`."""
    if not 1 <= len(name) <= 20:
        raise BadSavedFilter("名称为 1 至 20 个字")
    if not query or len(query) > LONGEST:
        raise BadSavedFilter("请先选择筛选条件" if not query else "筛选条件太长")
    if _own(by, page).count() >= MOST:
        raise BadSavedFilter(f"每个列表最多保存 {MOST} 个")
    if by_default:
        _own(by, page).update(by_default=False)
    try:
        with transaction.atomic():
            SavedFilter.objects.create(
                id=new_id("flt"), user_id=by.user_id, merchant_id=by.merchant_id or "", page=page, name=name,
                query=query, shared=shared, by_default=by_default, created_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise BadSavedFilter(f"已有名为「{name}」的筛选") from None


@transaction.atomic
def drop_filter(by: Principal, page: str, key: str) -> None:
    """One's own only. Raises `BadSavedFilter`."""
    if not _own(by, page).filter(id=key).delete()[0]:
        raise BadSavedFilter("没有找到该筛选")


@transaction.atomic
def prefer_filter(by: Principal, page: str, key: str) -> None:
    """Open the list with it from now on; once more: no longer. Raises `BadSavedFilter`."""
    row = _own(by, page).filter(id=key).first()
    if row is None:
        raise BadSavedFilter("没有找到该筛选")
    wanted = not row.by_default
    _own(by, page).update(by_default=False)
    _own(by, page).filter(id=key).update(by_default=wanted)
