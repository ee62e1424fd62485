"""What a channel takes: the one check that the upload, the reply and bots share (R18). Pure."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Literal

from harken.conversations.model import Attachment
from harken.port.capabilities import Capabilities, FileRule

FileRefusal = Literal["type_refused", "too_large"]
AttachmentKind = Literal["image", "audio", "video", "file"]

NOTE_LIMIT = 20_000
INLINE_TYPES = frozenset({"application/pdf"})


def kind_of(media_type: str) -> AttachmentKind:
    """How a file is shown. SVG is a document with scripts, not a picture."""
    if media_type == "image/svg+xml":
        return "file"
    family = media_type.partition("/")[0]
    return family if family in ("image", "audio", "video") else "file"  # pyright: ignore[reportReturnType]


def shown_inline(media_type: str) -> bool:
    """Whether a browser may show it in place; everything else is only ever downloaded."""
    return kind_of(media_type) != "file" or media_type in INLINE_TYPES


def rule_for(capabilities: Capabilities, media_type: str) -> FileRule | None:
    """The first rule that takes the type."""
    return next((rule for rule in capabilities.files if any(fnmatchcase(media_type, t) for t in rule.types)), None)


def file_refusal(capabilities: Capabilities, media_type: str, size: int) -> FileRefusal | None:
    rule = rule_for(capabilities, media_type)
    if rule is None:
        return "type_refused"
    return "too_large" if size > rule.max_bytes else None


def largest_file(capabilities: Capabilities) -> int:
    """The most bytes that any type may have; 0 when the channel takes no files."""
    return max((rule.max_bytes for rule in capabilities.files), default=0)


def message_faults(capabilities: Capabilities, text: str, files: Sequence[Attachment]) -> list[tuple[str, str]]:
    """(field, code) of what the channel refuses in a message; empty when it may go."""
    faults: list[tuple[str, str]] = []
    if not text.strip() and not files:
        faults.append(("text", "required"))
    if len(text) > capabilities.text_limit:
        faults.append(("text", "too_long"))
    if len(files) > capabilities.max_files:
        faults.append(("attachment_ids", "too_many"))
    if files and text.strip() and not capabilities.captions:
        faults.append(("text", "no_captions"))
    refusals = (file_refusal(capabilities, file.type, file.size) for file in files)
    faults.extend(("attachment_ids", refusal) for refusal in dict.fromkeys(refusals) if refusal)
    return faults
