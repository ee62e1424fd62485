"""The installation's own key for web push (VAPID, RFC 8292): made once, sealed, kept in the database."""

import base64
from typing import Any, Final, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from harken.kit.crypto import Sealer
from harken.kit.db import Database
from harken.notifications.store import Q

_NAME: Final = "vapid"


class VapidKey:
    """Signs what is pushed. `public` is what browsers subscribe with."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._vapid = cast("Any", Vapid02(private_key=key))
        point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.public = base64.urlsafe_b64encode(point).decode().rstrip("=")

    def authorization(self, audience: str, subject: str, expires: int) -> str:
        """The header Authorization. `expires`: seconds since 1970, at most a day ahead (RFC 8292, 2)."""
        headers: dict[str, str] = self._vapid.sign({"aud": audience, "sub": subject, "exp": expires})
        return headers["Authorization"]


async def vapid_key(db: Database, sealer: Sealer) -> VapidKey:
    """Made when there is none. Raises ValueError when it was sealed with another key."""
    async with db.tx() as tx:
        sealed = await Q.value(tx, "find_key", name=_NAME)
        if sealed is None:
            await Q.run(
                tx, "keep_key", name=_NAME, sealed=sealer.seal(_written(ec.generate_private_key(ec.SECP256R1())))
            )
            sealed = await Q.value(tx, "find_key", name=_NAME)
    key = serialization.load_der_private_key(sealer.open(sealed), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return VapidKey(key)


def _written(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
