"""Two taps at once, on real connections."""

import threading

from django.db import connections, transaction

from tests.promotion.people import NOW, id_number
from xintui.infra import tenancy
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters import models
from xintui.promotion.promoters.contracts import AlreadyApplied, IdentityInfo, PromoterKind


def test_two_taps_on_apply_make_one_promoter(committed: str) -> None:
    barrier = threading.Barrier(4)
    made: list[str] = []
    refused: list[int] = []

    def tap() -> None:
        try:
            with tenancy.as_platform():
                barrier.wait(10)
                made.append(
                    promoters.apply_identity(
                        "usr-twice", IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", id_number(1)), now=NOW
                    ).id
                )
        except AlreadyApplied:
            refused.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction.atomic():
        (only,) = models.Promoter.objects.filter(user_id="usr-twice")
    assert set(made) == {only.id}
    assert len(made) + len(refused) == 4
