"""A poster's template as a form of words: its ground and its layers, each with the fields that its kind has."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from unfold.widgets import (
    UnfoldAdminColorInputWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from xintui.promotion.materials import rules

NAMES: Final = {
    "picture": "商品图", "title": "商品名", "price": "价格", "promoter": "推客", "text": "固定文字",
    "image": "固定图片", "box": "色块", "qr": "二维码", "label": "推广标识",
}  # fmt: skip
PLACE: Final = ("order", "x", "y", "w", "h")
LETTERS: Final = ("size", "lines", "align", "bold", "ink", "filled", "fill", "radius")
PARTS: Final = dict.fromkeys(("title", "price", "promoter", "label"), LETTERS) | {
    "text": ("text", *LETTERS), "box": ("fill", "radius"), "picture": ("radius",), "image": ("file", "radius"),
    "qr": (),
}  # fmt: skip
ONCE: Final = frozenset({"qr", "label"})
"""Every poster has exactly one of them."""
MORE: Final = [(kind, says) for kind, says in NAMES.items() if kind not in ONCE]
FRESH: Final[Mapping[str, Any]] = {"box": [40, 40, 300, 60], "size": 28, "ink": "#2b2521", "fill": "#ffffff"}
ACCEPT: Final = {"accept": "image/png,image/jpeg,image/webp"}


def _whole(label: str, low: int, high: int, **more: Any) -> forms.IntegerField:
    widget = UnfoldAdminIntegerFieldWidget()
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **more)


def _colour(label: str, **more: Any) -> forms.RegexField:
    return forms.RegexField(r"^#[0-9a-f]{6}$", label=label, widget=UnfoldAdminColorInputWidget(), **more)


class GroundForm(forms.Form):
    """How large the poster is and what lies under everything."""

    use_required_attribute = False
    width = _whole("宽（像素）", 300, 1500, initial=750)
    height = _whole("高（像素）", 300, 1500, initial=1200)
    background = _colour("背景颜色", initial="#ffffff")


class LayerForm(forms.Form):
    """One layer; what it is cannot be changed, only whether it stays."""

    kind = forms.ChoiceField(choices=list(NAMES.items()), widget=forms.HiddenInput)
    picture = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="文字", max_length=60, widget=UnfoldAdminTextInputWidget())
    file = forms.FileField(label="图片", required=False, widget=UnfoldAdminFileFieldWidget(attrs=ACCEPT))
    order = _whole("次序", 1, 999)
    x = _whole("左", 0, 1500)
    y = _whole("上", 0, 1500)
    w = _whole("宽", 1, 1500)
    h = _whole("高", 1, 1500)
    size = _whole("字号", 14, 200)
    lines = _whole("最多几行", 1, 6)
    align = forms.ChoiceField(
        label="对齐", choices=[("left", "左"), ("center", "中"), ("right", "右")], widget=UnfoldAdminSelectWidget()
    )
    bold = forms.BooleanField(label="粗体", required=False, widget=UnfoldBooleanWidget())
    ink = _colour("文字颜色")
    filled = forms.BooleanField(label="有底色", required=False, widget=UnfoldBooleanWidget())
    fill = _colour("底色")
    radius = _whole("圆角", 0, 750)
    drop = forms.BooleanField(label="删除", required=False, widget=UnfoldBooleanWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = False
        kind = str((self.data.get(self.add_prefix("kind")) if self.is_bound else self.initial.get("kind")) or "")
        self.says = NAMES.get(kind, "图层")
        wanted = {"kind", "picture", *PLACE, *PARTS.get(kind, ())} | (set() if kind in ONCE else {"drop"})
        for name in set(self.fields) - wanted:
            del self.fields[name]


LayerSet = forms.formset_factory(LayerForm, extra=0, max_num=24, absolute_max=24)


def start(template: Mapping[str, Any] | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the form shows of a template: the ground, and each layer."""
    if not template:
        return {}, []
    width, height = template["size"]
    ground = {"width": width, "height": height, "background": template["background"]}
    return ground, [_shown(layer, n * 10) for n, layer in enumerate(template["layers"], 1)]


def _shown(layer: Mapping[str, Any], order: int) -> dict[str, Any]:
    x, y, w, h = layer["box"]
    usual = {"lines": 1, "align": "left", "bold": False, "radius": 0, "fill": FRESH["fill"], "text": "", "picture": ""}
    given = {key: value for key, value in layer.items() if key != "box"}
    return usual | given | {"filled": "fill" in layer, "order": order, "x": x, "y": y, "w": w, "h": h}


def fresh(kind: str, order: int) -> dict[str, str]:
    """A new layer's fields as a browser would send them."""
    shown = _shown({**FRESH, "kind": kind}, order)
    shown["filled"] = False
    return {name: str(value) for name, value in shown.items() if value is not False}


def written(ground: GroundForm, layers: Any) -> dict[str, Any]:
    """The template that a valid form describes, from the bottom up. What is as usual is not written down."""
    kept = [one for one in (form.cleaned_data for form in layers) if not one.get("drop")]
    kept.sort(key=lambda one: one["order"])
    size = [ground.cleaned_data["width"], ground.cleaned_data["height"]]
    return {"size": size, "background": ground.cleaned_data["background"], "layers": [_layer(one) for one in kept]}


def _layer(given: Mapping[str, Any]) -> dict[str, Any]:
    kind, parts = given["kind"], PARTS[given["kind"]]
    made: dict[str, Any] = {"kind": kind, "box": [given[side] for side in ("x", "y", "w", "h")]}
    made |= {name: given[name] for name in ("text", "size", "ink") if name in parts}
    usual = {"lines": 1, "align": "left", "bold": False, "radius": 0}
    made |= {name: given[name] for name, value in usual.items() if name in parts and given[name] != value}
    if kind == "box" or given.get("filled"):
        made["fill"] = given["fill"]
    return made | ({"picture": given["picture"]} if kind == "image" else {})


assert PARTS.keys() == NAMES.keys() == rules.KINDS
