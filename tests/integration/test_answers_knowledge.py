"""Where an answers bot's knowledge comes from: the channel's Quick Replies and its own articles, read again when they change."""

from typing import Any
from uuid import UUID

from harken.bots.answers.kind import KIND
from harken.bots.brains import BotConfig
from harken.bots.protocol import Say, Turn, TurnChannel, TurnContact, TurnConversation, TurnMessage
from harken.kit.ids import new_id
from harken.port.services import Services
from tests.world import NOON, World


async def reply_of(world: World, title: str, body: str, revision: int, **columns: Any) -> UUID:
    id = new_id()
    values = {"scope": "everyone", "owner_id": None, "team_id": None, "language": None, **columns}
    async with world.db.tx() as tx:
        await tx.execute(
            "insert into quick_reply (id, workspace_id, scope, owner_id, team_id, shortcut, title, body, language,"
            " revision, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
            id, world.workspace, values["scope"], values["owner_id"], values["team_id"], title.lower().replace(" ", "-"),
            title, body, values["language"], revision, NOON,
        )  # fmt: skip
    return id


async def test_everyones_and_the_channels_teams_replies_are_known_and_others_are_not(
    services: Services, world: World
) -> None:
    settings = KIND.check({"articles": [{"title": "Opening hours", "text": "From nine to five."}]})
    config = BotConfig(new_id(), world.workspace, "Answers", "answers", 1, settings, {})

    async def says(text: str) -> str | None:
        channel = TurnChannel(world.api_channel, "Shop", "api")
        conversation = TurnConversation(new_id(), 1, channel, TurnContact(world.bo, "Bo"), language="en")
        message = TurnMessage(new_id(), "contact", "Bo", text, NOON)
        turn = Turn(new_id(), "message_added", NOON, 1, conversation, message)
        outcome = await KIND.brain(config, services).answer(turn)
        said = outcome.answers[0]
        return said.text if isinstance(said, Say) and outcome.step == "answered" else None

    await reply_of(world, "Return an item", "Send it back within 30 days.", 1)
    await reply_of(world, "Secret discount", "Only Ben knows.", 2, scope="mine", owner_id=world.ben)
    await reply_of(world, "Warranty claims", "The team Orders says two years.", 3, scope="team", team_id=world.orders)
    assert await says("opening hours?") == "From nine to five."
    assert await says("I want to return an item") == "Send it back within 30 days."
    assert await says("secret discount") is None
    assert await says("warranty claims") is None
    async with world.db.tx() as tx:
        await tx.execute("update channel set team_id = $2 where id = $1", world.api_channel, world.orders)
    assert await says("warranty claims") == "The team Orders says two years."
    changed = await reply_of(world, "Gift wrapping", "Costs 3 euros.", 4)
    assert await says("gift wrapping") == "Costs 3 euros."
    async with world.db.tx() as tx:
        await tx.execute("update quick_reply set body = 'It is free.', revision = 5 where id = $1", changed)
    assert await says("gift wrapping") == "It is free."
