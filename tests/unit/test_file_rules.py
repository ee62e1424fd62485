"""Which of a message's files its channel takes, which go as links, and which are refused."""

import pytest

from harken.conversations.content import file_refusal, largest_file, links_of, outgoing_type
from harken.port.capabilities import Capabilities, FileRule

PHOTO, FILM, LETTER = ("image/jpeg", 900), ("video/mp4", 5000), ("application/pdf", 10)


def channel(*, max_files: int = 2, links: bool = False, voice: str | None = None) -> Capabilities:
    rules = [FileRule(["image/*"], 1000), FileRule(["video/mp4"], 4000)]
    return Capabilities(100, rules, max_files, captions=True, file_links=links, voice=voice)


@pytest.mark.parametrize(
    ("file", "refusal"),
    [(PHOTO, None), (FILM, "too_large"), (LETTER, "type_refused"), (("image/png", 1001), "too_large")],
)
def test_a_file_is_refused_by_its_type_or_size_unless_it_can_go_as_a_link(
    file: tuple[str, int], refusal: str | None
) -> None:
    assert file_refusal(channel(), *file) == refusal
    assert file_refusal(channel(links=True), *file) is None


def test_a_link_takes_the_place_of_what_is_refused_or_one_too_many_and_the_order_holds() -> None:
    files = [LETTER, PHOTO, PHOTO, FILM, PHOTO]
    assert links_of(channel(links=True), files) == [True, False, False, True, True]
    assert links_of(channel(), files) == [False] * 5
    assert links_of(channel(links=True, max_files=0), [PHOTO]) == [True]


def test_the_largest_file_is_known_unless_links_have_no_end() -> None:
    assert largest_file(channel()) == 4000
    assert largest_file(channel(links=True)) is None
    assert largest_file(Capabilities(100, [], 0, captions=False)) == 0


def test_only_a_recorded_message_is_judged_by_what_it_becomes() -> None:
    assert outgoing_type(channel(voice="audio/ogg"), "audio/webm", voice=True) == "audio/ogg"
    assert outgoing_type(channel(voice="audio/ogg"), "audio/webm", voice=False) == "audio/webm"
    assert outgoing_type(channel(), "audio/webm", voice=True) == "audio/webm"
