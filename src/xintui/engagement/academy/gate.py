"""何时要证书: whether a promoter may make a link to goods of a category that asks for a certificate."""

from collections.abc import Sequence

from xintui.commerce.catalog import facade as catalog
from xintui.engagement.academy.contracts import CertificateNeeded, CertificateState
from xintui.engagement.academy.models import Certificate, Requirement
from xintui.engagement.academy.queries import courses
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution.contracts import NewLink, TargetKind


def require_certified(asked: Sequence[NewLink]) -> None:
    """Raises `CertificateNeeded`. One query where no category of these asks for anything, three otherwise.

    A course that has been retired can be passed by nobody, so it keeps nobody away.
    """
    goods = [one for one in asked if one.target.kind is TargetKind.PRODUCT]
    needs = {
        row.category: row for row in Requirement.objects.filter(category__in={one.target.category for one in goods})
    }
    asks = [(one, needs[one.target.category]) for one in goods if one.target.category in needs]
    asks = [(one, need) for one, need in asks if need.since <= accounting_date(one.now)]
    if not asks:
        return
    titles = courses.titles({need.course_id for _, need in asks})
    rows = Certificate.objects.filter(
        promoter_id__in={one.promoter_id for one, _ in asks}, course_id__in=list(titles), state=CertificateState.VALID
    )
    held = {(row.promoter_id, row.course_id): row.expires_at for row in rows}
    for one, need in asks:
        until = held.get((one.promoter_id, need.course_id))
        if need.course_id in titles and (until is None or until <= one.now):
            name = catalog.category_names().get(need.category, need.category)
            raise CertificateNeeded(need.category, name, need.course_id, titles[need.course_id])
