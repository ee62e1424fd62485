"""Customers who go on writing in the demo, through the real connectors: an app behind `api`, mail, and web chat visitors.

Each of the three `correspondents` speaks its channel's protocol from the customer's side; `Customers` decides who writes what.
"""

import asyncio
import contextlib
from collections.abc import Awaitable
from random import Random
from typing import Protocol
from uuid import UUID

import httpx
import msgspec
import structlog

from harken.people.actions import create_token
from harken.port.services import Services
from harken.simulators.demo.cast import Customer, customers
from harken.simulators.demo.correspondents import AppCustomers, MailCustomers, WebCustomers
from harken.simulators.demo.dialogues import ANSWERS, DIALOGUES, ITEMS
from harken.simulators.demo.history import MARK
from harken.simulators.demo.seed import ADDRESS

_log = structlog.get_logger()
PAUSE = (9.0, 26.0)  # seconds between two new conversations
ANSWER_AFTER = (3.0, 9.0)  # seconds until a customer answers an agent
ANSWERS_AT_MOST = 3


class Correspondent(Protocol):
    """A customer's side of one connector."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def say(self, customer: Customer, subject: str, text: str, kinds: list[str]) -> None:
        """`kinds`: kinds of `[photo]`, `[pdf]`, `[voice]` to send along."""
        ...

    async def typing(self, customer: Customer) -> None: ...


class Customers:
    """Who writes when. `answered` is called by a correspondent when an agent's answer has arrived."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ways: list[Correspondent] = []
        self._cast = {customer.slug: customer for customer in customers(random, 400)}
        self._way: dict[str, Correspondent] = {}
        self._answers: dict[str, int] = {}
        self._running: set[asyncio.Task[None]] = set()

    def find(self, slug: str) -> Customer | None:
        return self._cast.get(slug)

    async def answered(self, way: Correspondent, slug: str) -> None:
        """An agent has answered: often the customer answers back."""
        customer = self._cast.get(slug)
        if customer is None or self._answers.get(slug, 0) >= ANSWERS_AT_MOST:
            return
        self._answers[slug] = self._answers.get(slug, 0) + 1
        self._go(self._answer(way, customer))

    async def _answer(self, way: Correspondent, customer: Customer) -> None:
        wait = self._random.uniform(*ANSWER_AFTER)
        await asyncio.sleep(wait / 2)
        await way.typing(customer)
        await asyncio.sleep(wait / 2)
        text = self._random.choice(ANSWERS[customer.language])
        await way.say(customer, "", MARK.sub("", text), MARK.findall(text))

    async def write_in(self, ways: list[Correspondent]) -> None:
        """For ever: another customer begins, now and then."""
        fresh = [customer for number, customer in enumerate(self._cast.values()) if number >= 330]
        self._random.shuffle(fresh)
        for customer in fresh:
            self._go(self._begin(self._random.choice(ways), customer))
            await asyncio.sleep(self._random.uniform(*PAUSE))

    async def _begin(self, way: Correspondent, customer: Customer) -> None:
        fits = [d for d in DIALOGUES if d.language == customer.language] or list(DIALOGUES)
        dialogue = self._random.choice(fits)
        values = {
            "order": f"#{self._random.randint(89_000, 89_999)}",
            "item": self._random.choice(ITEMS),
            "city": customer.city,
        }
        said = [text for who, text in dialogue.turns[:2] if who == "c"]
        for text in said:
            await way.typing(customer)
            await asyncio.sleep(self._random.uniform(0.8, 2.5))
            await way.say(
                customer, dialogue.subject.format(**values), MARK.sub("", text).format(**values), MARK.findall(text)
            )

    def _go(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_logged(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _logged(work: Awaitable[None]) -> None:
    """A customer who fails is told of in the log and missed; the others go on."""
    try:
        await work
    except (httpx.HTTPError, OSError, ValueError) as error:
        _log.warning("demo_customer_failed", error=str(error))


async def run(services: Services, base_url: str) -> None:
    """Runs the simulated services and customers until cancelled. `base_url`: where Harken listens."""
    people = Customers(Random())
    channels = await _channels(services)
    token = await create_token(services.db, ADDRESS, name="demo traffic")
    app, mail = AppCustomers(people, base_url, *channels["api"]), MailCustomers(people)
    ways: list[Correspondent] = [app, mail, WebCustomers(people, base_url, channels["webchat"][0])]
    async with contextlib.AsyncExitStack() as stack:
        for way in ways:
            await way.start()
            stack.push_async_callback(way.stop)
        async with httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30
        ) as client:
            for connector, settings in (("api", app.settings), ("email", mail.settings)):
                answer = await client.patch(f"/api/channels/{channels[connector][0]}", json={"settings": settings})
                answer.raise_for_status()
        await people.write_in(ways)
        await asyncio.Event().wait()


async def _channels(services: Services) -> dict[str, tuple[UUID, str]]:
    """(id, secret of `api` or '') by connector."""
    async with services.db.connection() as connection:
        rows = await connection.fetch("select id, connector, sealed from channel where active order by created_at")
    found: dict[str, tuple[UUID, str]] = {}
    for row in rows:
        secrets: dict[str, str] = msgspec.json.decode(services.sealer.open(row["sealed"])) if row["sealed"] else {}
        found.setdefault(row["connector"], (row["id"], secrets.get("secret", "")))
    return found
