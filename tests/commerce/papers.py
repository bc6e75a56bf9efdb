"""Papers for the shops of the tests, as they stand once a person has passed them: told to nobody, so that what a test
hears is its own."""

from datetime import datetime, timedelta

from xintui.kernel.ids import new_id
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification import models
from xintui.trust.qualification.contracts import HolderKind, Kind, State

FOOD = qualification.complete(Kind.FOOD_FILING, "YB2330106000001")


def licensed(merchant_id: str, now: datetime, *, kind: Kind = Kind.FOOD_FILING, number: str = FOOD) -> None:
    """The shop may sell packaged food (or whatever `kind` opens) from now on."""
    models.Certificate.objects.create(
        id=new_id("qlf"), holder_kind=HolderKind.MERCHANT, holder_id=merchant_id, kind=kind, number=number,
        number_key=number, name="测试主体有限公司", state=State.PASSED, submitted_by="system", submitted_at=now,
        decided_by="usr01OPS", decided_at=now, check_on=(now + timedelta(days=180)).date(), version="2026-11",
    )  # fmt: skip
