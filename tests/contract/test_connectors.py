"""One suite over every connector: what was recorded parses, again alike; strangers are refused; nothing raises."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harken.entry.connectors import CONNECTORS
from harken.kit.ids import new_id
from harken.port.connector import Connector
from harken.port.errors import BadSignature, Malformed
from harken.port.messages import (
    Broken,
    ChannelConfig,
    InboundDelivery,
    InboundMessage,
    RawItem,
    RawRequest,
    Unknown,
)

RECORDED = Path(__file__).parent / "recorded"
SETTINGS: dict[str, dict[str, Any]] = {
    "api": {"callback_url": "https://shop.example/callback", "secret": "the channel's secret"},
    "email": {"address": "support@acme.example", "display_name": "Acme", "smtp_host": "mail.acme.example"},
    "webchat": {"allowed_origins": [], "identity_secret": "the channel's secret"},
}
SIGNED: dict[str, Callable[[bytes], RawRequest]] = {
    "api": lambda body: request(body, {"authorization": "Bearer the channel's secret"}),
}
RECORDINGS = [
    pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.name}") for path in RECORDED.glob("*/*")
]
KINDS = sorted(CONNECTORS)


def request(body: bytes, headers: dict[str, str]) -> RawRequest:
    return RawRequest("POST", "/in/x/y", "", headers, body)


def channel(kind: str) -> ChannelConfig:
    return ChannelConfig(new_id(), new_id(), "Shop", SETTINGS.get(kind, {}), "http://testserver")


def items_of(kind: str, body: bytes, config: ChannelConfig) -> list[RawItem]:
    """As they come: of a webhook by its split, of a mailbox as they are."""
    connector = CONNECTORS[kind]
    if kind not in SIGNED:
        from harken.connectors.email.inbound import item_of

        return [item_of(body)]
    raw = SIGNED[kind](body)
    connector.verify(raw, config)
    return connector.split(raw, config)


@pytest.mark.parametrize(("kind", "path"), RECORDINGS)
def test_a_recorded_payload_parses_and_a_second_delivery_gives_the_same_ids(kind: str, path: Path) -> None:
    connector, config, body = CONNECTORS[kind], channel(kind), path.read_bytes()
    first, again = items_of(kind, body, config), items_of(kind, body, config)
    assert first and [item.dedupe_key for item in first] == [item.dedupe_key for item in again]
    assert len({item.dedupe_key for item in first}) == len(first)
    for one, two in zip(first, again, strict=True):
        events = connector.parse(one, config)
        assert events and events == connector.parse(two, config)
        for event in events:
            assert isinstance(event, InboundMessage | InboundDelivery), event
            if isinstance(event, InboundMessage):
                assert event.external_id and event.address
                assert event.sent_at is None or event.sent_at.tzinfo is not None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer "}, {"authorization": "Bearer wrong"}, {"authorization": "Basic \x00"}]
)
def test_a_request_that_is_not_from_the_service_is_refused(kind: str, headers: dict[str, str]) -> None:
    connector, config = CONNECTORS[kind], channel(kind)
    with pytest.raises(BadSignature):
        connector.verify(request(b"[]", headers), config)
    without_secrets = ChannelConfig(config.id, config.workspace_id, "Shop", {}, "http://testserver")
    with pytest.raises(BadSignature):
        connector.verify(request(b"[]", headers), without_secrets)


@pytest.mark.parametrize("kind", KINDS)
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=100).map(lambda text: f'{{"id": "{text}", "from": {text}}}'.encode())
)
def test_parse_takes_any_bytes(kind: str, body: bytes) -> None:
    events = CONNECTORS[kind].parse(RawItem("key", body), channel(kind))
    assert all(isinstance(e, InboundMessage | InboundDelivery | Unknown | Broken) for e in events)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "from", "text", "type"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(body=_json)
def test_split_of_any_json_is_items_or_malformed(body: object) -> None:
    import json

    config = channel("api")
    try:
        items = items_of("api", json.dumps(body).encode(), config)
    except Malformed:
        return
    for item in items:
        assert item.dedupe_key and len(item.dedupe_key) <= 200
        CONNECTORS["api"].parse(item, config)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_connector_says_of_itself_is_whole(kind: str) -> None:
    connector: Connector = CONNECTORS[kind]
    manifest, capabilities = connector.manifest, connector.capabilities(SETTINGS.get(kind, {}))
    assert manifest.kind == kind and manifest.title and manifest.description
    names = [setting.name for setting in manifest.settings]
    assert len(set(names)) == len(names)
    assert capabilities.text_limit > 0
    assert capabilities.can_start or capabilities.start_refusal
