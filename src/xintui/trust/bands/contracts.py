"""What others may know of bands: what is known of a holder, how she is judged and why, models and their cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from xintui.kernel.errors import DomainError, Kind
from xintui.trust.deposits.contracts import Band, HolderKind

RULES: str = ""
"""In place of a model's number: the rule table."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of a holder on a day, all of it counted before that day. `_90`: in the 90 days before it."""

    tenure_days: int = 0
    orders_90: int = 0
    orders_180: int = 0
    sold_fen_90: int = 0
    sold_fen_180: int = 0
    sold_fen_365: int = 0
    refunded_fen_90: int = 0
    refunded_fen_180: int = 0
    refunded_fen_365: int = 0
    ended_365: int = 0
    unkept_365: int = 0
    complaints_90: int = 0
    complaints_365: int = 0
    stars_365: int = 0
    bad_stars_365: int = 0
    asked_365: int = 0
    slow_365: int = 0
    own_365: int = 0
    attributed_365: int = 0
    points_365: int = 0
    score: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A holder as a day began, and whether she caused a loss in the days after it. `rule`: the table's band."""

    holder_id: str
    day: date
    past: Past
    rule: Band
    hit: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """`push` in hundredths of all that moves the risk; negative: it speaks for the holder."""

    code: str
    says: str
    push: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A band and who gave it: a model's number, or the appeal that a person granted. None of them: the rule table."""

    band: Band
    says: str
    model_id: str
    appeal_id: str
    risk_bp: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A version: what it weighs, where its bands end, and all that is known of it."""

    intercept: float
    weights: Mapping[str, float]
    usual: Mapping[str, float]
    cuts_bp: Mapping[Band, int]
    label: str
    terms: str
    data: Mapping[str, Any]
    quality: Mapping[str, Any]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Stored once and never changed. `in_force`: new quotes are judged by it."""

    id: str
    kind: HolderKind
    trained_at: datetime
    card: Card
    in_force: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training found; `positives` are holders. Without `model_id` the rule table stays, and `says` says why."""

    kind: HolderKind
    holders: int
    moments: int
    positives: int
    says: str
    quality: Mapping[str, Any]
    model_id: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """Who put which model into force, when and why. `model_id` `RULES`: back to the rule table."""

    kind: HolderKind
    model_id: str
    at: datetime
    by: str
    reason: str


@dataclass(eq=False)
class ModelNotFound(DomainError):
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    code: ClassVar[str] = "bands.model_not_found"
    says: ClassVar[str] = "没有找到风险模型 {model_id}"

    model_id: str


@dataclass(eq=False)
class InForceAlready(DomainError):
    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "bands.in_force_already"
    says: ClassVar[str] = "这个版本已经在用"

    model_id: str


@dataclass(eq=False)
class RulesInForce(DomainError):
    """Nothing was adopted, so there is nothing to take back."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "bands.rules_in_force"
    says: ClassVar[str] = "当前用的就是规则表，没有可以退回的版本"


@dataclass(eq=False)
class NothingBetter(DomainError):
    """Only a band better than the one that a machine gave can be asked for."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "bands.nothing_better"
    says: ClassVar[str] = "当前是 {band} 档，只能申请更低风险的档位"

    band: str
