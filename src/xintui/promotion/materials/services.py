"""Writing a material, its next version, and the decisions about it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductNotFound
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution.contracts import Channel
from xintui.promotion.materials import rules, tables
from xintui.promotion.materials.contracts import (
    Act,
    BadMaterial,
    Material,
    MaterialDraft,
    MaterialKind,
    MaterialNotFound,
    SameEyes,
    State,
    Verb,
)
from xintui.promotion.materials.models import Version
from xintui.promotion.materials.queries import contract
from xintui.trust.compliance import facade as compliance

SLOTS: Final = 16


@transaction.atomic
def create(draft: MaterialDraft, *, merchant_id: str, by: Principal, now: datetime) -> Material:
    """The first version, a draft; "" is the platform's own. Raises `BadMaterial`, `CopyRefused`."""
    return _write(draft, new_id("mtl"), 1, merchant_id=merchant_id, by=by, now=now)


@transaction.atomic
def change(version_id: str, draft: MaterialDraft, *, merchant_id: str, by: Principal, now: datetime) -> Material:
    """The next version, a draft. What is approved stays in force until the next one is approved.

    Raises `MaterialNotFound`, `BadMaterial`, `CopyRefused`.
    """
    found = _locked(version_id, merchant_id)
    newest = found[-1]
    if draft.kind != newest.kind:
        raise BadMaterial("新版本的类型须与原来一致")
    for row in found:
        if row.state in (State.DRAFT, State.REFUSED):
            _move(row, Verb.REPLACE)
    return _write(draft, newest.material_id, newest.number + 1, merchant_id=merchant_id, by=by, now=now)


@transaction.atomic
def submit(version_id: str, *, merchant_id: str, by: Principal, now: datetime) -> Material:
    """Ask for approval. Raises `MaterialNotFound`, `NoSuchMove`."""
    return _act(version_id, Verb.SUBMIT, by, merchant_id=merchant_id, submitted_at=now)


@transaction.atomic
def recall(version_id: str, *, merchant_id: str, by: Principal) -> Material:
    """Take it back before anybody decided. Raises `MaterialNotFound`, `NoSuchMove`."""
    return _act(version_id, Verb.RECALL, by, merchant_id=merchant_id, submitted_at=None)


@transaction.atomic
def approve(version_id: str, *, by: Principal, now: datetime) -> Material:
    """Four eyes: not one's own. The version in force before is replaced. Raises `SameEyes`, `NoSuchMove`."""
    rows = _locked(version_id, None)
    row = _one(rows, version_id)
    rules.FLOW.after(State(row.state), Verb.APPROVE)
    _check_eyes(row, by)
    for other in rows:
        if other.id != row.id and other.state == State.APPROVED:
            _move(other, Verb.REPLACE)
    return _act(version_id, Verb.APPROVE, by, decided_by=by.user_id, decided_at=now, reason="")


@transaction.atomic
def refuse(version_id: str, *, by: Principal, reason: str, now: datetime) -> Material:
    """With a reason its author reads. Raises `SameEyes`, `NoSuchMove`."""
    _check_eyes(_one(_locked(version_id, None), version_id), by)
    return _act(version_id, Verb.REFUSE, by, decided_by=by.user_id, decided_at=now, reason=reason)


@transaction.atomic
def withdraw(version_id: str, *, by: Principal, reason: str, merchant_id: str | None = None) -> Material:
    """No longer shown; what was shared keeps naming it. Raises `MaterialNotFound`, `NoSuchMove`."""
    return _act(version_id, Verb.WITHDRAW, by, merchant_id=merchant_id, reason=reason)


@transaction.atomic
def upload(merchant_id: str, content: bytes, *, by: Principal, now: datetime) -> str:
    """A picture, re-encoded as all pictures are. Raises `BadPicture`."""
    picture_id = catalog.upload(merchant_id, content, now=now)
    identity.audit(by, "materials.upload", ("picture", picture_id), {}, {"pictures": [picture_id]})
    return picture_id


@transaction.atomic
def record_use(material: Material, act: Act, channel: Channel) -> None:
    """One more time, on that channel."""
    sql.run(
        __package__,
        "use",
        {
            "version_id": material.id,
            "merchant_id": material.merchant_id,
            "channel": channel.value,
            "act": act.value,
            "slot": secrets.randbelow(SLOTS),
        },
    )


def _write(
    draft: MaterialDraft, material_id: str, number: int, *, merchant_id: str, by: Principal, now: datetime
) -> Material:
    today = accounting_date(now)
    rules.check(draft, tables.hosts(), compliance.label("disclosure", today).text)
    for words in rules.texts_of(draft):
        compliance.require_usable(words, today)
    _check_things(draft, merchant_id)
    row = Version.objects.create(
        id=new_id("mtv"),
        material_id=material_id,
        number=number,
        merchant_id=merchant_id,
        kind=draft.kind,
        title=draft.title.strip(),
        text=draft.text.strip(),
        pictures=list(draft.pictures),
        template=_plain(draft.template),
        address=draft.address,
        product_id=draft.product_id,
        category=draft.category,
        state=State.DRAFT,
        author_id=by.user_id,
        created_at=now,
        valid_from=draft.valid_from or now,
        valid_until=draft.valid_until,
    )
    verb = "create" if number == 1 else "change"
    told = {"title": row.title, "kind": row.kind, "number": number}
    identity.audit(by, f"materials.{verb}", ("material", row.id), {}, told)
    return contract(row)


def _plain(template: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(template) if template is not None else None


def _check_things(draft: MaterialDraft, merchant_id: str) -> None:
    """Pictures, product and category exist and are the owner's to use. Raises `BadMaterial`."""
    pictures = set(draft.pictures)
    if draft.kind is MaterialKind.POSTER and draft.template is not None:
        pictures |= rules.pictures_of(draft.template)
    if pictures and catalog.kept_pictures(merchant_id, pictures) != pictures:
        raise BadMaterial("有图片不存在，请重新上传")
    if draft.product_id:
        try:
            owner = catalog.get(draft.product_id).merchant_id
        except ProductNotFound:
            owner = ""
        if not owner or (merchant_id and owner != merchant_id):
            raise BadMaterial("商品不存在")
    if draft.category and draft.category not in catalog.category_names():
        raise BadMaterial("类目不存在")


def _locked(version_id: str, merchant_id: str | None) -> list[Version]:
    """All versions of the material this one belongs to, oldest first, held until the end of the transaction."""
    rows = Version.objects.filter(id=version_id)
    row = (rows if merchant_id is None else rows.filter(merchant_id=merchant_id)).first()
    if row is None:
        raise MaterialNotFound(version_id)
    mine = Version.objects.filter(material_id=row.material_id, merchant_id=row.merchant_id)
    return list(mine.select_for_update().order_by("number"))


def _one(rows: list[Version], version_id: str) -> Version:
    return next(row for row in rows if row.id == version_id)


def _check_eyes(row: Version, by: Principal) -> None:
    if row.author_id == by.user_id:
        raise SameEyes(row.id)


def _move(row: Version, verb: Verb, **more: Any) -> None:
    row.state = rules.FLOW.after(State(row.state), verb)
    for name, value in more.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *more])


def _act(version_id: str, verb: Verb, by: Principal, *, merchant_id: str | None = None, **more: Any) -> Material:
    row = _one(_locked(version_id, merchant_id), version_id)
    before = row.state
    _move(row, verb, **more)
    told = ({"state": before}, {"state": str(row.state)})
    identity.audit(by, f"materials.{verb.value}", ("material", row.id), *told, reason=str(more.get("reason", "")))
    return contract(row)
