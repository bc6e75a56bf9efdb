"""合规 compliance: labels, share copy and the pyramid firewall."""

from xintui.trust.compliance.rules import (
    label,
    lint_plan,
    lint_share_copy,
    missing_disclosure,
    require_publishable,
    require_usable,
)

__all__ = [
    "label",
    "lint_plan",
    "lint_share_copy",
    "missing_disclosure",
    "require_publishable",
    "require_usable",
]
