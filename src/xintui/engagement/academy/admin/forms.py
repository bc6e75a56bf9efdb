"""Writing at the console: a course (the same form for a draft), what a category asks, a training."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import facade, script
from xintui.engagement.academy.admin.courses import WRITERS
from xintui.engagement.academy.contracts import (
    MODE_NAMES,
    CourseDraft,
    EditionState,
    Mode,
    SessionDraft,
    Terms,
)
from xintui.infra import clock
from xintui.infra.console import ConsoleSite, ops_site
from xintui.infra.console.actions import may, sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import SHANGHAI, accounting_date

TERMS: Final = (
    ("draw", "每次抽题", 1, 50), ("minutes", "时限（分钟）", 1, 180), ("pass_percent", "及格线（%）", 50, 100),
    ("wait_hours", "未通过后间隔（小时）", 0, 168), ("per_day", "每日次数", 1, 10),
    ("valid_months", "证书有效期（月）", 1, 36),
)  # fmt: skip
CHAPTERS_HELP: Final = "一行“# 章节标题”，下面写正文；以“- ”开头的行是要点。"
QUESTIONS_HELP: Final = (
    "题与题之间空一行。第一行“单选／多选／判断 题干”，选项每行一个，正确的以“* ”开头、其余以“- ”开头；"
    "判断题写“答案：对”或“答案：错”。每题都要有“解析：”和“依据：”。"
)


def _text(label: str, most: int, rows: int = 0, *, says: str = "", required: bool = True) -> forms.CharField:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows}) if rows else UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=says, required=required)


class CourseForm(forms.Form):
    use_required_attribute = False
    title = _text("名称", 40)
    summary = _text("简介", 200, 2)
    tags = _text("标签", 80, says="用顿号或逗号隔开，最多 5 个", required=False)
    chapters = _text("章节", 60_000, 18, says=CHAPTERS_HELP)
    questions = _text("题库", 60_000, 18, says=QUESTIONS_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, least, most in TERMS:
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, widget=UnfoldAdminIntegerFieldWidget()
            )

    def draft(self) -> CourseDraft:
        given = dict(self.cleaned_data)
        terms = {name: given.pop(name) for name, *_ in TERMS}
        tags = [one.strip() for one in given.pop("tags").replace("，", "、").replace(",", "、").split("、")]
        terms["pass_bp"] = terms.pop("pass_percent") * 100
        return CourseDraft(**given, tags=tuple(filter(None, tags)), terms=Terms(**terms))


class RequireForm(forms.Form):
    use_required_attribute = False
    category = forms.ChoiceField(label="类目", widget=UnfoldAdminSelectWidget())
    course_id = forms.ChoiceField(label="先通过哪门课程的考试", widget=UnfoldAdminSelectWidget())
    since = forms.DateField(label="起始日", widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))
    reason = _text("原因", 200, says="写明依据；记入审计")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        live = facade.editions(state=EditionState.PUBLISHED, limit=100).items
        choices = {
            "category": list(catalog.category_names().items()),
            "course_id": [(o.course_id, o.title) for o in live],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", "请选择"), *found]  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    use_required_attribute = False
    title = _text("名称", 60)
    says = _text("说明", 500, 3, required=False)
    mode = forms.ChoiceField(
        label="形式", choices=[(one.value, says) for one, says in MODE_NAMES.items()], widget=UnfoldAdminSelectWidget()
    )
    place = _text("地点或直播链接", 200, says="直播链接只有预约的推客看得到")
    starts_at = forms.DateTimeField(
        label="开始",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    minutes = forms.IntegerField(
        label="时长（分钟）", min_value=10, max_value=600, widget=UnfoldAdminIntegerFieldWidget()
    )
    seats = forms.IntegerField(label="名额", min_value=1, max_value=10_000, widget=UnfoldAdminIntegerFieldWidget())
    reserved = forms.IntegerField(
        label="其中预留", min_value=0, max_value=10_000, widget=UnfoldAdminIntegerFieldWidget(),
        help_text="留给有“培训名额”权益的推客，到点没人约的放给所有人",
    )  # fmt: skip
    hold_hours = forms.IntegerField(
        label="开始前几小时放开预留", min_value=0, max_value=240, widget=UnfoldAdminIntegerFieldWidget()
    )

    def draft(self) -> SessionDraft:
        given = dict(self.cleaned_data)
        ends_at = given["starts_at"] + timedelta(minutes=given.pop("minutes"))
        return SessionDraft(**given | {"mode": Mode(given["mode"]), "ends_at": ends_at})


def _initial(edition_id: str) -> dict[str, Any]:
    if not edition_id:
        return asdict(Terms()) | {"pass_percent": 80}
    there = facade.drafted(edition_id)
    written = {name: getattr(there, name) for name in ("title", "summary", "chapters", "questions")}
    return written | asdict(there.terms) | {"tags": "、".join(there.tags), "pass_percent": there.terms.pass_bp // 100}


def _kept(form: forms.Form, keep: Callable[[], str]) -> str:
    """What was kept; "" with the refusal on the form."""
    try:
        with transaction.atomic():
            return keep()
    except DomainError as refusal:
        form.add_error(None, sentence(refusal))
        return ""


def _page(site: ConsoleSite, request: HttpRequest, template: str, **told: Any) -> TemplateResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **told})


def _course(site: ConsoleSite, request: HttpRequest, edition_id: str = "") -> HttpResponse:
    who = request.principal  # type: ignore[attr-defined]
    try:
        there = facade.edition(edition_id) if edition_id else None
    except DomainError:
        raise PermissionDenied from None
    if there is not None and there.state is not EditionState.DRAFT:
        messages.error(request, "发布过的版本不能修改，请写下一版")
        return HttpResponseRedirect(reverse(f"{site.name}:academy_edition_change", args=[there.id]))
    form = CourseForm(request.POST if request.method == "POST" else None, initial=_initial(edition_id))
    look: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        draft, now = form.draft(), clock.now()

        def keep() -> str:
            if request.POST.get("verb") != "keep":
                facade.judge(draft, now)
                return ""
            made = facade.change(edition_id, draft, by=who, now=now) if there else facade.write(draft, by=who, now=now)
            return made.id

        if kept := _kept(form, keep):
            messages.success(request, "已保存为草稿；发布之前推客看不到")
            return HttpResponseRedirect(reverse(f"{site.name}:academy_edition_change", args=[kept]))
        if not form.errors:
            look = {"chapters": script.chapters(draft.chapters), "bank": len(script.questions(draft.questions))}
    title = f"修改课程：第 {there.number} 版草稿" if there else "新建课程"
    back = reverse(f"{site.name}:academy_edition_changelist")
    return _page(site, request, "academy/course.html", title=title, form=form, look=look, back=back)


def _require(site: ConsoleSite, request: HttpRequest) -> HttpResponse:
    who, now = request.principal, clock.now()  # type: ignore[attr-defined]
    initial = {"since": (accounting_date(now) + timedelta(days=7)).isoformat()}
    form = RequireForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse(f"{site.name}:academy_requirement_changelist")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _kept(form, lambda: facade.require(
            given["category"], given["course_id"], since=given["since"], reason=given["reason"], by=who, now=now
        ).category):  # fmt: skip
            messages.success(request, "已设置；从起始日起，新链接需要证书")
            return HttpResponseRedirect(back)
    says = "从起始日起，没有这张证书的推客不能为该类目的商品生成新链接；已有的链接照常计佣。"
    return _page(site, request, "academy/plain.html", title="设置类目要求", form=form, says=says, back=back)


def _session(site: ConsoleSite, request: HttpRequest) -> HttpResponse:
    who, now = request.principal, clock.now()  # type: ignore[attr-defined]
    start: datetime = (now.astimezone(SHANGHAI) + timedelta(days=7)).replace(hour=19, minute=30)
    initial = {"mode": "live", "starts_at": f"{start:%Y-%m-%dT%H:%M}", "minutes": 90, "seats": 100, "reserved": 10,
               "hold_hours": 24}  # fmt: skip
    form = SessionForm(request.POST if request.method == "POST" else None, initial=initial)
    sent = request.method == "POST" and form.is_valid()
    if sent and (kept := _kept(form, lambda: facade.plan(form.draft(), by=who, now=now).id)):
        messages.success(request, "已安排，推客现在可以预约")
        return HttpResponseRedirect(reverse(f"{site.name}:academy_session_change", args=[kept]))
    says = "培训免费。预留名额只按信用与等级得到，不能购买；到放开的时间，没人约的预留名额归所有人。"
    back = reverse(f"{site.name}:academy_session_changelist")
    return _page(site, request, "academy/plain.html", title="新建培训", form=form, says=says, back=back)


def furnish(site: ConsoleSite) -> None:
    """新建课程 and the same form for a draft, 设置类目要求, 新建培训."""

    def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def show(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if not may(request, WRITERS):
                raise PermissionDenied
            return view(site, request, **kwargs)

        return show

    site.page("academy/new/", "academy_new")(guarded(_course))
    site.page("academy/edit/<str:edition_id>/", "academy_edit")(guarded(_course))
    site.page("academy/require/", "academy_require")(guarded(_require))
    site.page("academy/plan/", "academy_plan")(guarded(_session))
    for title, icon, name in (
        ("新建培训", "event", "academy_plan"), ("设置类目要求", "lock", "academy_require"),
        ("新建课程", "add_circle", "academy_new"),
    ):  # fmt: skip
        site.link("推客学院", title, icon, name, WRITERS)


furnish(ops_site)
