"""Passwords, second factors, guessing; and what a login may become."""

from datetime import timedelta
from unittest import mock

import pyotp
import pytest
from cryptography.exceptions import InvalidTag

from tests.foundation.identity.conftest import NOON, PASSWORD
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import (
    AlreadyTaken,
    LoginRefused,
    NotAllowed,
    Role,
    TooManyAttempts,
    TotpRequired,
    WrongTotp,
)
from xintui.foundation.identity.models import AuditEntry, User
from xintui.foundation.identity.rules import WeakPassword


def login(name, password=PASSWORD, code="", now=NOON, merchant_id=None):
    return identity.password_login(name, password, code, merchant_id=merchant_id, device_name="t", now=now)


def principal(issued, now=NOON):
    return identity.authenticate(issued.access_token, now=now).principal


def enrol(user_id, now=NOON):
    """The secret, as an authenticator would hold it."""
    uri = identity.begin_totp(user_id)
    totp = pyotp.parse_uri(uri)
    who = principal(identity.issue_for(user_id, device_name="t", now=now), now)
    identity.confirm_totp(who, totp.at(now), now=now)
    return totp


@pytest.mark.parametrize("name", ["li", "nobody", ""], ids=["known", "unknown", "empty"])
def test_known_and_unknown_accounts_get_one_answer_after_one_hash(person, name):
    person("li")
    with (
        mock.patch("xintui.foundation.identity.services.login.check_password", return_value=False) as hashed,
        pytest.raises(LoginRefused) as refusal,
    ):
        login(name, "wrong")
    assert hashed.call_count == 1
    assert (refusal.value.code, refusal.value.facts) == ("identity.login_refused", {})


def test_a_refused_login_is_on_record(person):
    made = person("li")
    with pytest.raises(LoginRefused):
        login("li", "wrong")
    line = AuditEntry.objects.get(action="identity.login_refused")
    assert (line.object_id, line.after) == (made.user_id, {})


def test_a_closed_account_gets_the_answer_of_a_wrong_password(person, operator):
    made = person("li")
    identity.set_active(operator, made.user_id, False, reason="离职", now=NOON)
    with pytest.raises(LoginRefused):
        login("li")


def test_the_eleventh_guess_in_a_quarter_of_an_hour_is_not_judged(person):
    person("li")
    for _ in range(10):
        with pytest.raises(LoginRefused):
            login("li", "wrong")
    with pytest.raises(TooManyAttempts) as refusal:
        login("li")
    assert refusal.value.retry_after_s == 900
    assert login("li", now=NOON + timedelta(minutes=15))


def test_success_starts_the_count_anew(person):
    person("li")
    for _ in range(3):
        for _ in range(6):
            with pytest.raises(LoginRefused):
                login("li", "wrong")
        login("li")


def test_weak_passwords_are_refused_before_anything_is_written(db):
    with pytest.raises(WeakPassword):
        identity.create_user(display_name="x", login="x", password="12345678", now=NOON)
    assert User.objects.count() == 0


def test_a_login_name_belongs_to_one_account_whatever_its_case(person):
    person("li")
    with pytest.raises(AlreadyTaken):
        person("LI")


def test_an_enrolled_account_needs_the_code_and_each_code_works_once(person):
    made = person("li", (Role.FINANCE, ""))
    totp = enrol(made.user_id)
    later = NOON + timedelta(minutes=5)
    for wrong in ("", "000000", "abcdef", "１２３４５６"):
        with pytest.raises(LoginRefused):
            login("li", code=wrong, now=later)
    assert login("li", code=totp.at(later), now=later)
    with pytest.raises(LoginRefused):
        login("li", code=totp.at(later), now=later)
    next_step = later + timedelta(seconds=30)
    assert login("li", code=totp.at(next_step), now=next_step)


def test_the_code_that_enrolled_does_not_log_in(person):
    made = person("li", (Role.FINANCE, ""))
    totp = enrol(made.user_id)
    with pytest.raises(LoginRefused):
        login("li", code=totp.at(NOON))


def test_enrolment_needs_a_code_of_the_new_secret(person):
    made = person("li")
    identity.begin_totp(made.user_id)
    who = principal(identity.issue_for(made.user_id, device_name="t", now=NOON))
    with pytest.raises(WrongTotp):
        identity.confirm_totp(who, "000000", now=NOON)
    assert User.objects.get(id=made.user_id).totp_enrolled_at is None


def test_the_secret_is_sealed_to_its_owner(person):
    one, other = person("li"), person("wang")
    secret = pyotp.parse_uri(identity.begin_totp(one.user_id)).secret
    sealed = User.objects.get(id=one.user_id).totp_sealed
    assert secret not in sealed
    User.objects.filter(id=other.user_id).update(totp_sealed=sealed)
    with pytest.raises(InvalidTag):
        identity.totp_uri(other.user_id)


def test_where_a_second_factor_is_required_a_money_role_gets_no_token_without_one(person, settings):
    settings.TOTP_REQUIRED = True
    person("li", (Role.FINANCE, ""))
    person("wang", (Role.REVIEWER, ""))
    with pytest.raises(TotpRequired):
        login("li")
    assert login("wang")


def test_staff_of_two_merchants_choose_and_get_only_that_merchants_roles(person):
    person("li", (Role.MERCHANT_OWNER, "mchA"), (Role.MERCHANT_SERVICE, "mchB"), (Role.BUYER, ""))
    a, b = principal(login("li", merchant_id="mchA")), principal(login("li", merchant_id="mchB"))
    assert (a.merchant_id, a.roles) == ("mchA", {Role.MERCHANT_OWNER})
    assert (b.merchant_id, b.roles) == ("mchB", {Role.MERCHANT_SERVICE})
    with pytest.raises(LoginRefused):
        login("li", merchant_id="mchC")


def test_nobody_changes_their_own_roles(operator):
    with pytest.raises(NotAllowed):
        identity.grant_role(operator, operator.user_id, Role.FINANCE, reason="自己", now=NOON)


@pytest.mark.parametrize(
    ("role", "merchant", "allowed"),
    [
        (Role.MERCHANT_GOODS, "mchA", True),
        (Role.MERCHANT_FINANCE, "mchA", True),
        (Role.MERCHANT_OWNER, "mchA", False),
        (Role.MERCHANT_GOODS, "mchB", False),
        (Role.OPERATOR, "", False),
        (Role.PROMOTER, "", False),
    ],
)
def test_an_owner_hands_out_the_lesser_roles_of_their_own_merchant_only(person, role, merchant, allowed):
    person("li", (Role.MERCHANT_OWNER, "mchA"))
    other = person("wang")
    owner = principal(login("li"))
    if allowed:
        identity.grant_role(owner, other.user_id, role, merchant, reason="入职", now=NOON)
        assert [(g.role, g.merchant_id) for g in identity.grants_of(other.user_id)] == [(role, merchant)]
    else:
        with pytest.raises(NotAllowed):
            identity.grant_role(owner, other.user_id, role, merchant, reason="入职", now=NOON)
        assert identity.grants_of(other.user_id) == ()
