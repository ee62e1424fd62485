"""What a channel can do: one table per channel, read by the composer, the server, bots and the docs. Pure."""

from typing import Literal

import msgspec

Formatting = Literal["bold", "italic", "code"]
TextUnit = Literal["characters", "utf16", "gsm7", "bytes"]


class FileRule(msgspec.Struct, frozen=True):
    """Which files a channel takes: `types` are MIME types or `image/*` patterns, `max_bytes` for each of them."""

    types: list[str]
    max_bytes: int


class Capabilities(msgspec.Struct, frozen=True):
    """A channel's abilities and limits."""

    text_limit: int  # in text_unit: port/segments.py
    files: list[FileRule]
    max_files: int  # in one message
    captions: bool  # text and files may share a message
    subject: bool = False
    html: bool = False
    typing_in: bool = False  # the customer's typing reaches us
    typing_out: bool = False
    delivered: bool = False  # the service reports it
    read: bool = False
    can_start: bool = False  # an agent may write first (R3)
    start_refusal: str = ""  # why not, when it may not: shown before anything is typed
    address_kind: str = "id"  # what a contact's address is: "email", "phone", "id", "visitor"
    reactions: bool = False  # both ways
    replies: bool = False  # a message may name the one that it answers, both ways
    threads: bool = False  # one contact may have parallel conversations, told apart by a thread key
    shared_identities: bool = False  # an address means the same person on every channel of the connector
    voice: str | None = None  # the MIME type that a recorded message must have; None: as it was recorded
    file_links: bool = False  # what the channel itself does not take goes as a signed link
    formatting: list[Formatting] = []  # of **bold**, _italic_ and `code`; plain text leaves where there is none
    text_unit: TextUnit = "characters"  # gsm7: an SMS, the limit in segments of it
    cc: bool = False  # a message may have copies for others (and Bcc)
    buttons: int = 0  # native quick answers at most; 0: they go as numbered text
    undo_seconds: int = 0  # how long a message is held, so that it can be taken back
