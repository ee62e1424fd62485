"""The connector of docs/add-a-connector.md, run exactly as it stands there."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harken.kit.ids import new_id
from harken.port.errors import BadSignature, Malformed
from harken.port.messages import Broken, ChannelConfig, InboundMessage, RawRequest

PAGE = Path(__file__).parents[2] / "docs" / "add-a-connector.md"


@pytest.fixture(scope="module")
def pigeon() -> Any:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    assert code
    module = ModuleType("pigeon")
    exec(compile(code.group(1), str(PAGE), "exec"), module.__dict__)
    return module.CONNECTOR


@pytest.fixture
def channel() -> ChannelConfig:
    return ChannelConfig(
        new_id(), new_id(), "Loft", {"base_url": "http://loft.example", "key": "k"}, "http://harken.example"
    )


def post(*letters: object, key: str = "k") -> RawRequest:
    return RawRequest("POST", "/in/pigeon/x", "", {"x-pigeon-key": key}, json.dumps({"letters": letters}).encode())


def test_a_letter_becomes_a_message(pigeon: Any, channel: ChannelConfig) -> None:
    request = post({"ring": "r-17", "from": "loft-3", "name": "Bo", "words": "coo"})
    pigeon.verify(request, channel)
    (item,) = pigeon.split(request, channel)
    assert item.dedupe_key == "r-17"
    (message,) = pigeon.parse(item, channel)
    assert message == InboundMessage("r-17", "loft-3", "coo", "Bo")


def test_a_wrong_key_is_refused(pigeon: Any, channel: ChannelConfig) -> None:
    with pytest.raises(BadSignature):
        pigeon.verify(post(key="x"), channel)


def test_a_broken_letter_leaves_the_others_alone(pigeon: Any, channel: ChannelConfig) -> None:
    items = pigeon.split(post({"ring": 7}, {"ring": "r-1", "from": "loft-1"}), channel)
    broken, good = (pigeon.parse(item, channel)[0] for item in items)
    assert isinstance(broken, Broken)
    assert isinstance(good, InboundMessage)


def test_what_is_no_post_is_malformed(pigeon: Any, channel: ChannelConfig) -> None:
    with pytest.raises(Malformed):
        pigeon.split(RawRequest("POST", "/", "", {}, b"coo"), channel)


def test_the_same_letter_has_the_same_key(pigeon: Any, channel: ChannelConfig) -> None:
    first, second = (pigeon.split(post({"ring": 7}), channel)[0].dedupe_key for _ in range(2))
    assert first == second
