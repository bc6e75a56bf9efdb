"""Buttons that change something. They name the roles that may press them, call a facade and show its refusal."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.decorators import action as unfold_action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget

from xintui.infra.console.names import word
from xintui.kernel.errors import DomainError
from xintui.kernel.states import NoSuchMove


def may(request: HttpRequest, roles: frozenset[str]) -> bool:
    """Whether the person asking holds one of `roles`."""
    principal = getattr(request, "principal", None)
    return principal is not None and not principal.roles.isdisjoint(roles)


def sentence(refusal: DomainError) -> str:
    """What a person reads: a move that a state does not allow is told in the words of the consoles, not in codes."""
    if isinstance(refusal, NoSuchMove):
        return f"当前状态为「{word('value', str(refusal.facts['state']))}」，不能办理此操作"
    return str(refusal)


def _guarded(function: Callable[..., Any], roles: frozenset[str]) -> Callable[..., Any]:
    @wraps(function)
    def run(page: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST" or not may(request, roles):
            raise PermissionDenied
        try:
            with transaction.atomic():
                return function(page, request, *args, **kwargs)
        except DomainError as refusal:
            page.message_user(request, sentence(refusal), messages.ERROR)
            return None

    run.console_roles = roles  # type: ignore[attr-defined]
    return run


def action(description: str, *, roles: set[str] | frozenset[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A list action (`def f(self, request, queryset)`, named in `actions`): several rows at once.

    All or nothing: a `DomainError` undoes the whole action and is shown to the person.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        return admin.action(description=description)(_guarded(function, frozenset(roles)))

    return decorate


class ReasonForm(BaseDialogForm):  # type: ignore[misc]
    """Subclass to ask for more; the reason goes into the audit trail."""

    reason = forms.CharField(
        label="原因", min_length=2, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


_provers: list[Callable[[HttpRequest, str], None]] = []


def on_proof(prover: Callable[[HttpRequest, str], None]) -> None:
    """Have `prover(request, what was typed)` judge whether the person has just shown who they are."""
    _provers.append(prover)


class ProofForm(ReasonForm):
    """Money or power changes hands: the person proves again that it is them when the last proof is too old."""

    proof = forms.CharField(
        label="动态口令", required=False, max_length=128,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="距上次验证超过 5 分钟时必填；未绑定动态口令的账号填登录密码",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Here and not in the action: a refused action is undone, and a wrong try must stay counted."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        assert _provers, "somebody judges proofs"
        try:
            for prover in _provers:
                prover(self.request, given.get("proof", ""))
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return given


def detail_action(
    description: str,
    *,
    roles: set[str] | frozenset[str],
    form: type[BaseDialogForm] = ReasonForm,
    icon: str = "bolt",
    warning: str = "",
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A button on one row's page (named in `actions_detail`): `def f(self, request, form, object_id)`.

    `when(row)` says whether the row is in a state in which the facade would do it: otherwise there is no button.
    It opens a dialog; only its POST (CSRF token, valid form) runs the function, never a link that was followed.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        guarded = _guarded(function, frozenset(roles))

        @wraps(function)
        def then_back(page: Any, request: HttpRequest, form: Any, object_id: str, **kwargs: Any) -> HttpResponse:
            if not page.get_queryset(request).filter(pk=object_id).exists():
                raise PermissionDenied
            answer = guarded(page, request, form, object_id, **kwargs)
            if isinstance(answer, HttpResponse):
                return answer
            response = HttpResponse()
            response["HX-Redirect"] = "../change/"
            return response if request.headers.get("HX-Request") else HttpResponseRedirect("../change/")

        wrapped: Callable[..., Any] = unfold_action(
            then_back,
            description=description,
            icon=icon,
            permissions=["dialog"],
            dialog={
                "title": description,
                "description": warning,
                "form_class": form,
                "form_submit_text": "确认",
            },
        )
        wrapped.console_roles = frozenset(roles)  # type: ignore[attr-defined]
        wrapped.console_when = when  # type: ignore[attr-defined]
        return wrapped

    return decorate
