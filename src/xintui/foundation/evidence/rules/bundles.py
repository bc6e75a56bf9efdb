"""A bundle: the proofs of consecutive closed days in one file. Each day's leaf 0 names the root of the day before, so
comparing the last root with the published one is enough for all of them.

    {"xintui_bundle": 1, "issued_at": …, "note": …, "proofs": [<proof of a day>, <proof of the next day>, …]}
"""

from collections.abc import Mapping
from typing import Any, Final

from xintui.foundation.evidence.contracts import Failure, Unreadable, VerifyReport
from xintui.foundation.evidence.rules.proofs import FAILURES_KEPT, Json, Verifier
from xintui.foundation.evidence.rules.schemas import label_of

BUNDLE_VERSION: Final = 1
_KEYS: Final = {"xintui_bundle", "issued_at", "note"}


class BundleVerifier:
    """Checks the days of a bundle one after the other and that each continues the one before."""

    def __init__(self, header: Json, expected_root: bytes | None = None) -> None:
        if header.get("xintui_bundle") != BUNDLE_VERSION or type(header["xintui_bundle"]) is not int:
            raise Unreadable(f"不是信推证明合集（缺少 xintui_bundle: {BUNDLE_VERSION}）")
        if not header.keys() <= _KEYS or not all(
            isinstance(header.get(k, ""), str | None) for k in _KEYS - {"xintui_bundle"}
        ):
            raise Unreadable("合集文件头的字段不对")
        self._expected = expected_root
        self._last: tuple[str, bytes, Mapping[str, Any]] | None = None
        self._size = self._checked = self._failed = 0
        self._failures: list[Failure] = []

    def add(self, verifier: Verifier) -> None:
        """One day, all of whose records were checked."""
        report = verifier.report()
        head = verifier.head
        if report.what != "day" or head is None:
            raise Unreadable("合集中的每份证明都应当是带有日结的一天")
        self._size, self._checked = self._size + report.tree_size, self._checked + report.checked
        self._failed += report.failed
        self._failures += report.failures
        if self._last is not None:
            _, root, before = self._last
            if head["books"] != before["books"] or head["day"] <= before["day"] or head["previous"] != root:
                self._fail(f"{label_of('day', head)}：没有接在{label_of('day', before)} 之后")
        self._last = report.root, bytes.fromhex(report.root), head

    def report(self) -> VerifyReport:
        """What was found; the root is the last day's."""
        if self._last is None:
            raise Unreadable("合集中没有任何证明")
        root, raw, _ = self._last
        if self._expected is not None and self._expected != raw:
            self._fail(f"最后一日的根 {root} 不是给定的根 {self._expected.hex()}")
        return VerifyReport(
            what="bundle",
            root=root,
            tree_size=self._size,
            checked=self._checked,
            failed=self._failed,
            failures=tuple(self._failures[:FAILURES_KEPT]),
            root_compared=self._expected is not None,
        )

    def _fail(self, says: str) -> None:
        self._failed += 1
        self._failures.append(Failure(-1, "bundle", says))


def verify_bundle(document: Json, expected_root: bytes | None = None) -> VerifyReport:
    """Recompute every day of a parsed bundle. Raises `Unreadable`."""
    bundle = BundleVerifier({k: v for k, v in document.items() if k != "proofs"}, expected_root)
    proofs = document.get("proofs")
    for proof in proofs if isinstance(proofs, list) else []:
        if not isinstance(proof, dict) or not isinstance(proof.get("records"), list):
            raise Unreadable("合集中有一份证明没有记录")
        verifier = Verifier({k: v for k, v in proof.items() if k != "records"})
        for item in proof["records"]:
            verifier.check(item)
        bundle.add(verifier)
    return bundle.report()
