"""A person's number at rest, and a key by which equals are found without opening it."""

import hashlib
import hmac

from django.conf import settings

from xintui.infra import secretbox
from xintui.trust.qualification.contracts import KindTerms

PURPOSE = "xintui.qualification/number"
PICTURE = "xintui.qualification/picture"


def number_key(terms: KindTerms, number: str) -> str:
    """A company's number is public and is its own key; a person's is a keyed digest."""
    if not terms.personal:
        return number
    return hmac.new(settings.SECRET_KEY.encode(), f"{PURPOSE}/{number}".encode(), hashlib.sha256).hexdigest()


def seal(number: str, certificate_id: str) -> str:
    return secretbox.seal(number, PURPOSE, certificate_id)


def unseal(sealed: str, certificate_id: str) -> str:
    return secretbox.unseal(sealed, PURPOSE, certificate_id)
