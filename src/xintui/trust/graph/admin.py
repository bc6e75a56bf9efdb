"""Console pages: rings with their picture and what people decided, everybody's score with its reasons, the runs."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    called,
    detail_action,
    ops_site,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import money, percent
from xintui.infra.console.names import numbered, place
from xintui.kernel.times import accounting_date
from xintui.trust.graph import drawing, facade, queries, weaving
from xintui.trust.graph.contracts import (
    KIND_NAMES,
    MARK_NAMES,
    MarkKind,
    NodeKind,
    Picture,
    RingState,
    Shape,
    Verb,
    Web,
)
from xintui.trust.graph.models import Member, Ring, Run, Score

DESK: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
JUDGES: Final = frozenset({Role.OPERATOR, Role.REVIEWER})

DEALS: Final = frozenset({"money", "orders_", "density_", "least"})
"""What is told of those who trade with each other."""

place("grg", "graph_ring", "团伙线索")
place("ggr", "graph_run", "图谱计算")
words("object", {"ring": "团伙线索"})
words(
    "action", {"graph.confirm": "认定团伙线索属实", "graph.clear": "排除团伙线索", "graph.reopen": "重新核查团伙线索"}
)


def _named(ids: Iterable[str]) -> Mapping[str, str]:
    """What people are called here; who has no name, by the tail of the number."""
    asked = list(ids)
    known = called(asked)
    return {one: known.get(one) or numbered(one) for one in asked}


def _drawn(picture: Picture) -> SafeString:
    """The picture and, below it, who is who."""
    names = _named(one.id for one in picture.members)
    made = drawing.draw(picture, names)
    rows = []
    for dot in made.dots:
        mine = [pair for pair in picture.pairs if dot.member.id in (pair.left, pair.right)]
        if picture.about and dot.member.id != picture.about:
            mine = [pair for pair in mine if picture.about in (pair.left, pair.right)]
        row = {"n": dot.n, "name": dot.name, "kind": KIND_NAMES[dot.member.kind], "score": f"{dot.member.score:,}"}
        row |= {"orders": sum(pair.orders for pair in mine), "money_fen": sum(pair.money_fen for pair in mine)}
        rows.append(row | {"href": f"/ops/graph/score/{dot.member.id}/change/"})
    drawn = {dot.member.kind for dot in made.dots}
    kinds = [(kind.value, says) for kind, says in KIND_NAMES.items() if kind in drawn]
    context = {"drawing": made, "rows": rows, "about": picture.about, "more": picture.more, "kinds": kinds}
    return render_to_string("graph/picture.html", context | {"shown": len(rows) - 1})


def _woven(web: Web) -> SafeString:
    """The picture of what is shared and, below it, who is who."""
    names = _named(one.id for one in web.members)
    made = weaving.weave(web, names)
    rows = []
    for n, one in enumerate(web.members, 1):
        mine = [f"{MARK_NAMES[tie.kind]} {tie.n}" for tie in web.ties if one.id in tie.members]
        row = {"n": n, "name": names[one.id], "kind": KIND_NAMES[one.kind], "shares": "、".join(mine)}
        known = one.id not in web.unknown
        row |= {"score": f"{one.score:,}" if known else "—"}
        row |= {"href": f"/ops/graph/score/{one.id}/change/" if known else ""}
        rows.append(row)
    terms = facade.sharing(accounting_date(clock.now()))
    there = {tie.kind for tie in web.ties}
    marks = [(kind.value, MARK_NAMES[kind]) for kind in MarkKind if kind in there]
    inside = {one.kind for one in web.members}
    context = {"drawing": made, "rows": rows, "marks": marks}
    context |= {"kinds": [(kind.value, says) for kind, says in KIND_NAMES.items() if kind in inside]}
    context |= {"reasons": [(MARK_NAMES[kind], terms.why[kind]) for kind in MarkKind if kind in there]}
    return render_to_string("graph/web.html", context)


class RingAdmin(ReadOnlyAdmin):
    icon = "hub"
    ops_roles = DESK
    good = frozenset({RingState.CLEARED})
    audited_as = "ring"
    list_display = (
        "id", "shape", "state", "who", "shared", "money", "orders_", "density_", "found_at", "seen_at",
    )  # fmt: skip
    list_filter = ("state", "shape", "found_at")
    search_fields = ("id__exact",)
    ordering = ("-found_at", "-id")
    empty_says = "没有团伙线索。每天按留存的成交和共用的标识重新计算；发现可疑的小圈子时列在这里，由人核查。"
    fieldsets = (
        ("线索", {"fields": ("id", "state", "shape", "who", "why", "money", "orders_", "density_", "least")}),
        ("关系", {"fields": ("drawn",)}),
        ("核查", {"fields": ("found_at", "seen_at", "gone_at", "decided_by", "decided_at", "reason")}),
    )
    readonly_fields = ("who", "why", "money", "orders_", "density_", "least", "drawn", "shared")
    actions_detail = ("confirm", "clear", "reopen")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Also by the number of somebody who is in it."""
        rows, _ = super().get_search_results(request, queryset, search_term)
        of_member = Member.objects.filter(subject_id=search_term.strip()).values("ring_id")
        return rows | queryset.filter(id__in=of_member), False

    def get_fieldsets(self, request: HttpRequest, obj: Ring | None = None) -> Any:
        """Who shares something is not asked what they deal."""
        (title, first), *others = super().get_fieldsets(request, obj)
        if obj is None or obj.shape != Shape.SHARED:
            return [(title, first), *others]
        kept = [name for name in first["fields"] if name not in DEALS]
        return [(title, first | {"fields": [*kept, "shared"]}), *others]

    @admin.display(description="内部金额", ordering="money_fen")
    def money(self, row: Ring) -> Any:
        return "—" if row.shape == Shape.SHARED else money(row.money_fen)

    @admin.display(description="内部订单", ordering="orders")
    def orders_(self, row: Ring) -> Any:
        return "—" if row.shape == Shape.SHARED else row.orders

    @admin.display(description="共用的标识", ordering="weight")
    def shared(self, row: Ring) -> str:
        return "、".join(f"{MARK_NAMES[kind]} {row.marks[kind]}" for kind in MarkKind if kind in row.marks) or "—"

    @admin.display(description="成员", ordering="buyers")
    def who(self, row: Ring) -> str:
        counts = ((row.buyers, "买家"), (row.promoters, "推客"), (row.merchants, "商家"))
        return "，".join(f"{count} 个{name}" for count, name in counts if count)

    @admin.display(description="密度", ordering="density")
    def density_(self, row: Ring) -> str:
        return "—" if row.shape == Shape.SHARED else f"{row.density}%"

    @admin.display(description="圈内往来")
    def least(self, row: Ring) -> str:
        return f"每个成员至少与 {row.core} 个其他成员有成交"

    @admin.display(description="为什么列出")
    def why(self, row: Ring) -> str:
        return queries.contract(row).says

    @admin.display(description="图")
    def drawn(self, row: Ring) -> SafeString:
        return _woven(facade.web(row.id)) if row.shape == Shape.SHARED else _drawn(facade.picture(row.id))

    @detail_action(
        "认定属实", roles=JUDGES, form=ReasonForm, icon="check", when=lambda row: row.state == RingState.OPEN,
        warning="只有核查结论，没有自动处罚；共用标识认定后，成员推客的信用分记一次“账号共用”，本人可申诉。",
    )  # fmt: skip
    def confirm(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, Verb.CONFIRM)

    @detail_action(
        "排除", roles=JUDGES, form=ReasonForm, icon="close", when=lambda row: row.state == RingState.OPEN,
        warning="同一批成员以后再被发现时，仍算这条已排除的线索。",
    )  # fmt: skip
    def clear(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, Verb.CLEAR)

    @detail_action(
        "重新核查", roles=JUDGES, form=ReasonForm, icon="undo", when=lambda row: row.state != RingState.OPEN,
        warning="线索回到待核查，原结论留在操作记录里；因此记入信用分的随之撤销。",
    )  # fmt: skip
    def reopen(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, Verb.REOPEN)

    def _decide(self, request: HttpRequest, form: ReasonForm, object_id: str, verb: Verb) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.decide(object_id, verb, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已记录核查结论并记入审计", messages.SUCCESS)


class ScoreAdmin(ReadOnlyAdmin):
    icon = "share"
    ops_roles = DESK
    list_display = ("subject_id", "name", "kind", "score", "closeness_", "breadth_", "partners", "seed")
    list_filter = ("kind", "seed")
    search_fields = ("subject_id__exact",)
    ordering = ("score", "subject_id")
    empty_says = "还没有计算过信用图谱；后台任务每天计算一次，也可以运行 xintui graph refresh。"
    fieldsets = (
        (
            "信任分",
            {"fields": ("name", "kind", "score", "subject_id", "closeness_", "breadth_", "partners", "seed", "why")},
        ),
        ("往来关系", {"fields": ("drawn",)}),
    )
    readonly_fields = ("name", "closeness_", "breadth_", "why", "drawn")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of everybody on the page, one question per kind."""
        page = super().get_changelist_instance(request)
        rows = list(page.result_list)
        names = _named(row.subject_id for row in rows)
        for row in rows:
            row.name_here = names[row.subject_id]
        page.result_list = rows
        return page

    @admin.display(description="名称")
    def name(self, row: Score) -> str:
        return getattr(row, "name_here", None) or _named([row.subject_id])[row.subject_id]

    @admin.display(description="到达程度", ordering="closeness")
    def closeness_(self, row: Score) -> str:
        return percent(row.closeness)

    @admin.display(description="往来广度", ordering="breadth")
    def breadth_(self, row: Score) -> str:
        return percent(row.breadth)

    @admin.display(description="怎么算的")
    def why(self, row: Score) -> SafeString:
        told = facade.explain(NodeKind(row.kind), row.subject_id)
        names = _named(one.id for one in told.sources)
        sources = [
            {"name": names[one.id], "kind": KIND_NAMES[one.kind], "orders": one.orders, "share": percent(one.share_bp),
             "href": f"/ops/graph/score/{one.id}/change/"}
            for one in told.sources if one.share_bp
        ]  # fmt: skip
        rest = percent(told.rest_bp) if told.rest_bp else ""
        return render_to_string(
            "graph/why.html", {"told": told, "sources": sources, "own": percent(told.own_bp), "rest": rest}
        )

    @admin.display(description="图")
    def drawn(self, row: Score) -> SafeString:
        return _drawn(facade.neighbourhood(NodeKind(row.kind), row.subject_id))


class RunAdmin(ReadOnlyAdmin):
    icon = "history"
    ops_roles = DESK
    codes = frozenset({"market_digest", "result_digest"})
    list_display = ("id", "at", "version", "nodes", "pairs", "seeds", "rings", "shares", "clusters", "fresh")
    search_fields = ("id__exact",)
    ordering = ("-at", "-id")
    empty_says = "还没有计算过信用图谱。"
    fields = (
        "id", "at", "version", "nodes", "pairs", "seeds", "rings", "shares", "clusters", "fresh", "market_digest",
        "result_digest",
    )  # fmt: skip


ops_site.register(Ring, RingAdmin)
ops_site.register(Score, ScoreAdmin)
ops_site.register(Run, RunAdmin)


@queue(ops_site, roles=JUDGES, order=22)
def _to_judge(request: HttpRequest) -> Iterable[Queue]:
    """Groups that nobody has looked at."""
    rows = Ring.objects.filter(state=RingState.OPEN, gone_at=None)
    found = waiting(rows, since="found_at", hours=72)
    yield Queue("待核查的团伙线索", "/ops/graph/ring/?state__exact=open", *found, "发现后超过 72 小时")
