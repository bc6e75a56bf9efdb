"""The life of a version and what each kind of material is made of."""

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from xintui.kernel.states import Flow
from xintui.promotion.materials.contracts import BadMaterial, MaterialDraft, MaterialKind, State, Verb
from xintui.promotion.materials.rules.poster import check_template, words_of
from xintui.trust.compliance import facade as compliance

S, V, K = State, Verb, MaterialKind

FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (S.DRAFT, V.SUBMIT): S.REVIEW,
        (S.DRAFT, V.REPLACE): S.REPLACED,
        (S.REVIEW, V.RECALL): S.DRAFT,
        (S.REVIEW, V.APPROVE): S.APPROVED,
        (S.REVIEW, V.REFUSE): S.REFUSED,
        (S.REVIEW, V.REPLACE): S.REPLACED,
        (S.REFUSED, V.REPLACE): S.REPLACED,
        (S.APPROVED, V.WITHDRAW): S.WITHDRAWN,
        (S.APPROVED, V.REPLACE): S.REPLACED,
        (S.WITHDRAWN, V.SUBMIT): S.REVIEW,
        (S.WITHDRAWN, V.REPLACE): S.REPLACED,
    }
)
TITLE_LIMIT: Final = 30
TEXT_LIMIT: Final = 500
PICTURE_LIMIT: Final = 9


def check(draft: MaterialDraft, hosts: Collection[str], label: str) -> None:
    """Raises `BadMaterial`. Whether the words may be said is compliance's to judge (`texts_of`)."""
    if not 2 <= len(draft.title.strip()) <= TITLE_LIMIT:
        raise BadMaterial(f"名称应有 2 到 {TITLE_LIMIT} 个字")
    if draft.product_id and draft.category:
        raise BadMaterial("商品与类目只能选一个")
    if draft.valid_from and draft.valid_until and draft.valid_until <= draft.valid_from:
        raise BadMaterial("失效时间应晚于生效时间")
    _check_parts(draft)
    if draft.kind is K.COPY and not 4 <= len(draft.text.strip()) <= TEXT_LIMIT:
        raise BadMaterial(f"文案应有 4 到 {TEXT_LIMIT} 个字")
    if draft.kind is K.COPY and compliance.bears_address(draft.text):
        raise BadMaterial("文案里不要写网址：分享时会自动带上推客的专属链接")
    if draft.kind is K.PICTURES and not 1 <= len(draft.pictures) <= PICTURE_LIMIT:
        raise BadMaterial(f"图片应有 1 到 {PICTURE_LIMIT} 张")
    if len(set(draft.pictures)) != len(draft.pictures):
        raise BadMaterial("图片重复")
    if draft.kind is K.POSTER:
        check_template(draft.template or {}, label)
    if draft.kind is K.VIDEO:
        _check_address(draft.address, hosts)


def texts_of(draft: MaterialDraft) -> list[str]:
    """Everything in it that people will read."""
    fixed = words_of(draft.template) if draft.template else []
    return [one for one in (draft.title, draft.text, *fixed) if one.strip()]


def _check_parts(draft: MaterialDraft) -> None:
    """A kind has its own parts and no others: what is not shown is not approved either."""
    given = {
        "text": bool(draft.text.strip()),
        "pictures": bool(draft.pictures),
        "template": draft.template is not None,
        "address": bool(draft.address),
    }
    allowed = {
        K.COPY: {"text"},
        K.PICTURES: {"pictures", "text"},
        K.POSTER: {"template"},
        K.VIDEO: {"address", "text"},
    }[draft.kind]
    names = {"text": "文案", "pictures": "图片", "template": "海报模板", "address": "视频链接"}
    if extra := [names[part] for part, there in given.items() if there and part not in allowed]:
        raise BadMaterial(f"这种素材不需要{'、'.join(extra)}")
    if len(draft.text) > TEXT_LIMIT:
        raise BadMaterial(f"文字最多 {TEXT_LIMIT} 个字")


def _check_address(address: str, hosts: Collection[str]) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme == "https" and parts.hostname in hosts and not parts.username and parts.port is None
    except ValueError:
        good = False
    if not good or len(address) > 300:
        raise BadMaterial(f"视频链接应为 https，且在允许的网站内：{'、'.join(sorted(hosts))}")
