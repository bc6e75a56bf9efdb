"""共用标识: what people were seen with, as orders, payees and logins know it, is handed to the graph as keyed hashes.

Trust stands under commerce and promotion and never looks itself. No value passes this page: an installation's number is
hashed at login, a payee where it is sealed, an address and a payer's account here, each with a key of its own, so that
the graph can tell that two are the same and nothing else. What it is used for and how long it is kept stands in the
purposes (`sharing`), what an identifier is worth in the graph's own table. Trust scores know nothing of it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import Address, OrderPaid
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import InstallationSeen
from xintui.foundation.payments import facade as payments
from xintui.infra import secretbox
from xintui.promotion.payouts.contracts import WithdrawalPaid
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import PayeeChanged, PromoterActivated
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import Mark, MarkKind, Node, NodeKind
from xintui.trust.privacy.contracts import ConsentWithdrawn

PAYEE: Final = "payee"
"""The separate consent that a payee's account rests on."""
_NOISE: Final = re.compile(r"[\W_]+")


def spelled(address: Address) -> str:
    """One spelling for a door: width, spaces and signs make no difference; who lives there is left out."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", address.region + address.street)).casefold()


def _marks(kind: MarkKind, seen: Sequence[tuple[str, str, datetime]]) -> list[Mark]:
    """Of (person, value, when); nothing is nobody's."""
    there = [one for one in seen if one[1]]
    digests = secretbox.marks((value for _, value, _ in there), f"graph.{kind}")
    return [Mark(who, kind, digest, at) for (who, _, at), digest in zip(there, digests, strict=True)]


def on_installation(events: Sequence[InstallationSeen], *, now: datetime) -> None:
    """Somebody logged in from an installation of our own pages."""
    graph.note(_marks(MarkKind.INSTALLATION, [(one.user_id, one.mark, one.at) for one in events]), now=now)


def on_paid(events: Sequence[OrderPaid], *, now: datetime) -> None:
    """Where a parcel goes, and which account paid for it."""
    there = orders.some({one.order_id for one in events})
    payers = payments.payers({one.payment_id for one in there.values()})
    known = [(one, there[one.order_id]) for one in events if one.order_id in there]
    doors = [(one.buyer_id, spelled(order.address), one.paid_at) for one, order in known]
    accounts = [(one.buyer_id, payers.get(order.payment_id, ""), one.paid_at) for one, order in known]
    graph.note([*_marks(MarkKind.ADDRESS, doors), *_marks(MarkKind.PAYER, accounts)], now=now)


def on_withdrawal_paid(events: Sequence[WithdrawalPaid], *, now: datetime) -> None:
    """A commission has arrived in somebody's account."""
    _payees(((one.promoter_id, one.paid_at) for one in events), now)


def on_payee(events: Sequence[PayeeChanged | PromoterActivated], *, now: datetime) -> None:
    """An account is named to which commissions shall go."""
    _payees(((one.promoter_id, one.at) for one in events), now)


def _payees(seen: Iterable[tuple[str, datetime]], now: datetime) -> None:
    rows = list(seen)
    ids = {one for one, _ in rows}
    accounts, who = promoters.payee_marks(ids), promoters.get(ids)
    told = [(who[one].user_id, accounts.get(one, ""), at) for one, at in rows if one in who]
    graph.note(_marks(MarkKind.PAYEE, told), now=now)


def parts(people: Collection[str]) -> Mapping[str, Node]:
    """What each is here: a promoter, else the shop whose staff they are (all of them together are the shop), else a
    buyer. Whoever sits in one shop and uses one telephone is no group."""
    sellers = promoters.by_users(people)
    shops = identity.employers(people)
    return {
        one: Node(sellers[one].id, NodeKind.PROMOTER) if one in sellers
        else Node(shops[one], NodeKind.MERCHANT) if one in shops
        else Node(one, NodeKind.BUYER)
        for one in people
    }  # fmt: skip


def withdrawn(events: Sequence[ConsentWithdrawn]) -> None:
    """Without the consent that a payee rests on, its hash is kept no longer either."""
    for one in events:
        if one.purpose == PAYEE:
            graph.drop(one.user_id, MarkKind.PAYEE)


def forget(user_id: str) -> None:
    """Somebody has left."""
    promoter = promoters.by_user(user_id)
    graph.forget(user_id, [promoter.id] if promoter else [])
