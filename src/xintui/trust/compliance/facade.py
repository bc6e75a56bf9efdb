"""合规 compliance: labels, share copy and the pyramid firewall."""

from xintui.trust.compliance.rules import (
    bears_address,
    label,
    lint_plan,
    lint_share_copy,
    missing_disclosure,
    require_publishable,
    require_usable,
)

__all__ = [
    "bears_address",
    "label",
    "lint_plan",
    "lint_share_copy",
    "missing_disclosure",
    "require_publishable",
    "require_usable",
]
