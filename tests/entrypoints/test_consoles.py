"""The two consoles as a person meets them: who gets in, what is shown, what a button does."""

import re

import pytest

from tests.foundation.identity.conftest import NOON, PASSWORD, noon, operator, person  # noqa: F401
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry, RoleGrant, User
from xintui.infra.console import merchant_site, ops_site


def enter(client, site, name, code=""):
    return client.post(f"/{site}/login/", {"username": name, "password": PASSWORD, "otp": code})


@pytest.fixture
def boss(client, person):  # noqa: F811
    made = person("boss", (Role.OPERATOR, ""))
    assert enter(client, "ops", "boss").status_code == 302
    return made


def test_a_stranger_is_sent_to_the_login_page_in_chinese(client, db):
    answer = client.get("/ops/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/ops/login/")
    page = answer.content.decode()
    assert "登录名或手机号" in page and "动态口令" in page and "信推运营后台" in page
    assert "Log in" not in page and "Welcome" not in page


def test_an_operator_enters_and_sees_the_lists_their_role_may_see(client, boss):
    page = client.get("/ops/")
    assert page.status_code == 200
    for word in ("工作台", "账号与角色", "审计记录", "登录设备", "角色授权"):
        assert word in page.content.decode()


@pytest.mark.parametrize(
    ("role", "merchant", "site", "status"),
    [
        (Role.OPERATOR, "", "ops", 302),
        (Role.REVIEWER, "", "ops", 302),
        (Role.FINANCE, "", "ops", 302),
        (Role.AUDITOR, "", "ops", 302),
        (Role.BUYER, "", "ops", 200),
        (Role.PROMOTER, "", "ops", 200),
        (Role.MERCHANT_OWNER, "mchA", "ops", 200),
        (Role.MERCHANT_OWNER, "mchA", "merchant", 302),
        (Role.MERCHANT_SERVICE, "mchA", "merchant", 302),
        (Role.OPERATOR, "", "merchant", 200),
        (Role.BUYER, "", "merchant", 200),
    ],
)
def test_each_console_lets_in_its_own_roles_only(client, person, role, merchant, site, status):  # noqa: F811
    person("li", (role, merchant))
    assert enter(client, site, "li").status_code == status
    assert (client.get(f"/{site}/").status_code == 200) == (status == 302)


def test_a_session_of_one_console_opens_nothing_in_the_other(client, boss):
    assert client.get("/merchant/").status_code == 302
    assert client.get("/merchant/identity/auditentry/").status_code == 302


def test_a_removed_operators_next_page_is_the_login(client, boss, person):  # noqa: F811
    other = person("other", (Role.OPERATOR, ""))
    by = identity.authenticate(
        identity.issue_for(other.user_id, device_name="t", now=NOON).access_token, now=NOON
    ).principal
    identity.revoke_role(by, boss.user_id, Role.OPERATOR, reason="调岗", now=NOON)
    assert client.get("/ops/").status_code == 302


@pytest.mark.parametrize("site", [ops_site, merchant_site], ids=["ops", "merchant"])
def test_every_page_of_every_table_opens_and_nothing_can_be_added_or_deleted(client, person, site):  # noqa: F811
    scoped = site is merchant_site
    person("li", *([(Role.MERCHANT_OWNER, "mchA")] if scoped else [(Role.OPERATOR, ""), (Role.FINANCE, "")]))
    enter(client, site.name, "li")
    for model in site._registry:
        base = f"/{site.name}/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(base).status_code in {200, 403}, base
        assert client.get(base + "?q=x").status_code in {200, 403}, base
        assert client.post(base + "add/", {}).status_code in {403, 404}, base
        row = model._default_manager.first()
        if row is not None:
            assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code in {302, 403, 404}
            assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_the_merchants_console_shows_that_merchants_rows_only(client, person):  # noqa: F811
    person("li", (Role.MERCHANT_OWNER, "mchA"))
    victim = person("CANARYwang", (Role.MERCHANT_OWNER, "mchB"))
    grant = RoleGrant.objects.get(user_id=victim.user_id)
    enter(client, "merchant", "li")
    page = client.get("/merchant/identity/rolegrant/").content.decode()
    assert "Li" in page and "Canarywang" not in page and "mchB" not in page
    assert client.get(f"/merchant/identity/rolegrant/{grant.id}/change/").status_code == 302


def test_a_button_needs_its_role_a_post_and_a_reason(client, boss, person):  # noqa: F811
    li = person("li")
    url = f"/ops/identity/user/{li.user_id}/close_account/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"_form_submitted": "1", "reason": ""}).status_code == 200
    assert User.objects.get(id=li.user_id).is_active
    client.post(url, {"_form_submitted": "1", "reason": "离职"})
    assert not User.objects.get(id=li.user_id).is_active
    line = AuditEntry.objects.get(action="identity.set_active")
    assert (line.actor_id, line.object_id, line.reason, line.before, line.after) == (
        boss.user_id,
        li.user_id,
        "离职",
        {"is_active": True},
        {"is_active": False},
    )


def test_an_auditor_looks_and_changes_nothing(client, person):  # noqa: F811
    person("aud", (Role.AUDITOR, ""))
    li = person("li")
    enter(client, "ops", "aud")
    assert client.get(f"/ops/identity/user/{li.user_id}/change/").status_code == 200
    assert "停用账号" not in client.get(f"/ops/identity/user/{li.user_id}/change/").content.decode()
    url = f"/ops/identity/user/{li.user_id}/close_account/"
    assert client.post(url, {"_form_submitted": "1", "reason": "离职"}).status_code == 403
    assert User.objects.get(id=li.user_id).is_active


def test_a_phone_number_is_masked_in_lists_details_and_exports_and_the_export_is_on_record(client, boss, noon):  # noqa: F811
    made = identity.create_user(display_name="=1+1", login="li", phone="13812341234", now=noon)
    listed = client.get("/ops/identity/user/").content.decode()
    detail = client.get(f"/ops/identity/user/{made.user_id}/change/").content.decode()
    exported = client.post(
        "/ops/identity/user/", {"action": "export_csv", "_selected_action": [made.user_id], "index": "0"}
    )
    sheet = exported.content.decode()
    for page in (listed, detail, sheet):
        assert "13812341234" not in page and "138****1234" in page
    assert "'=1+1" in sheet
    line = AuditEntry.objects.get(action="console.export")
    assert (line.actor_id, line.after) == (boss.user_id, {"rows": 1})


def test_where_it_is_required_a_money_role_sees_nothing_before_it_enrols(client, person, settings):  # noqa: F811
    import pyotp

    settings.TOTP_REQUIRED = True
    made = person("fin", (Role.FINANCE, ""))
    enter(client, "ops", "fin")
    assert client.get("/ops/").headers["Location"] == "/ops/totp/"
    page = client.get("/ops/totp/").content.decode()
    assert "data:image/svg+xml;base64," in page
    code = pyotp.parse_uri(identity.totp_uri(made.user_id)).at(NOON)
    assert client.post("/ops/totp/", {"code": "000000"}).status_code == 200
    assert client.post("/ops/totp/", {"code": code}).headers["Location"] == "/ops/"
    assert client.get("/ops/").status_code == 200


def test_the_login_never_sends_a_person_to_another_site(client, person):  # noqa: F811
    person("boss", (Role.OPERATOR, ""))
    for wanted in ("https://evil.example/", "//evil.example/ops/", "/ops//evil", "/merchant/", "/ops/\\evil"):
        answer = client.post(f"/ops/login/?next={wanted}", {"username": "boss", "password": PASSWORD})
        assert answer.headers["Location"] == "/ops/"
        client.post("/ops/logout/")


def test_logging_out_ends_the_session_row_too(client, boss):
    assert client.post("/ops/logout/").status_code == 200
    assert AuditEntry.objects.filter(action="identity.revoke_device", after={"why": "logout"}).count() == 1
    assert client.get("/ops/").status_code == 302


def test_policies_are_strict_and_consoles_get_what_unfold_needs(client, boss):
    console = client.get("/ops/").headers["Content-Security-Policy"]
    plain = client.get("/healthz").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in console and "style-src 'self' 'unsafe-inline'" in console
    assert "unsafe" not in plain and "default-src 'none'" in plain
    assert "frame-ancestors 'none'" in console and "frame-ancestors 'none'" in plain


def test_pages_name_no_outside_host(client, boss):
    for url in ("/ops/", "/ops/identity/user/", "/ops/identity/auditentry/", "/ops/totp/"):
        page = client.get(url).content.decode()
        hosts = set(re.findall(r"(?:src|href)=[\"'](?:https?:)?//([^/\"']+)", page))
        assert hosts <= {"testserver"}, (url, hosts)
