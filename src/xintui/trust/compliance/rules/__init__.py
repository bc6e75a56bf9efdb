"""The judgement of compliance: labels, share copy and the pyramid firewall. Pure; words come from dated files."""

from xintui.trust.compliance.rules.labels import label, missing_disclosure
from xintui.trust.compliance.rules.plans import lint_plan, require_publishable
from xintui.trust.compliance.rules.sharing import bears_address, lint_share_copy, require_usable
from xintui.trust.compliance.rules.text import Normalised, normalise

__all__ = [
    "Normalised",
    "bears_address",
    "label",
    "lint_plan",
    "lint_share_copy",
    "missing_disclosure",
    "normalise",
    "require_publishable",
    "require_usable",
]
