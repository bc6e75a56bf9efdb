"""Writing a material at a console: one form for the first version and for the next."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.console import ConsoleSite
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.promotion.materials import facade, posterform, rules
from xintui.promotion.materials.contracts import KIND_NAMES, BadMaterial, Material, MaterialDraft, MaterialKind, State


def whose(request: HttpRequest) -> tuple[Principal, str]:
    """Who sits there, and for which shop ("": the platform)."""
    who: Principal = request.principal  # type: ignore[attr-defined]
    return who, who.merchant_id or ""


def category_name(category: str) -> str:
    """In words."""
    return catalog.category_names().get(category, category) or "全部类目"


def preview_of(version_id: str) -> dict[str, Any]:
    """What a person who decides has to see."""
    found = facade.get(version_id)
    poster = ""
    if found.kind is MaterialKind.POSTER:
        poster = _inline(facade.preview(found, now=clock.now()))
    return {"material": found, "poster": poster}


def _inline(picture: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(picture).decode()


class Files(UnfoldAdminFileFieldWidget):  # type: ignore[misc]
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Each file by itself as a field of one would judge it."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFiles, self).clean(one, initial) for one in given]


class MaterialForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(label="类型", widget=UnfoldAdminSelectWidget(attrs={"data-shows": "kind"}))
    title = forms.CharField(label="名称", max_length=30, widget=UnfoldAdminTextInputWidget())
    text = forms.CharField(
        label="文字", required=False, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text="推广标识和推客的链接会自动加上，这里只写商品的好处。",
    )  # fmt: skip
    images = ManyFiles(
        label="图片", required=False, widget=Files(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="1 到 9 张，每张不超过 8 MB。",
    )  # fmt: skip
    address = forms.CharField(label="视频链接", required=False, max_length=300, widget=UnfoldAdminTextInputWidget())
    product = forms.ChoiceField(label="只用于商品", required=False, widget=UnfoldAdminSelectWidget())
    category = forms.ChoiceField(label="只用于类目", required=False, widget=UnfoldAdminSelectWidget())
    valid_from = forms.SplitDateTimeField(label="生效时间", required=False, widget=UnfoldAdminSplitDateTimeWidget())
    valid_until = forms.SplitDateTimeField(label="失效时间", required=False, widget=UnfoldAdminSplitDateTimeWidget())

    def __init__(self, *args: Any, merchant_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goods = catalog.goods_of(ProductFilter(merchant_id=merchant_id), limit=100)[0] if merchant_id else []
        self.fields["kind"].choices = [(k.value, says) for k, says in KIND_NAMES.items()]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", "不限"), *((one.id, one.title) for one in goods)]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "不限"), *catalog.category_names().items()]  # type: ignore[attr-defined]
        if not merchant_id:
            del self.fields["product"]

    @property
    def parts(self) -> list[tuple[str, Any]]:
        """Each field with the kinds it belongs to; console.js shows those of the chosen one."""
        return [(ONLY_FOR.get(name, ""), self[name]) for name in self.fields]


ONLY_FOR: Final = {"text": "copy pictures", "images": "pictures", "address": "video"}


@dataclass(frozen=True)
class Writing:
    """The whole page: what every material has, and the poster's ground and layers."""

    form: MaterialForm
    ground: posterform.GroundForm
    layers: Any
    refused: bool = False
    """Whether a picture of a layer was sent and not taken; the rest of the page stays as it was written."""

    @property
    def is_poster(self) -> bool:
        return str(self.form["kind"].value()) == MaterialKind.POSTER.value

    def is_valid(self) -> bool:
        whole = [self.form.is_valid(), not self.refused]
        if self.is_poster:
            whole += [self.ground.is_valid(), self.layers.is_valid()]
        return all(whole)

    def template(self) -> dict[str, Any] | None:
        return posterform.written(self.ground, self.layers) if self.is_poster else None


def _writing(request: HttpRequest, before: str) -> Writing:
    """As somebody has filled it in, or as it starts. A picture of a layer is kept as soon as it has been sent."""
    _, merchant_id = whose(request)
    initial, template = _initial(before, merchant_id, request.GET.get("base", ""))
    if request.method != "POST":
        ground, layers = posterform.start(template)
        form = MaterialForm(initial=initial, merchant_id=merchant_id)
        rows = posterform.LayerSet(initial=layers, prefix="layer")
        return Writing(form, posterform.GroundForm(initial=ground), rows)
    form = MaterialForm(request.POST, request.FILES, initial=initial, merchant_id=merchant_id)
    if not Writing(form, posterform.GroundForm(), None).is_poster:
        ground, layers = posterform.start(template)
        rows = posterform.LayerSet(initial=layers, prefix="layer")
        return Writing(form, posterform.GroundForm(initial=ground), rows)
    sent, refused = _with_pictures(request)
    if request.POST.get("verb") == "more" and (kind := request.POST.get("more", "")) in posterform.NAMES:
        count = min(int(sent.get("layer-TOTAL_FORMS") or 0), 23)
        for name, value in posterform.fresh(kind, 10 * (count + 1)).items():
            sent[f"layer-{count}-{name}"] = value
        sent["layer-TOTAL_FORMS"] = str(count + 1)
    return Writing(form, posterform.GroundForm(sent), posterform.LayerSet(sent, prefix="layer"), refused)


def _with_pictures(request: HttpRequest) -> tuple[QueryDict, bool]:
    """The form with the pictures of its layers in place of their files, and whether one of them was refused (said)."""
    who, merchant_id = whose(request)
    sent, refused = request.POST.copy(), False
    for name, file in request.FILES.items():
        if name.startswith("layer-") and name.endswith("-file") and file is not None:
            try:
                with transaction.atomic():
                    key = facade.upload(merchant_id, file.read(), by=who, now=clock.now())  # type: ignore[union-attr]
            except DomainError as refusal:
                messages.error(request, f"图层的图片没有保存：{sentence(refusal)}。其他内容都还在，换一张再试")
                refused = True
            else:
                sent[f"{name.removesuffix('file')}picture"] = key
    return sent, refused


def _bases(merchant_id: str) -> list[Material]:
    """Posters that a new one may start from: the platform's and one's own that are in use."""
    kept: dict[str, Any] = {"state": State.APPROVED, "kind": MaterialKind.POSTER}
    own = facade.library(merchant_id=merchant_id, **kept).items if merchant_id else ()
    return [*own, *facade.house_posters()]


def _draft(given: Mapping[str, Any], pictures: tuple[str, ...], template: dict[str, Any] | None) -> MaterialDraft:
    kind = MaterialKind(given["kind"])
    return MaterialDraft(
        kind=kind,
        title=given["title"],
        text=given["text"] if kind is not MaterialKind.POSTER else "",
        pictures=pictures if kind is MaterialKind.PICTURES else (),
        template=template,
        address=given["address"] if kind is MaterialKind.VIDEO else "",
        product_id=given.get("product", ""),
        category=given["category"],
        valid_from=given["valid_from"],
        valid_until=given["valid_until"],
    )


def _save(request: HttpRequest, page: Writing, before: str) -> str:
    """All or nothing: pictures, version and audit lines. Raises what the facade raises."""
    who, merchant_id = whose(request)
    now = clock.now()
    with transaction.atomic():
        files = page.form.cleaned_data["images"]
        if len(files) > rules.PICTURE_LIMIT:
            raise BadMaterial(f"图片最多 {rules.PICTURE_LIMIT} 张")
        kept = tuple(facade.upload(merchant_id, one.read(), by=who, now=now) for one in files)
        if not kept and before:
            kept = facade.get(before, merchant_id=merchant_id).pictures
        draft = _draft(page.form.cleaned_data, kept, page.template())
        if before:
            return facade.change(before, draft, merchant_id=merchant_id, by=who, now=now).id
        return facade.create(draft, merchant_id=merchant_id, by=who, now=now).id


def _initial(before: str, merchant_id: str, base: str) -> tuple[dict[str, Any], Mapping[str, Any] | None]:
    """What the form starts with: the version before, or nothing but a poster to begin from."""
    if not before:
        ready = _bases(merchant_id)
        chosen = [one for one in ready if one.id == base]
        template = (chosen or ready)[0].template if ready else None
        return ({"kind": MaterialKind.POSTER.value} if chosen else {}), template
    found = facade.get(before, merchant_id=merchant_id)
    return {
        "kind": found.kind.value,
        "title": found.title,
        "text": found.text,
        "address": found.address,
        "product": found.product_id,
        "category": found.category,
        "valid_until": found.valid_until,
    }, found.template


def _answer(request: HttpRequest, site: ConsoleSite, before: str) -> tuple[Writing, str, str]:
    """The page, the poster as it would look, and where to go when something was kept."""
    verb = request.POST.get("verb", "keep")
    page = _writing(request, before)
    if request.method != "POST":
        _, template = _initial(before, whose(request)[1], request.GET.get("base", ""))
        return page, _inline(facade.sample(template, now=clock.now())) if template else "", ""
    if verb == "more" or not page.is_valid():
        return page, "", ""
    try:
        if verb == "look":
            made = page.template()
            return page, _inline(facade.sample(made, now=clock.now())) if made else "", ""
        kept = _save(request, page, before)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return page, "", ""
    messages.success(request, "已保存为草稿，看过后点“提交审核”")
    return page, "", reverse(f"{site.name}:materials_version_change", args=[kept])


def furnish(site: ConsoleSite, roles: frozenset[str]) -> None:
    """The form into a console, in its sidebar beside the list."""

    def view(request: HttpRequest, version_id: str = "") -> HttpResponse:
        who, merchant_id = whose(request)
        if who.roles.isdisjoint(roles):
            raise PermissionDenied
        try:
            if version_id:
                facade.get(version_id, merchant_id=merchant_id)
        except DomainError:
            raise PermissionDenied from None
        page, poster, onward = _answer(request, site, version_id)
        if onward:
            return HttpResponseRedirect(onward)
        title = "改出新版" if version_id else "新建素材"
        context = {**site.each_context(request), "title": title, "again": bool(version_id), "poster": poster}
        context |= {"form": page.form, "ground": page.ground, "layers": page.layers, "kinds": posterform.MORE}
        context |= {"bases": [] if version_id else _bases(merchant_id)}
        context["back"] = reverse(f"{site.name}:materials_version_changelist")
        request.current_app = site.name
        return TemplateResponse(request, "materials/form.html", context)

    site.page("materials/new/", "materials_new")(view)
    site.page("materials/next/<str:version_id>/", "materials_next")(view)
    site.link("素材", "新建素材", "add_photo_alternate", "materials_new", roles)
