"""An appeal won on the credit page is won against the case as well: one word, one answer."""

from datetime import UTC, datetime

import pytest

from tests.promotion.people import promoter
from xintui.entrypoints import credit_signals
from xintui.entrypoints.violations import revoke_appealed
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.trust.appeals.contracts import About, AppealDecided
from xintui.trust.credit import facade as credit
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import State, Subject, SubjectKind, ViolationConfirmed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
REVIEWER = Principal("usr01REV", frozenset({Role.REVIEWER}), None, "复核", 1)


@pytest.mark.parametrize(("granted", "state"), [(True, State.REVOKED), (False, State.CONFIRMED)])
def test_what_is_answered_about_a_signal_is_answered_about_its_case(granted: bool, state: State) -> None:
    anna = promoter(1, at=NOW)
    subject = Subject(SubjectKind.PROMOTER, anna.id)
    case = violations.report(subject, "fake_orders", "对账截图", by=SYSTEM, now=NOW)
    done = violations.confirm(case.id, "核实", by=REVIEWER, now=NOW)
    told = ViolationConfirmed(
        case.id, "promoter", anna.id, "fake_orders", case.title, "violations", done.points, done.penalty, done.until,
        "核实", NOW,
    )  # fmt: skip
    credit_signals.on_violation([told], now=NOW)
    (signal,) = credit.signals(anna.id, indicator="violations", today=NOW.date()).items
    answer = AppealDecided("apl1", About.CREDIT, signal.id, "promoter", anna.id, signal.title, granted, "查实", NOW)
    revoke_appealed([answer, answer])
    assert violations.one(case.id).state is state


def test_an_appeal_about_anything_else_touches_no_case() -> None:
    anna = promoter(1, at=NOW)
    revoke_appealed([AppealDecided("apl1", About.CREDIT, "999999", "promoter", anna.id, "", True, "", NOW)])
    assert violations.cases().items == ()
