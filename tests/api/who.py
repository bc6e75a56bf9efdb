"""Who there is: the roles, and the sets of them that verdicts name."""

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
STAFF_ONLY: Final = Verdict(STAFF)
KEEPERS: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_GOODS)
HANDLERS: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE)
SHARERS: Final = only(Role.OPERATOR, Role.FINANCE, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
SHARE_READERS: Final = Verdict(SHARERS.roles | {Role.AUDITOR})
DESK: Final = Verdict(OPS)
LIBRARIANS: Final = Verdict(STAFF | {Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
SHOP_MONEY: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE)
FINDERS: Final = only(Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE, open_objects=True)
"""Promoters can be found by every shop: what stands behind their number is nobody's secret, as far as they show it."""
