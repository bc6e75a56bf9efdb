"""Who may use which operation: one line per operation, by operation id. An operation without a line fails the tests.

`PUBLIC`     answers without a token (must also stand in `entrypoints.api.PUBLIC`)
`ANYONE`     every known person, for what is their own
roles        only these; merchant roles for their own merchant's things only

`open_objects`: things behind the path id are shown to everybody (a product on the shelf), so a stranger's
200 is no leak; private canaries must still not appear in it.
"""

from dataclasses import dataclass
from typing import Final

from xintui.foundation.identity.contracts import Role

OPS = frozenset({Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
STAFF = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_FINANCE, Role.MERCHANT_SERVICE})
EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class Verdict:
    roles: frozenset[Role]
    public: bool = False
    open_objects: bool = False


PUBLIC: Final = Verdict(EVERY_ROLE, public=True, open_objects=True)
ANYONE: Final = Verdict(EVERY_ROLE)


def only(*roles: Role, open_objects: bool = False) -> Verdict:
    return Verdict(frozenset(roles), open_objects=open_objects)


READERS: Final = only(Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)

MONEY_READERS: Final = only(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
MONEY_ACTORS: Final = only(Role.OPERATOR, Role.FINANCE)

VERDICTS: dict[str, Verdict] = {
    "identity_login": PUBLIC,
    "identity_wechat_login": PUBLIC,
    "identity_refresh": PUBLIC,
    "identity_logout": PUBLIC,
    "identity_me": ANYONE,
    "identity_list_devices": ANYONE,
    "identity_revoke_device": ANYONE,
    "identity_bind_phone": ANYONE,
    "identity_change_password": ANYONE,
    "identity_list_users": READERS,
    "identity_read_user": READERS,
    "identity_grant_role": only(Role.OPERATOR, Role.MERCHANT_OWNER),
    "identity_revoke_role": only(Role.OPERATOR, Role.MERCHANT_OWNER),
    "identity_set_active": only(Role.OPERATOR),
    "identity_list_audit": only(Role.OPERATOR, Role.AUDITOR),
    "payments_callback": PUBLIC,
    "payments_list_payments": MONEY_READERS,
    "payments_list_refunds": MONEY_READERS,
    "payments_list_transfers": MONEY_READERS,
    "payments_list_differences": MONEY_READERS,
    "payments_list_attempts": MONEY_READERS,
    "payments_look_now": MONEY_ACTORS,
    "payments_assign_difference": MONEY_ACTORS,
    "payments_close_difference": MONEY_ACTORS,
}

NOT_TENANT: dict[str, str] = {
    # Tables with a merchant_id that are rightly not walled, and why.
    "attribution_link": "a promoter's row: the merchant is what the link points to",
    "attribution_window": "the published rules of a merchant, read by everybody who asks why",
    "attribution_click": "a promoter's row",
}
