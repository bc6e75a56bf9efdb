"""One verb for many rows: first what would happen to each, then what did.

@bulk_action("上架", roles=KEEPERS)
def list_many(self, request, form, row): facade.list_product(…)

The preview runs the very verb on every row, in order, and undoes all of it: no second set of rules can disagree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import SimpleNamespace
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm

from xintui.infra.console import cells
from xintui.infra.console.actions import ProofForm, ReasonForm, may, sentence
from xintui.infra.console.names import called
from xintui.kernel.errors import DomainError

MAX_ROWS: Final = 200
SHOWN_COLUMNS: Final = 4
SECRETS: Final = frozenset({"proof"})
One = Callable[[Any, HttpRequest, Any, Any], None]


@dataclass(frozen=True)
class Fate:
    """One row of the table: what it is, whether the verb went through, else the sentence of the refusal."""

    key: str
    shown: tuple[SafeString | str, ...]
    refused: str
    fen: int


@dataclass(frozen=True)
class _Verb:
    description: str
    warning: str
    form: type[BaseDialogForm]
    sample: Mapping[str, Any] | None
    amount: Callable[[Any], int] | None
    one: One


@dataclass(frozen=True)
class _Case:
    """The verb, the page it stands on, who asks, and for which rows."""

    verb: _Verb
    page: Any
    request: HttpRequest
    rows: list[Any]


class _Undone(Exception):
    pass


def bulk_action(
    description: str,
    *,
    roles: set[str] | frozenset[str],
    form: type[BaseDialogForm] = ReasonForm,
    sample: Mapping[str, Any] | None = None,
    amount: Callable[[Any], int] | None = None,
    warning: str = "",
) -> Callable[[One], Callable[..., Any]]:
    """Decorator over `def f(self, request, form, row)`, named in `actions`; a `DomainError` refuses that row alone.

    `sample` are the form's values that stand in until somebody has filled it (a reason needs none): with it the first
    page already shows the preview. `amount(row)` is the money, in fen, that the preview adds up.
    """
    if sample is None and form in (ReasonForm, ProofForm):
        sample = {"reason": "预览"}

    def decorate(one: One) -> Callable[..., Any]:
        verb = _Verb(description, warning, form, sample, amount, one)

        @wraps(one)
        def run(page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
            if request.method != "POST" or not may(request, frozenset(roles)):
                raise PermissionDenied
            return _stage(verb, page, request, queryset)

        run.console_roles = frozenset(roles)  # type: ignore[attr-defined]
        return admin.action(description=description)(run)

    return decorate


def _stage(verb: _Verb, page: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    rows = list(queryset[: MAX_ROWS + 1])
    if len(rows) > MAX_ROWS:
        page.message_user(request, f"一次最多办理 {MAX_ROWS} 条，请先筛选或分批办理", messages.ERROR)
        return None
    if not rows:
        page.message_user(request, "没有选中可办理的记录", messages.WARNING)
        return None
    case, stage = _Case(verb, page, request, rows), request.POST.get("_bulk", "")
    form = verb.form(request, data=request.POST if stage else None)
    filled = bool(stage) and form.is_valid()
    if filled and stage == "do":
        return _answer(case, form, _run(case, form), "done")
    given = form if filled else SimpleNamespace(cleaned_data=dict(verb.sample)) if verb.sample else None
    fates = _rehearse(case, given) if given else []
    return _answer(case, form, fates, "confirm" if filled else "ask")


def _rehearse(case: _Case, form: Any) -> list[Fate]:
    fates: list[Fate] = []
    try:
        with transaction.atomic():
            fates = _run(case, form)
            raise _Undone
    except _Undone:
        return fates


def _run(case: _Case, form: Any) -> list[Fate]:
    """In the order of the list, each in a savepoint: a refused row leaves nothing behind."""
    verb, page, request, rows = case.verb, case.page, case.request, case.rows
    known = called(cells.ids_of(page, rows))
    fates = []
    for row in rows:
        row.called = known
        shown, fen = _shown(page, request, row), verb.amount(row) if verb.amount else 0
        refused = ""
        try:
            with transaction.atomic():
                verb.one(page, request, form, row)
        except DomainError as refusal:
            refused = sentence(refusal)
        fates.append(Fate(str(row.pk), shown, refused, fen))
    return fates


def _columns(page: Any, request: HttpRequest) -> list[str]:
    return [name for name in page.get_list_display(request) if name != "action_checkbox"][:SHOWN_COLUMNS]


def _shown(page: Any, request: HttpRequest, row: Any) -> tuple[SafeString | str, ...]:
    found = []
    for name in _columns(page, request):
        field, _, value = lookup_field(name, row, page)
        if field is not None and field.flatchoices:
            value = dict(field.flatchoices).get(value, value)
        found.append(cells.NOTHING if value in (None, "") else value)
    return tuple(found)


def _answer(case: _Case, form: Any, fates: list[Fate], stage: str) -> HttpResponse:
    verb, page, request, rows = case.verb, case.page, case.request, case.rows
    done = [fate for fate in fates if not fate.refused]
    kept = {} if stage != "confirm" else {name: request.POST.getlist(name) for name in form.fields}
    context = {
        **page.admin_site.each_context(request),
        "title": verb.description,
        "warning": verb.warning,
        "stage": stage,
        "total": len(rows),
        "will": len(done),
        "wont": len(fates) - len(done),
        "sum": sum(fate.fen for fate in done) if verb.amount else None,
        "fates": sorted(fates, key=lambda fate: not fate.refused),
        "columns": [_label(page, name) for name in _columns(page, request)],
        "form": form,
        "kept": [(name, value) for name, values in kept.items() if name not in SECRETS for value in values],
        "action": request.POST.get("action", ""),
        "ids": [row.pk for row in rows],
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": request.POST.get("_back") if stage != "ask" or "_back" in request.POST else request.get_full_path(),
        "next": "do" if stage == "confirm" or verb.sample is not None else "preview",
    }
    if not str(context["back"]).startswith(request.path):
        context["back"] = request.path
    request.current_app = page.admin_site.name  # where the crumbs lead
    return TemplateResponse(request, "console/bulk.html", context)


def _label(page: Any, name: str) -> str:
    return str(label_for_field(name, page.model, page))
