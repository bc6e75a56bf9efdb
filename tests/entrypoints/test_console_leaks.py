"""Every page of both consoles × every wrong role × a foreign tenant: nothing of the victim's is shown or changed.

Made from the registry and the address lists of the sites, so that a page added tomorrow is attacked tomorrow: list,
search, filters, detail, autocomplete, each action and each dialog posted, each export, each page of its own.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import connection, models, transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern

from tests.api import witness, world
from tests.api.test_isolation import NOW, seeded  # noqa: F401 - the fixture
from xintui.entrypoints import middleware
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock, tenancy
from xintui.infra.console import merchant_site, ops_site

SITES = {site.name: site for site in (ops_site, merchant_site)}
OWNER = "StrangerOwner"
FOREIGN = ("StrangerOwner", "StrangerGoods", "StrangerService", "StrangerFinance")
OPS_ROLES = {"Boss": Role.OPERATOR, "Reviewer": Role.REVIEWER, "Money": Role.FINANCE, "BossNoOne": Role.AUDITOR}
COLLEAGUES = {
    "Colleague": Role.MERCHANT_SERVICE,
    "ColleagueGoods": Role.MERCHANT_GOODS,
    "ColleagueFinance": Role.MERCHANT_FINANCE,
}
ROWS = 1
WORDS = "测试内容"
SEARCHES = ("search/?s={}&extended=1", "find/?q={}")
"""Global searches: unfold's own, and the house's where there is one (404 where not)."""


def everything() -> list[tuple[str, type[models.Model]]]:
    from xintui.entrypoints import urls  # noqa: F401 - fills the registries

    return [(name, model) for name, site in SITES.items() for model in site._registry]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "model" in metafunc.fixturenames:
        found = [(site, model) for site, model in everything() if site == metafunc.function.site]
        ids = [f"{site}-{model._meta.label_lower}" for site, model in found]
        metafunc.parametrize("model", [model for _, model in found], ids=ids)


@pytest.fixture(scope="module")
def house(seeded: world.World, django_db_blocker: Any) -> Iterator[world.World]:  # noqa: F811
    """The world of the API's test, and the people whose roles only the consoles know."""
    victim, stranger = seeded.victim_merchant, seeded.stranger_merchant
    with django_db_blocker.unblock(), tenancy.as_platform():
        clock.set_for_story(NOW)
        seeded.person("StrangerFinance", (Role.MERCHANT_FINANCE, stranger))
        seeded.person("ColleagueGoods", (Role.MERCHANT_GOODS, victim))
        seeded.person("ColleagueFinance", (Role.MERCHANT_FINANCE, victim))
        seeded.person("Reviewer", (Role.REVIEWER, ""))
        seeded.person("Money", (Role.FINANCE, ""))
        yield seeded


@pytest.fixture
def plain(settings: Any) -> None:
    settings.TOTP_REQUIRED = False


@pytest.fixture(params=["both walls", "application only"])
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    settings.TOTP_REQUIRED = False
    if request.param == "application only":
        monkeypatch.setattr(middleware, "scope_of", lambda principal: tenancy.as_platform())
    return str(request.param)


@pytest.fixture
def undone(house: world.World, django_db_blocker: Any) -> Iterator[world.World]:
    with django_db_blocker.unblock(), tenancy.as_platform(), transaction.atomic():
        clock.set_for_story(NOW)
        yield house
        transaction.set_rollback(True)


def sitting(name: str, site: str, undone: world.World) -> Client:
    """A browser session of the console, without the slow password."""
    person = identity.authenticate(undone.tokens[name], now=NOW)
    assert person is not None
    client = Client(raise_request_exception=False)
    from xintui.foundation.identity.models import User

    client.force_login(User.objects.get(id=person.principal.user_id), backend="xintui.entrypoints.consoles.Backend")
    session = client.session
    session["console"] = {"device": person.device_id, "version": person.principal.permission_version}
    session.save()
    return client


def ask(client: Client, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
    with tenancy.as_nobody():
        return client.get(path, data or {}) if method == "GET" else client.post(path, data or {})


def filled(form_class: Any, key: str, ids: dict[str, str]) -> dict[str, Any]:
    """Plausible values for every field of a dialog."""
    found: dict[str, Any] = {"_form_submitted": "true"}
    request = RequestFactory().post("/")
    request.principal, request.device_id = Principal("x", frozenset(), None, "x", 0), ""  # type: ignore[attr-defined]
    for name, field in form_class(request=request, object_id=key).fields.items():
        if name in ids:
            found[name] = ids[name]
        elif getattr(field, "choices", None):
            found[name] = [key for key, _ in field.choices][:1]
        elif isinstance(field, forms.IntegerField | forms.DecimalField):
            found[name] = "10"
        elif name == "proof":
            found[name] = world.PASSWORD
        elif name == "tracking_no":
            found[name] = "SF123456"
        elif isinstance(field, forms.BooleanField) and name != "_form_submitted":
            found[name] = "on"
        elif not isinstance(field, forms.DateTimeField):
            found.setdefault(name, WORDS)
    return found


def victims(site: Any, model: type[models.Model], undone: world.World) -> list[str]:
    """Keys of the victim's rows of this table, or of anybody's where rows belong to no shop."""
    page = site._registry[model]
    rows = model._default_manager.all()
    own = list(page.merchant_rows(rows, undone.victim_merchant).values_list("pk", flat=True)[:ROWS])
    return [str(key) for key in own or rows.values_list("pk", flat=True)[:ROWS]]


def base(site: Any, model: type[models.Model]) -> str:
    return f"/{site.name}/{model._meta.app_label}/{model._meta.model_name}/"


def reads(
    site: Any, model: type[models.Model], keys: list[str], undone: world.World, role: Role | None = None
) -> Iterator[str]:
    """Every address of the page that only shows; of choices those whose table the role may not open anyhow."""
    page, at = site._registry[model], base(site, model)
    yield at
    for word in (world.CANARY, undone.victim_merchant, *keys):
        yield f"{at}?q={quote(word)}"
    yield f"{at}?merchant_id={undone.victim_merchant}"
    yield f"{at}?merchant_id__exact={undone.victim_merchant}"
    for key in keys:
        yield f"{at}{quote(key)}/change/"
        yield f"{at}{quote(key)}/history/"
        yield f"{at}?pk={quote(key)}"
        yield from (f"{at}{quote(key)}/{name}/" for name in page.actions_detail or ())
    for field in model._meta.concrete_fields:
        target = site._registry.get(field.related_model) if isinstance(field, models.ForeignKey) else None
        if isinstance(field, models.ForeignKey) and (target is None or role is None or role not in target.viewers()):
            asked = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={field.name}"
            yield f"/{site.name}/autocomplete/?term={world.CANARY}&{asked}"
            yield f"/{site.name}/autocomplete/?term=&{asked}"
    assert flatten_fieldsets([(None, {"fields": page.list_display})])


def said(answer: Any) -> str:
    """What the answer shows; a spreadsheet unpacked. What was searched for stands in the search box again."""
    if "spreadsheetml" in answer.headers.get("Content-Type", ""):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return str(answer.content.decode()).replace(f'"{world.CANARY}"', "").replace(f"q={world.CANARY}", "")


def writes(
    site: Any, model: type[models.Model], keys: list[str], ids: dict[str, str]
) -> Iterator[tuple[str, str, Any]]:
    """(name, address, form) of every action, dialog and export, whatever role it is for."""
    page, at = site._registry[model], base(site, model)
    chosen = {"index": "0", "_selected_action": keys}
    for export in ("export_csv", "export_xlsx"):
        yield export, at, chosen | {"action": export}
        yield export, at, chosen | {"action": export, "select_across": "1"}
    for name in page.actions or ():
        for stage in ("", "do"):
            given = {"action": name, "_bulk": stage, "reason": WORDS, "owner": WORDS, "proof": world.PASSWORD}
            yield name, at, chosen | given | {"_form_submitted": "true", "code": WORDS}
    for name in page.actions_detail or ():
        dialog = getattr(getattr(page, name), "dialog", None) or {}
        for key in keys:
            form = filled(dialog["form_class"], key, ids) if dialog.get("form_class") else {"_form_submitted": "true"}
            yield name, f"{at}{quote(key)}/{name}/", form
    for key in keys:
        yield "change", f"{at}{quote(key)}/change/", {"name": WORDS, "title": WORDS}
        yield "delete", f"{at}{quote(key)}/delete/", {"post": "yes"}
    yield "add", f"{at}add/", {"name": WORDS}


def roles_of(page: Any, name: str) -> frozenset[str]:
    """Who may run this action; nobody for what there is not."""
    if name.startswith("export"):
        return frozenset(page.exporters & page.viewers())
    return frozenset(getattr(getattr(page, name, None), "console_roles", frozenset()))


def fingerprint(undone: world.World) -> Any:
    markers = [world.CANARY, undone.victim_merchant, *undone.ids.values()]
    return witness.rows_about(markers, witness.tables())


def test_a_foreign_tenant_sees_and_changes_nothing(model: Any, undone: world.World, walls: str) -> None:
    keys, before = victims(merchant_site, model, undone), fingerprint(undone)
    for name in FOREIGN if walls == "application only" else (OWNER,):
        client = sitting(name, "merchant", undone)
        for path in reads(merchant_site, model, keys, undone):
            answer = ask(client, "GET", path)
            told = (name, path, answer.status_code)
            assert answer.status_code < 500, told
            assert world.CANARY not in said(answer), told
        if name != OWNER:
            continue  # an owner may all that the others may
        for what, path, form in writes(merchant_site, model, keys, undone.ids):
            answer = ask(client, "POST", path, form)
            told = (name, what, path, answer.status_code)
            assert answer.status_code < 500, told
            assert world.CANARY not in said(answer), told
    assert not before - fingerprint(undone)


def test_a_colleague_cannot_look_or_do_beyond_the_role(model: Any, undone: world.World, plain: None) -> None:
    page = merchant_site._registry[model]
    keys, before = victims(merchant_site, model, undone), fingerprint(undone)
    for name, role in COLLEAGUES.items():
        client = sitting(name, "merchant", undone)
        if role not in page.merchant_roles:
            for path in reads(merchant_site, model, keys, undone, role):
                answer = ask(client, "GET", path)
                assert answer.status_code in {302, 403, 404}, (name, path, answer.status_code)
        _refused(client, merchant_site, model, role, keys, undone)
    assert not before - fingerprint(undone)


def test_no_role_of_the_platform_does_more_than_its_own(model: Any, undone: world.World, plain: None) -> None:
    page = ops_site._registry[model]
    keys, before = victims(ops_site, model, undone), fingerprint(undone)
    for name, role in OPS_ROLES.items():
        client = sitting(name, "ops", undone)
        if role not in page.ops_roles:
            for path in reads(ops_site, model, keys, undone, role):
                answer = ask(client, "GET", path)
                assert answer.status_code in {302, 403, 404}, (name, path, answer.status_code)
        _refused(client, ops_site, model, role, keys, undone)
    assert not before - fingerprint(undone)


def test_nobody_else_comes_into_the_operators_console(model: Any, undone: world.World, plain: None) -> None:
    names = (undone.canary("owner"), OWNER, "OtherBuyer", "OtherPromoter")
    clients = {name: sitting(name, "ops", undone) for name in names}
    keys, before = victims(ops_site, model, undone), fingerprint(undone)
    for name, client in clients.items():
        for path in (base(ops_site, model), f"{base(ops_site, model)}{quote(keys[0])}/change/" if keys else "/ops/"):
            assert ask(client, "GET", path).status_code == 302, (name, path)
        for what, path, form in writes(ops_site, model, keys, undone.ids) if name == OWNER else ():
            assert ask(client, "POST", path, form).status_code in {302, 403}, (name, what)
    assert not before - fingerprint(undone)


def _refused(client: Client, site: Any, model: Any, role: Role, keys: list[str], undone: world.World) -> None:
    """Posting what the role does not name changes nothing and makes no file."""
    page = site._registry[model]
    for what, path, form in writes(site, model, keys, undone.ids):
        if role in roles_of(page, what):
            continue
        answer = ask(client, "POST", path, form)
        told = (role, what, path, answer.status_code)
        assert answer.status_code < 500, told
        assert "attachment" not in answer.headers.get("Content-Disposition", ""), told


for _test, _site in (
    (test_a_foreign_tenant_sees_and_changes_nothing, "merchant"),
    (test_a_colleague_cannot_look_or_do_beyond_the_role, "merchant"),
    (test_no_role_of_the_platform_does_more_than_its_own, "ops"),
    (test_nobody_else_comes_into_the_operators_console, "ops"),
):
    _test.site = _site  # type: ignore[attr-defined]


def extra(site: Any, ids: dict[str, str]) -> Iterator[str]:
    """Pages that belong to no table, with the victim's ids in their addresses."""
    everything()
    for pattern in site.more_urls:
        assert isinstance(pattern, URLPattern)
        path = str(pattern.pattern)
        for name in pattern.pattern.converters:
            path = path.replace(f"<str:{name}>", quote(ids.get(name, "nothing")))
        yield f"/{site.name}/{path}"
    for search in SEARCHES:
        for word in (world.CANARY, ids["merchant_id"], ids["order_id"], ids["product_id"], "受害", "龙井", "139"):
            yield f"/{site.name}/" + search.format(quote(word))
    yield f"/{site.name}/"


FORMS: list[dict[str, Any]] = [
    {"verb": "invite", "login": "chengke", "roles": ["merchant_owner"], "_form_submitted": "true"},
    {"verb": "withdraw"},
    {"roles": [], "reason": WORDS, "_form_submitted": "true"},
    {"drop": "0" * 40},
    {"file": "csv"},
]


def test_pages_of_their_own_and_searches_show_and_change_nothing_of_a_foreign_shop(
    undone: world.World, walls: str
) -> None:
    before = fingerprint(undone)
    for name in FOREIGN if walls == "application only" else (OWNER,):
        client = sitting(name, "merchant", undone)
        for path in extra(merchant_site, undone.ids):
            answers = [ask(client, "GET", path)]
            forms = FORMS if name == OWNER and "?" not in path else []
            answers += [ask(client, "POST", path, form | {"id": undone.ids["invitation_id"]}) for form in forms]
            for answer in answers:
                assert answer.status_code < 500, (name, path)
                told = (
                    said(answer).replace(f"“{world.CANARY}”", "").replace(f'value="{world.CANARY}"', "")
                )  # the question
                assert world.CANARY not in told and "受害茶行" not in told, (name, path)
    assert not before - fingerprint(undone)


def test_pages_of_their_own_are_closed_to_the_other_console(undone: world.World, plain: None) -> None:
    names = ("StrangerOwner", undone.canary("owner"), "OtherBuyer")
    clients = {name: sitting(name, "ops", undone) for name in names}
    before = fingerprint(undone)
    for name, client in clients.items():
        for path in extra(ops_site, undone.ids):
            for answer in (ask(client, "GET", path), *(ask(client, "POST", path, form) for form in FORMS)):
                assert answer.status_code in {302, 403, 404, 405}, (name, path, answer.status_code)
    assert not before - fingerprint(undone)


def test_the_detector_detects(undone: world.World, plain: None) -> None:
    """Negative control: the victim's owner sees what strangers must not, and a changed row is noticed."""
    client = sitting(undone.canary("owner"), "merchant", undone)
    assert world.CANARY in ask(client, "GET", "/merchant/staff/").content.decode()
    assert world.CANARY in ask(client, "GET", "/merchant/orders/aftersale/").content.decode()
    before = fingerprint(undone)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE merchants_merchant SET intro = 'x' WHERE id = %s", [undone.victim_merchant])
    assert before - fingerprint(undone)
