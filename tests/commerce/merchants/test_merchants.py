"""A shop's life, its settings, and who may see its number."""

import pytest

from tests.commerce.world import T0, shop
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import (
    BadSetting,
    MerchantNotFound,
    MerchantState,
    MerchantVerb,
    NameTaken,
    Settings,
)
from xintui.commerce.merchants.rules import MERCHANT_FLOW, mask_phone
from xintui.kernel.states import NoSuchMove

db = pytest.mark.django_db
S, V = MerchantState, MerchantVerb


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("verb", list(V))
def test_the_life_of_a_merchant_is_exactly_this_table(state: S, verb: V) -> None:
    allowed = {
        (S.APPLIED, V.ACTIVATE): S.ACTIVE,
        (S.APPLIED, V.REJECT): S.REJECTED,
        (S.ACTIVE, V.SUSPEND): S.SUSPENDED,
        (S.SUSPENDED, V.RESUME): S.ACTIVE,
        (S.SUSPENDED, V.CLOSE): S.CLOSED,
    }
    if (state, verb) in allowed:
        assert MERCHANT_FLOW.after(state, verb) is allowed[state, verb]
    else:
        with pytest.raises(NoSuchMove):
            MERCHANT_FLOW.after(state, verb)


@db
def test_every_decision_is_kept_with_its_reason() -> None:
    tea = shop("云雾茶行")
    merchants.suspend(tea.id, actor="usr01OPS", now=T0, note="证照过期")
    merchants.resume(tea.id, actor="usr01OPS", now=T0, note="已更新")
    assert [(e.verb, e.note) for e in merchants.history(tea.id)] == [
        ("apply", ""),
        ("activate", ""),
        ("suspend", "证照过期"),
        ("resume", "已更新"),
    ]
    with pytest.raises(NoSuchMove):
        merchants.activate(tea.id, actor="usr01OPS", now=T0)


@db
def test_two_shops_cannot_share_a_name() -> None:
    shop("云雾茶行")
    with pytest.raises(NameTaken):
        shop("云雾茶行")


@db
@pytest.mark.parametrize(
    "settings",
    [
        Settings(auto_receipt_days=6),
        Settings(auto_receipt_days=31),
        Settings(freight_fen=-1),
        Settings(freight_fen=100_001),
    ],
)
def test_settings_have_limits(settings: Settings) -> None:
    tea = shop("云雾茶行")
    with pytest.raises(BadSetting):
        merchants.change_settings(tea.id, settings, actor="a", now=T0)
    assert merchants.get(tea.id).settings == Settings()


@db
def test_a_number_is_shown_whole_only_for_a_reason_that_stays() -> None:
    tea = shop("云雾茶行")
    assert merchants.get(tea.id).contact_phone_masked == "139****5678"
    assert merchants.reveal_contact(tea.id, actor="usr01OPS", reason="核实投诉", now=T0) == "13912345678"
    assert [(e.verb, e.note) for e in merchants.history(tea.id)][-1] == ("reveal", "核实投诉")


@db
def test_an_unknown_merchant_is_not_found() -> None:
    with pytest.raises(MerchantNotFound):
        merchants.get("mch01NEVER")


def test_short_numbers_show_nothing() -> None:
    assert (mask_phone("13912345678"), mask_phone("12345")) == ("139****5678", "****")
