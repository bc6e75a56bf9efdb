"""RSA2: SHA256withRSA over `key=value` pairs in order, and over an answer's JSON exactly as it came."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from xintui.foundation.payments.gateway import Unreadable

SIGN_TYPE: Final = "RSA2"
_SPACE: Final = " \t\r\n"


def request_text(params: Mapping[str, str]) -> str:
    """What a request's signature covers: everything that is not empty but `sign`, in order of the names."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "sign" and params[name])


def notify_text(params: Mapping[str, str]) -> str:
    """What a notification's signature covers: everything but `sign` and `sign_type`, values decoded."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if name not in ("sign", "sign_type"))


def sign(key: RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")


def verifies(key: RSAPublicKey, text: str, signature: str) -> bool:
    """Strict base64: a signature has one spelling, so that no altered one is ever taken for the original."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text.encode(), PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return base64.b64encode(raw).decode("ascii") == signature


def signed_node(text: str, name: str) -> tuple[str, str]:
    """The member `name` (or `error_response`) of an answer as raw text, and the answer's `sign`. Raises `Unreadable`.

    Found by walking the outermost object with the JSON decoder: nothing inside a value can pass for a member.
    """
    raw = _members(text)
    node = raw.get(name) or raw.get("error_response")
    if node is None:
        raise Unreadable(f"the answer has no {name}")
    signature = json.loads(raw.get("sign", '""'))
    if not isinstance(signature, str):
        raise Unreadable("the answer's sign is no text")
    return node, signature


def _members(text: str) -> dict[str, str]:
    decoder, found, at = json.JSONDecoder(), dict[str, str](), _skip(text, 0, "{")
    try:
        while text[at] != "}":
            name, at = decoder.raw_decode(text, at)
            start = _skip(text, at, ":")
            _, end = decoder.raw_decode(text, start)
            if not isinstance(name, str) or name in found:
                raise Unreadable("a member comes twice")
            found[name] = text[start:end]
            at = _skip(text, end, "")
            if text[at] == ",":
                at = _skip(text, at, ",")
            elif text[at] != "}":
                raise Unreadable("the answer is no JSON object")
    except (ValueError, IndexError) as error:
        raise Unreadable(f"the answer is no JSON object: {error}") from error
    if text[at + 1 :].strip(_SPACE):
        raise Unreadable("something follows the answer")
    return found


def _skip(text: str, at: int, mark: str) -> int:
    """Past white space, `mark` and white space again."""
    rest = len(text)
    while at < rest and text[at] in _SPACE:
        at += 1
    if mark:
        if text[at : at + 1] != mark:
            raise Unreadable("the answer is no JSON object")
        return _skip(text, at + 1, "")
    return at


def node_of(text: str) -> Mapping[str, Any]:
    """A verified node as an object. Raises `Unreadable`."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(found, dict):
        raise Unreadable("the answer is no object")
    return found
