"""导入: a file of rows that people fill in. Tried first, told row by row, then done; bad rows come back.

    importer(merchant_site, Importer("goods", "导入商品", …, one=_one))

`one` puts a single row in through the facade, inside a savepoint, and says what it did. The trial runs the same
function and undoes it. Doing a file twice changes nothing the second time: `one` must see what is there already.
"""

import base64
import binascii
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminFileFieldWidget

from xintui.infra import sheets
from xintui.infra.console.actions import may, sentence
from xintui.infra.console.export import as_file
from xintui.infra.console.sites import ConsoleSite
from xintui.kernel.errors import DomainError

MAX_ROWS: Final = 1_000
MAX_BYTES: Final = 2 * 2**20
SHOWN: Final = 200
UNCHANGED: Final = "无变化"
KINDS: Final = (".csv", ".xlsx")
_recorders: list[Callable[[HttpRequest, str, Mapping[str, int]], None]] = []


def on_import(recorder: Callable[[HttpRequest, str, Mapping[str, int]], None]) -> None:
    """Have `recorder(request, which, counts)` write each import into the audit trail, in the same transaction."""
    _recorders.append(recorder)


@dataclass(eq=False)
class FileRefused(DomainError):
    """The file as a whole cannot be taken."""

    code: ClassVar[str] = "console.file_refused"
    says: ClassVar[str] = "无法导入：{why}"

    why: str


@dataclass(frozen=True)
class Column:
    name: str
    hint: str
    required: bool = True


@dataclass(frozen=True)
class Importer:
    """What may be imported on a page of the console, by whom, and how one row goes in."""

    name: str
    title: str
    group: str
    intro: str
    roles: frozenset[str]
    columns: Sequence[Column]
    examples: Sequence[Sequence[str]]
    one: Callable[[HttpRequest, Mapping[str, str]], str]
    """Row → what was done (新建, 更新, UNCHANGED, …). Raises `DomainError`; a `BadCell` names the column."""
    back: str
    """The list that the rows go into: `merchant:catalog_product_changelist`."""


@dataclass(frozen=True)
class Fate:
    number: int
    cells: Sequence[str]
    did: str
    column: str = ""
    refused: str = ""


class _Undone(Exception):
    pass


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件", widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        help_text=f"CSV 或 XLSX，不超过 2 MB、{MAX_ROWS} 行",
    )  # fmt: skip


def importer(site: ConsoleSite, this: Importer) -> None:
    """Give the site a page for it, and a line in the sidebar."""

    def view(request: HttpRequest) -> HttpResponse:
        if not may(request, this.roles):
            raise PermissionDenied
        if (kind := request.GET.get("template", "")) in {"csv", "xlsx"}:
            return as_file(f"{this.name}-template", kind, [one.name for one in this.columns], this.examples)
        context: dict[str, Any] = {"form": UploadForm()}
        if request.method == "POST":
            try:
                answer = _posted(this, request)
                if isinstance(answer, HttpResponse):
                    return answer
                context |= answer
            except DomainError as refusal:
                messages.error(request, str(refusal))
        return TemplateResponse(request, "console/upload.html", {
            **site.each_context(request), "title": this.title, "this": this, "back": this.back, **context,
        })  # fmt: skip

    site.page(f"import/{this.name}/", f"import_{this.name}")(view)
    site.link(this.group, this.title, "upload_file", f"import_{this.name}", this.roles)


def _posted(this: Importer, request: HttpRequest) -> dict[str, Any] | HttpResponse:
    kept = request.POST.get("kept", "")
    suffix, content = _unpacked(kept) if kept else _uploaded(request)
    lines = list(_lines(this, suffix, content))
    verb = request.POST.get("verb", "") if kept else ""
    if verb == "do":
        fates = [_one(this, request, number, cells) for number, cells in lines]
        for recorder in _recorders:
            recorder(request, this.name, _counts(fates))
    else:
        fates = _rehearsed(this, request, lines)
    if verb == "rejects":
        return _rejects(this, fates)
    return _told(fates, verb == "do") | {"kept": kept or _packed(suffix, content)}


def _uploaded(request: HttpRequest) -> tuple[str, bytes]:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        raise FileRefused("请选择文件")
    file = form.cleaned_data["file"]
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in KINDS:
        raise FileRefused("只支持 CSV 与 XLSX")
    if file.size > MAX_BYTES:
        raise FileRefused("文件超过 2 MB，请拆分后导入")
    return suffix, file.read()


def _packed(suffix: str, content: bytes) -> str:
    """The file travels with the page from trial to doing: nothing half-done lies on the server. It is judged again."""
    return suffix + ":" + base64.b64encode(zlib.compress(content)).decode()


def _unpacked(kept: str) -> tuple[str, bytes]:
    suffix, _, text = kept.partition(":")
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, zlib.error):
        raise FileRefused("请重新选择文件") from None
    if suffix not in KINDS or len(content) > MAX_BYTES:
        raise FileRefused("请重新选择文件")
    return suffix, content


def _lines(this: Importer, suffix: str, content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows below the header. Spreadsheets of Chinese Windows write CSV in GB 18030: that is read, too."""
    if suffix == ".csv":
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError:
            content = content.decode("gb18030", errors="replace").encode()
    names = [one.name for one in this.columns if one.required]
    others = [one.name for one in this.columns if not one.required]
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        path.write_bytes(content)
        try:
            for stretch in sheets.stretches(path, names, others):
                for number, cells in stretch.rows():
                    if not any(cell.strip() for cell in cells):
                        continue
                    count += 1
                    if count > MAX_ROWS:
                        raise FileRefused(f"超过 {MAX_ROWS} 行，请拆分后导入")
                    yield number, [cell.strip() for cell in cells]
        except sheets.FileUnreadable as no:
            raise FileRefused(no.why) from None
    if not count:
        raise FileRefused("没有数据行")


def _names(this: Importer) -> list[str]:
    return [one.name for one in this.columns if one.required] + [one.name for one in this.columns if not one.required]


def _one(this: Importer, request: HttpRequest, number: int, cells: Sequence[str]) -> Fate:
    names = _names(this)
    try:
        sheets.clean(cells, names)
        row = dict(zip(names, cells, strict=True))
        sheets.text(row, *(one.name for one in this.columns if one.required))
        with transaction.atomic():
            return Fate(number, cells, this.one(request, row))
    except sheets.BadCell as bad:
        return Fate(number, cells, "", bad.column, bad.why)
    except DomainError as refusal:
        return Fate(number, cells, "", "", sentence(refusal))


def _rehearsed(this: Importer, request: HttpRequest, lines: list[tuple[int, Sequence[str]]]) -> list[Fate]:
    fates: list[Fate] = []
    try:
        with transaction.atomic():
            fates = [_one(this, request, number, cells) for number, cells in lines]
            raise _Undone
    except _Undone:
        return fates


def _counts(fates: Sequence[Fate]) -> dict[str, int]:
    refused = sum(bool(one.refused) for one in fates)
    same = sum(one.did == UNCHANGED for one in fates)
    return {"rows": len(fates), "changed": len(fates) - refused - same, "unchanged": same, "refused": refused}


def _told(fates: list[Fate], done: bool) -> dict[str, Any]:
    shown = sorted(fates, key=lambda one: (not one.refused, one.number))
    return {"fates": shown[:SHOWN], "more": max(len(fates) - SHOWN, 0), "counts": _counts(fates), "done": done}


def _rejects(this: Importer, fates: list[Fate]) -> HttpResponse:
    rows = [[str(one.number), *one.cells, one.column, one.refused] for one in fates if one.refused]
    return as_file(f"{this.name}-rejects", "csv", ["行号", *_names(this), "出错的列", "原因"], rows)
