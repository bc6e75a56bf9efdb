"""Courses in editions, and which categories ask for a certificate."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm

from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy import facade
from xintui.engagement.academy.contracts import ASKS_NAMES, EditionState
from xintui.engagement.academy.models import Edition, Requirement
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, ops_site

READERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
WRITERS: Final = frozenset({Role.OPERATOR})


class Plainly(BaseDialogForm):  # type: ignore[misc]
    """Nothing to fill in."""


def to(page: Any, name: str, *args: str) -> HttpResponse:
    """Go on to another page of the console."""
    answer = HttpResponse()
    answer["HX-Redirect"] = reverse(f"{page.admin_site.name}:{name}", args=args)
    return answer


class EditionAdmin(ReadOnlyAdmin):
    icon = "school"
    ops_roles = READERS
    good = frozenset({EditionState.PUBLISHED})
    audited_as = "academy_edition"
    list_display = ("title", "number", "state", "labels", "parts", "bank", "exam", "published_at")
    list_filter = ("state", "published_at")
    search_fields = ("title__contains", "id__exact", "course_id__exact")
    ordering = ("-id",)
    empty_says = "还没有课程；用左侧“新建课程”写第一门。"
    fieldsets = (
        ("课程", {"fields": ("title", "number", "state", "summary", "labels", "exam", "valid", "id", "course_id")}),
        ("章节", {"fields": ("told",)}),
        ("题库（答案只在这里可见）", {"fields": ("asked",)}),
        ("经过", {"fields": ("author_id", "created_at", "published_at", "ended_at")}),
    )
    readonly_fields = ("labels", "exam", "valid", "told", "asked")
    actions_detail = ("publish", "edit", "again", "retire")

    @admin.display(description="标签")
    def labels(self, row: Edition) -> str:
        return "、".join(row.tags) or self.get_empty_value_display()

    @admin.display(description="章节")
    def parts(self, row: Edition) -> int:
        return len(row.chapters)

    @admin.display(description="题库")
    def bank(self, row: Edition) -> int:
        return len(row.questions)

    @admin.display(description="考试")
    def exam(self, row: Edition) -> str:
        return f"{row.draw} 题 / {row.minutes} 分钟，{row.pass_bp / 100:g}% 及格"

    @admin.display(description="再考与有效期")
    def valid(self, row: Edition) -> str:
        return f"未通过隔 {row.wait_hours} 小时，每天 {row.per_day} 次；证书 {row.valid_months} 个月"

    @admin.display(description="")
    def told(self, row: Edition) -> SafeString:
        return render_to_string("academy/chapters.html", {"chapters": facade.edition(row.id).chapters})

    @admin.display(description="")
    def asked(self, row: Edition) -> SafeString:
        bank = [
            (ASKS_NAMES[one.asks], one, [(n in one.right, option) for n, option in enumerate(one.options)])
            for one in facade.edition(row.id).questions
        ]
        return render_to_string("academy/bank.html", {"bank": bank})

    @detail_action(
        "发布", roles=WRITERS, icon="publish", when=lambda row: row.state == EditionState.DRAFT,
        warning="推客立即看到这一版，发布后不能再改；正在考试的人按原来的版本考完。",
    )  # fmt: skip
    def publish(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.publish(object_id, by=who, reason=reason, now=clock.now())
        self.message_user(request, "已发布", messages.SUCCESS)

    @detail_action("修改", roles=WRITERS, icon="edit", form=Plainly, when=lambda row: row.state == EditionState.DRAFT)
    def edit(self, request: HttpRequest, form: Plainly, object_id: str) -> HttpResponse:
        return to(self, "academy_edit", object_id)

    @detail_action(
        "写下一版", roles=WRITERS, icon="content_copy", form=Plainly, when=lambda row: row.state != EditionState.DRAFT,
        warning="得到一份内容相同的草稿；没有改动的章节，推客不用重读。",
    )  # fmt: skip
    def again(self, request: HttpRequest, form: Plainly, object_id: str) -> HttpResponse:
        made = facade.revise(object_id, by=request.principal, now=clock.now())  # type: ignore[attr-defined]
        return to(self, "academy_edit", made.id)

    @detail_action(
        "下线", roles=WRITERS, icon="archive",
        when=lambda row: row.state in {EditionState.DRAFT, EditionState.PUBLISHED},
        warning="不再能学习和考试；已发的证书到期前有效，相关的类目要求随之不再拦人。",
    )  # fmt: skip
    def retire(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.retire(object_id, by=who, reason=reason, now=clock.now())
        self.message_user(request, "已下线并记入审计", messages.SUCCESS)


class RequirementAdmin(ReadOnlyAdmin):
    icon = "rule"
    ops_roles = READERS
    audited_as = "academy_requirement"
    list_display = ("goods", "course", "since", "reason", "set_by", "set_at")
    ordering = ("category",)
    empty_says = "没有类目要求先通过考试；用左侧“设置类目要求”添加。"
    fields = ("goods", "course", "since", "reason", "set_by", "set_at")
    readonly_fields = ("goods", "course")
    actions_detail = ("lift",)

    def prepare(self, rows: list[Any]) -> None:
        """Categories and courses by name, in one question each."""
        goods, courses = catalog.category_names(), facade.titles({row.course_id for row in rows})
        for row in rows:
            row.goods_name, row.course_name = goods.get(row.category, row.category), courses.get(row.course_id, "")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """One row with its names, too."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            self.prepare([found])
        return found

    @admin.display(description="类目", ordering="category")
    def goods(self, row: Any) -> str:
        return str(row.goods_name)

    @admin.display(description="课程")
    def course(self, row: Any) -> str:
        return str(row.course_name or "课程已下线，不再拦人")

    @detail_action(
        "取消要求", roles=WRITERS, icon="lock_open", warning="推客不再需要证书即可为这一类目的商品生成链接。"
    )
    def lift(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.lift(object_id, reason=reason, by=who)
        self.message_user(request, "已取消并记入审计", messages.SUCCESS)
        return to(self, "academy_requirement_changelist")


ops_site.register(Edition, EditionAdmin)
ops_site.register(Requirement, RequirementAdmin)
