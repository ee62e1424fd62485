"""One-time codes of an authenticator app (RFC 6238 over RFC 4226) and recovery codes. Pure.

Parameters are those that every app takes: SHA-1, six digits, 30 seconds.
"""

import base64
import hmac
import io
import re
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from harken.kit.crypto import same

STEP_SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
_SKEW: Final = (-1, 0, 1)  # steps: a phone's clock may be off by half a minute
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_RECOVERY_LENGTH: Final = 16  # 79 bits: its SHA-256 may be stored


def new_secret() -> bytes:
    return secrets.token_bytes(20)


def code_at(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3, with the step as the counter."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is, now or one step around; all are compared, each in constant time."""
    current = int(now.timestamp()) // STEP_SECONDS
    matches = [step for step in (current + skew for skew in _SKEW) if same(code_at(secret, step), code)]
    return matches[-1] if matches else None


def is_totp(code: str) -> bool:
    """Whether it has the form of an app's code; else it can only be a recovery code."""
    return re.fullmatch(rf"[0-9]{{{DIGITS}}}", code) is not None


def plain_code(typed: str) -> str:
    """A code as it was meant: without blanks and dashes, in small letters."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed[:100]).lower()


def key_text(secret: bytes) -> str:
    """What is typed into an app that cannot scan."""
    return base64.b32encode(secret).decode().rstrip("=")


def setup_uri(secret: bytes, workspace: str, email: str) -> str:
    """What the QR code says: otpauth, as Google Authenticator's wiki "Key Uri Format" describes it."""
    issuer = workspace.replace(":", " ").strip()[:60] or "Harken"
    query = urlencode({"secret": key_text(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(email)}?{query}"


def qr_svg(text: str) -> str:
    """Black on white in every theme: cameras read it so."""
    import segno  # large, and needed once in the life of an agent

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None,
        omitsize=True,
    )  # fmt: skip
    return out.getvalue().decode()


def new_recovery_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _RECOVERY_LENGTH, 4))
