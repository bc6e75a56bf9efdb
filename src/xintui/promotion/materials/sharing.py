"""What a promoter takes along: the link with the words, the poster, the mini-program code."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.infra import wechat
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, ShareLink, Target, TargetKind
from xintui.promotion.materials import drawing, queries, rules
from xintui.promotion.materials.contracts import (
    CodeUnavailable,
    Kit,
    Material,
    MaterialKind,
    NotUsable,
    NotYours,
    Poster,
    PosterContent,
)
from xintui.promotion.materials.models import Code
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.compliance import facade as compliance
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Effect, Perk

PRINT: Final = 3
PAGE = "pages/open/index"
"""The mini-program's page that reads `scene`."""


@transaction.atomic
def share(
    promoter: Promoter, target: Target, channel: Channel, *, version_id: str = "", text: str = "", now: datetime
) -> Kit:
    """The link, made with a material if one is named, and the words with the label in front.

    Raises `NotAPromoter`, `NotUsable`, `CopyRefused`.
    """
    material = _for(version_id, target, now) if version_id else None
    link = attribution.create_link(promoter.id, target, channel, now=now, material_id=version_id)
    told = attribution.share(link, text or (material.text if material else ""), now=now)
    return Kit(link, told.label, told.text, told.path)


def poster(promoter: Promoter, link: ShareLink, version_id: str, *, named: bool, address: str, now: datetime) -> Poster:
    """Template and content of a link's poster. Raises `NotUsable`."""
    material = _for(version_id, link.target, now)
    if material.kind is not MaterialKind.POSTER or material.template is None:
        raise NotUsable(version_id)
    title, price, picture = _face(link.target)
    content = PosterContent(
        title=title,
        price=price,
        picture=picture,
        promoter=f"{promoter.display_name} 推荐" if named else "",
        label=_label(now),
        address=address,
    )
    return Poster(material.id, material.template, content)


def draw(made: Poster, *, form: str = "png") -> bytes:
    """The poster as a picture: png, webp or jpeg."""
    return drawing.draw(made, catalog.picture, form=form)


def may_print(promoter: Promoter, link_id: str, *, now: datetime) -> bool:
    """更多素材: whether credit and level bring posters for print, or a 海报印刷券 was used for this link."""
    worth = promoters.perks([promoter.id], today=accounting_date(now))
    if worth[promoter.id][Perk.EXTRA_MATERIALS]:
        return True
    return points.was_used(promoter.id, Effect.POSTER_PRINT, link_id)


def draw_for_print(promoter: Promoter, link_id: str, made: Poster, *, form: str, now: datetime) -> bytes:
    """Three times as large: an A5 sheet at 380 dots an inch. Raises `NotYours`."""
    if not may_print(promoter, link_id, now=now):
        raise NotYours
    return drawing.draw(made, catalog.picture, form=form, scale=PRINT)


def preview(material: Material, *, now: datetime) -> bytes:
    """A template with goods of nobody, for whoever has to approve it."""
    assert material.template is not None
    return _sample(material.template, _label(now))


def sample(template: Mapping[str, Any], *, now: datetime) -> bytes:
    """The same for a template that nobody has kept yet. Raises `BadMaterial`."""
    rules.check_template(template, _label(now))
    return _sample(template, _label(now))


def _label(now: datetime) -> str:
    return compliance.label("disclosure", accounting_date(now)).text


def _sample(template: Mapping[str, Any], label: str) -> bytes:
    content = PosterContent(
        "示例商品：明前龙井 250 克礼盒", "¥128.00 起", "sample", "张** 推荐", label, "https://example.invalid/s/sample"
    )
    return draw(Poster("", template, content), form="webp")


def make_mini_code(link: ShareLink, *, now: datetime) -> None:
    """小程序码 of a link: WeChat is asked once, outside any transaction, and its picture is kept.

    Raises `CodeUnavailable`.
    """
    if Code.objects.filter(link_id=link.id).exists():
        return
    app = wechat.configured()
    if not app.appid:
        raise CodeUnavailable("平台还没有接入小程序")
    version = os.environ.get("XINTUI_WECHAT_VERSION", "release")
    try:
        picture = wechat.mini_code(app, link.code, PAGE, version=version)
    except wechat.WechatError as no:
        says = {41030: "小程序还没有发布这个页面", 45009: "今天生成得太多了，请稍后再试"}
        raise CodeUnavailable(says.get(no.errcode, "微信没有同意")) from None
    except wechat.WechatDown:
        raise CodeUnavailable("微信没有应答，请稍后再试") from None
    mime = "image/png" if picture[:4] == b"\x89PNG" else "image/jpeg"
    row = Code(link_id=link.id, promoter_id=link.promoter_id, mime=mime, picture=picture, made_at=now)
    Code.objects.bulk_create([row], ignore_conflicts=True)


def _for(version_id: str, target: Target, now: datetime) -> Material:
    """A version that may be shared for this target now. Raises `MaterialNotFound`, `NotUsable`."""
    material = queries.shared(version_id)
    if not material.usable(now) or not queries.fits(material, target):
        raise NotUsable(version_id)
    return material


def _face(target: Target) -> tuple[str, str, str]:
    """What a poster shows of a target: words, price, picture."""
    if target.kind is TargetKind.PRODUCT:
        product = catalog.on_sale(target.id)
        prices = [sku.price_fen for sku in product.skus if sku.active]
        more = " 起" if len(set(prices)) > 1 else ""
        price = f"¥{yuan(min(prices))}{more}" if prices else ""
        return product.title, price, product.pictures[0] if product.pictures else ""
    wanted = ProductFilter(merchant_id=target.merchant_id) if target.merchant_id else ProductFilter()
    cards, _ = catalog.window(wanted, limit=1)
    return target.title, "", cards[0].picture if cards else ""
