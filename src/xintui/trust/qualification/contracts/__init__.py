"""What others may know of licences: what numbers say, how certificates live, what a class of goods asks."""

from xintui.trust.qualification.contracts.certificates import (
    HOLDER_NAMES,
    STATE_NAMES,
    BadCertificate,
    Certificate,
    CertificateExpiring,
    CertificateMoved,
    CertificateNotFound,
    Draft,
    Facts,
    FileNotFound,
    Finding,
    Holder,
    HolderKind,
    NotAppealable,
    NothingToLookAt,
    State,
    TooManyFiles,
    UnfitFile,
    Verb,
)
from xintui.trust.qualification.contracts.needs import (
    Class,
    KindTerms,
    Lack,
    Need,
    PromoterAsks,
    Terms,
    Unqualified,
    UnqualifiedPromoter,
)
from xintui.trust.qualification.contracts.numbers import BadNumber, Kind, Paper, Part, Reading

__all__ = [
    "HOLDER_NAMES", "STATE_NAMES", "BadCertificate", "BadNumber", "Certificate", "CertificateExpiring",
    "CertificateMoved", "CertificateNotFound", "Class", "Draft", "Facts", "FileNotFound", "Finding", "Holder",
    "HolderKind", "Kind", "KindTerms", "Lack", "Need", "NotAppealable", "NothingToLookAt", "Paper", "Part",
    "PromoterAsks", "Reading", "State", "Terms", "TooManyFiles", "UnfitFile", "Unqualified", "UnqualifiedPromoter",
    "Verb",
]  # fmt: skip
