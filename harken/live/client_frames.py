"""What a page may say on its socket. Pure."""

from uuid import UUID

import msgspec


class Typing(msgspec.Struct, frozen=True, tag="typing", forbid_unknown_fields=True):
    conversation_id: UUID
    active: bool


class Viewing(msgspec.Struct, frozen=True, tag="viewing", forbid_unknown_fields=True):
    conversation_id: UUID
    active: bool


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    pass


ClientFrame = Typing | Viewing | Ping
_decoder = msgspec.json.Decoder(ClientFrame)
_MAX_CHARACTERS = 1_000


def client_frame(text: str) -> ClientFrame:
    """Raises ValueError for anything else."""
    if len(text) > _MAX_CHARACTERS:
        raise ValueError("too long")
    return _decoder.decode(text)  # msgspec.ValidationError and DecodeError are ValueErrors
