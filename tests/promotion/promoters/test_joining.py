"""Three steps, automatic rules, a review queue with reasons, and a sponsor that can never change."""

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from tests.promotion.people import NOW, applied, id_number, promoter, right
from xintui.kernel.states import NoSuchMove
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters import models, sealed
from xintui.promotion.promoters.contracts import (
    AlreadyApplied,
    BadIdentity,
    BadPayee,
    BadSponsor,
    IdentityInfo,
    OldAgreement,
    OwnReview,
    PayeeChannel,
    PromoterKind,
    QuizFailed,
    State,
    Step,
    StepOutOfOrder,
    TooDeep,
    UnknownReason,
)

pytestmark = pytest.mark.django_db


def test_three_steps_make_a_promoter_without_anybody_looking() -> None:
    first = promoters.apply_identity("usr1", IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", id_number(1)), now=NOW)
    assert (first.state, first.step, first.display_name) == (State.APPLYING, Step.AGREEMENT, "张**")
    second = promoters.apply_agreement("usr1", version=promoters.agreement().version, answers=right(), now=NOW)
    assert second.step is Step.PAYEE
    done = promoters.apply_payee("usr1", channel=PayeeChannel.WECHAT, account="openid-1", holder="张小明", now=NOW)
    assert (done.state, done.step, done.joined_at, done.level) == (State.ACTIVE, Step.DONE, NOW, "junior")
    assert [line.verb for line in promoters.history(done.id)] == ["apply", "agree", "clear"]
    assert [(c.before, c.after) for c in promoters.level_history(done.id)] == [("", "junior")]


def test_steps_have_an_order() -> None:
    with pytest.raises(StepOutOfOrder) as refused:
        promoters.apply_payee("usr1", channel=PayeeChannel.WECHAT, account="openid-1", holder="张小明", now=NOW)
    assert refused.value.expected == "identity"


def test_the_quiz_counts_wrong_and_missing_answers() -> None:
    promoters.apply_identity("usr1", IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", id_number(1)), now=NOW)
    answers = right() | {"label": 1}
    del answers["tax"]
    with pytest.raises(QuizFailed) as refused:
        promoters.apply_agreement("usr1", version=promoters.agreement().version, answers=answers, now=NOW)
    assert refused.value.wrong == 2
    with pytest.raises(OldAgreement):
        promoters.apply_agreement("usr1", version="1999", answers=right(), now=NOW)


@pytest.mark.parametrize("number", ["11010519491231002x1", "110105194912310021", "123", ""])
def test_a_number_with_a_wrong_check_digit_is_refused(number: str) -> None:
    with pytest.raises(BadIdentity) as refused:
        promoters.apply_identity("usr1", IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", number), now=NOW)
    assert refused.value.field == "number"


def test_a_minor_is_refused_by_rule_and_may_not_be_waved_through() -> None:
    number = id_number(7, born="20081124")  # eighteen tomorrow
    promoters.apply_identity("usr7", IdentityInfo(PromoterKind.INDIVIDUAL, "李小红", number), now=NOW)
    promoters.apply_agreement("usr7", version=promoters.agreement().version, answers=right(), now=NOW)
    young = promoters.apply_payee("usr7", channel=PayeeChannel.WECHAT, account="openid-7", holder="李小红", now=NOW)
    assert (young.state, young.reason) == (State.REFUSED, "under_age")
    with pytest.raises(NoSuchMove):
        promoters.review(young.id, approve=True, reason="approved", actor="usrreviewer", now=NOW)


def test_a_company_waits_for_a_person_and_is_approved_with_a_reason() -> None:
    waiting = applied(1, kind=PromoterKind.COMPANY)
    assert (waiting.state, waiting.reason) == (State.REVIEW, "company_documents")
    with pytest.raises(UnknownReason):
        promoters.review(waiting.id, approve=True, reason="because", actor="usrreviewer", now=NOW)
    with pytest.raises(OwnReview):
        promoters.review(waiting.id, approve=True, reason="approved", actor=waiting.user_id, now=NOW)
    assert promoters.review(waiting.id, approve=True, reason="approved", actor="usrreviewer", now=NOW).is_active


def test_one_document_makes_one_promoter_without_a_person_looking() -> None:
    promoter(1)
    second = "usr-other"
    promoters.apply_identity(second, IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", id_number(1)), now=NOW)
    promoters.apply_agreement(second, version=promoters.agreement().version, answers=right(), now=NOW)
    twin = promoters.apply_payee(second, channel=PayeeChannel.WECHAT, account="openid-other", holder="张小明", now=NOW)
    assert (twin.state, twin.reason) == (State.REVIEW, "duplicate_identity")


def test_one_wallet_of_two_promoters_is_looked_at() -> None:
    promoter(1)
    promoters.apply_identity("usr9", IdentityInfo(PromoterKind.INDIVIDUAL, "王小二", id_number(9)), now=NOW)
    promoters.apply_agreement("usr9", version=promoters.agreement().version, answers=right(), now=NOW)
    shared = promoters.apply_payee(
        "usr9", channel=PayeeChannel.WECHAT, account="openid-00000001", holder="王小二", now=NOW
    )
    assert (shared.state, shared.reason) == (State.REVIEW, "shared_payee")


def test_a_refused_applicant_may_try_again_and_an_active_one_may_not() -> None:
    waiting = applied(1, kind=PromoterKind.COMPANY)
    promoters.review(waiting.id, approve=False, reason="documents_unclear", actor="usrreviewer", now=NOW)
    assert applied(1, kind=PromoterKind.COMPANY).id == waiting.id
    one = promoter(2)
    with pytest.raises(AlreadyApplied) as refused:
        applied(2)
    assert refused.value.promoter_id == one.id


def test_money_goes_to_the_applicants_own_name_only() -> None:
    one = promoter(1)
    with pytest.raises(BadPayee):
        promoters.change_payee(one.id, channel=PayeeChannel.WECHAT, account="openid-x", holder="别人", now=NOW)
    before = promoters.payee(one.id)
    after = promoters.change_payee(one.id, channel=PayeeChannel.WECHAT, account="openid-x", holder="张小明", now=NOW)
    assert before is not None and (before.version, after.version) == (1, 2)
    assert before.digest != after.digest and promoters.payee(one.id) == after


def test_names_numbers_and_accounts_do_not_lie_in_the_tables() -> None:
    promoter(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i::text || p::text || y::text  FROM promoters_identity i, promoters_promoter p, promoters_payee y"
        )
        (row,) = cursor.fetchone()
    for planted in ("张小明", id_number(1), "openid-00000001"):
        assert planted not in row and planted.encode().hex() not in row


def test_the_sponsor_is_on_record_with_date_and_source() -> None:
    root = promoter(1)
    joined = promoter(2, sponsor=root.id)
    assert (joined.sponsor_id, joined.sponsor_source, joined.depth) == (root.id, "poster", 1)
    (member,) = promoters.team(root.id).items
    assert (member.promoter_id, member.distance, member.bound_at, member.source) == (joined.id, 1, NOW, "poster")
    assert promoters.team(joined.id).items == ()


def test_relations_end_at_the_configured_depth() -> None:
    root = promoter(1)
    joined = promoter(2, sponsor=root.id)
    with pytest.raises(TooDeep) as refused:
        applied(3, sponsor=joined.id)
    assert refused.value.max_depth == 1


def test_nobody_joins_through_someone_who_is_not_active() -> None:
    root = promoter(1)
    promoters.suspend(root.id, reason="fake_orders", actor="usroperator", now=NOW)
    for sponsor in (root.id, "pro-nobody"):
        with pytest.raises(BadSponsor):
            applied(2, sponsor=sponsor)


def test_the_database_itself_refuses_a_fourth_level_and_a_policy_that_allows_it() -> None:
    models.Policy.objects.create(
        version="deep", effective_from="2026-02-01", max_depth=3, min_age=18, source="test", verified_on="2026-11-20"
    )
    above = promoter(1).id
    for n in (2, 3, 4):
        above = promoter(n, sponsor=above).id
    with pytest.raises(TooDeep):
        applied(5, sponsor=above)
    with pytest.raises(IntegrityError, match="promoters_depth_at_most_3"), transaction.atomic():
        models.Promoter.objects.create(
            id="prodeep",
            user_id="usrdeep",
            kind="individual",
            state="active",
            step="done",
            display_name="x",
            sponsor_id=above,
            sponsor_depth=3,
            depth=4,
            applied_at=NOW,
        )
    with pytest.raises(IntegrityError, match="promoters_policy_depth_at_most_3"), transaction.atomic():
        models.Policy.objects.create(
            version="deeper", effective_from="2026-03-01", max_depth=4, min_age=18, source="t", verified_on="2026-11-20"
        )
    assert [m.distance for m in promoters.team(promoters.by_user("usr00000001").id).items] == [1, 2, 3]


def test_a_cycle_cannot_be_written_down() -> None:
    root = promoter(1)
    joined = promoter(2, sponsor=root.id)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Promoter.objects.filter(id=root.id).update(sponsor_id=joined.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        # a claimed depth of the sponsor that is not his own
        models.Promoter.objects.create(
            id="proliar",
            user_id="usrliar",
            kind="individual",
            state="active",
            step="done",
            display_name="x",
            sponsor_id=joined.id,
            sponsor_depth=0,
            depth=1,
            applied_at=NOW,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_even_the_owner_of_the_tables_cannot_close_a_circle(superuser_url: str) -> None:
    with psycopg.connect(superuser_url) as raw:
        raw.execute(
            "INSERT INTO promoters_promoter (id, user_id, kind, state, step, level, display_name, reason,"
            " sponsor_source, depth, applied_at)"
            " VALUES ('proa', 'usra', 'individual', 'active', 'done', 'junior', 'a', '', '', 0, now())"
        )
        raw.execute(
            "INSERT INTO promoters_promoter (id, user_id, kind, state, step, level, display_name, reason, sponsor_id,"
            " sponsor_depth, sponsor_source, depth, applied_at)"
            " VALUES ('prob', 'usrb', 'individual', 'active', 'done', 'junior', 'b', '', 'proa', 0, '', 1, now())"
        )
        with pytest.raises(psycopg.errors.IntegrityError):
            raw.execute(
                "UPDATE promoters_promoter SET sponsor_id = 'prob', sponsor_depth = 1, depth = 2 WHERE id = 'proa'"
            )
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
        raw.rollback()


def test_levels_come_from_the_table_and_leave_a_history() -> None:
    one = promoter(1)
    assert promoters.set_level(one.id, "gold", actor="usroperator", reason="promotion_rule", now=NOW).level == "gold"
    promoters.set_level(one.id, "gold", actor="usroperator", reason="manual", now=NOW)
    assert [(c.before, c.after, c.reason) for c in promoters.level_history(one.id)] == [
        ("", "junior", "approved"),
        ("junior", "gold", "promotion_rule"),
    ]


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    made = [promoter(n).id for n in range(1, 8)]
    seen: list[str] = []
    after = None
    while True:
        page = promoters.search(after=after, limit=3)
        seen += [one.id for one in page.items]
        if (after := page.next) is None:
            break
    assert seen == sorted(made, reverse=True)


def test_lists_take_a_fixed_number_of_queries_whatever_their_size(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    root = promoter(1)
    for n in range(2, 12):
        promoter(n, sponsor=root.id)
    with django_assert_num_queries(1):
        assert len(promoters.search(limit=3).items) == 3
    with django_assert_num_queries(1):
        assert len(promoters.search(limit=100).items) == 11
    with django_assert_num_queries(2):  # and the hints of their phones
        assert len(promoters.team(root.id, limit=100).items) == 10


def test_sealed_data_outlives_a_key_change_and_cannot_be_moved_to_another_row(settings) -> None:  # type: ignore[no-untyped-def]
    one = promoter(1)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key"
    payee = promoters.payee(one.id)
    assert payee is not None and (payee.account, payee.holder) == ("openid-00000001", "张小明")
    other = sealed.seal("openid-x", "pro2/account")
    with pytest.raises(InvalidTag):
        sealed.unseal(other, "pro1/account")
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidTag):
        promoters.payee(one.id)
