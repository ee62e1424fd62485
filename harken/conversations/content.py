"""What a channel takes: the one check that the upload, the reply and bots share (R18). Pure."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Literal

from harken.conversations.model import Attachment
from harken.port.buttons import Button
from harken.port.capabilities import Capabilities, FileRule
from harken.port.segments import length_of

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


def outgoing_type(capabilities: Capabilities, media_type: str, *, voice: bool) -> str:
    """The type in which a file leaves: a recorded message becomes what the channel plays."""
    return capabilities.voice if voice and capabilities.voice else media_type


def file_refusal(capabilities: Capabilities, media_type: str, size: int) -> FileRefusal | None:
    """Why it cannot go. What a channel itself does not take goes as a link where it may."""
    return None if capabilities.file_links else own_refusal(capabilities, media_type, size)


def own_refusal(capabilities: Capabilities, media_type: str, size: int) -> FileRefusal | None:
    """Why the channel's service does not take a file."""
    rule = rule_for(capabilities, media_type)
    if rule is None:
        return "type_refused"
    return "too_large" if size > rule.max_bytes else None


def links_of(capabilities: Capabilities, files: Sequence[tuple[str, int]]) -> list[bool]:
    """Of the types and sizes of a message's files, in order, whether each goes as a link: it is refused or one too many."""
    taken = 0
    links: list[bool] = []
    for media_type, size in files:
        link = taken >= capabilities.max_files or own_refusal(capabilities, media_type, size) is not None
        taken += not link
        links.append(link and capabilities.file_links)
    return links


def largest_file(capabilities: Capabilities) -> int | None:
    """The most bytes that any type may have; 0 when the channel takes no files, None when they may go as links."""
    if capabilities.file_links:
        return None
    return max((rule.max_bytes for rule in capabilities.files), default=0)


def message_faults(
    capabilities: Capabilities, text: str, files: Sequence[Attachment], buttons: Sequence[Button] = ()
) -> list[tuple[str, str]]:
    """(field, code) of what the channel refuses in a message; empty when it may go."""
    faults: list[tuple[str, str]] = []
    if not text.strip() and not files and not buttons:
        faults.append(("text", "required"))
    if length_of(text, capabilities.text_unit) > capabilities.text_limit:
        faults.append(("text", "too_long"))
    leaving = [(outgoing_type(capabilities, f.type, voice=bool(f.details.get("voice"))), f.size) for f in files]
    taken = links_of(capabilities, leaving).count(False)
    if taken > capabilities.max_files:
        faults.append(("attachment_ids", "too_many"))
    if taken and text.strip() and not capabilities.captions:
        faults.append(("text", "no_captions"))
    refusals = (file_refusal(capabilities, media_type, size) for media_type, size in leaving)
    faults.extend(("attachment_ids", refusal) for refusal in dict.fromkeys(refusals) if refusal)
    return faults
