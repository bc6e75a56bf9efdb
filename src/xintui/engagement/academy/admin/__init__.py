"""Console pages: courses and their banks, exams, certificates, what categories ask, trainings and who came."""

from xintui.engagement.academy.admin import courses, exams, forms, seats
from xintui.engagement.academy.models import Certificate, Edition, Session, Sitting
from xintui.infra.console import names, place, words

__all__ = ["courses", "exams", "forms", "seats"]


@names("aed")
def edition_names(ids: set[str]) -> dict[str, str]:
    """Editions by title and number."""
    rows = Edition.objects.filter(id__in=ids).values_list("id", "title", "number")
    return {key: f"{title} 第 {number} 版" for key, title, number in rows}


@names("asn")
def session_names(ids: set[str]) -> dict[str, str]:
    """Trainings by title."""
    return dict(Session.objects.filter(id__in=ids).values_list("id", "title"))


@names("act")
def certificate_names(ids: set[str]) -> dict[str, str]:
    """Certificates by number."""
    return dict(Certificate.objects.filter(id__in=ids).values_list("id", "number"))


@names("ast")
def sitting_names(ids: set[str]) -> dict[str, str]:
    """Exams by course."""
    return {key: f"{title}考试" for key, title in Sitting.objects.filter(id__in=ids).values_list("id", "title")}


place("aed", "academy_edition", "学院课程")
place("ast", "academy_sitting", "学院考试")
place("act", "academy_certificate", "学院证书")
place("asn", "academy_session", "培训场次")
place("abk", "academy_booking", "培训预约")
words("object", {
    "academy_edition": "学院课程", "academy_certificate": "学院证书", "academy_requirement": "类目考试要求",
    "academy_session": "培训场次", "academy_booking": "培训预约",
})  # fmt: skip
words("action", {
    "academy.write": "编写课程", "academy.change": "修改课程", "academy.publish": "发布课程",
    "academy.retire": "下线课程", "academy.withdraw": "撤回证书", "academy.require": "设置类目考试要求",
    "academy.lift": "取消类目考试要求", "academy.plan": "新建培训", "academy.call_off": "取消培训",
    "academy.attend": "登记到场",
})  # fmt: skip
words("key", {
    "chapters": "章节", "questions": "题目", "course_id": "课程", "since": "起始日", "booked": "已约人数",
    "seats": "名额", "reserved": "预留名额",
})  # fmt: skip
