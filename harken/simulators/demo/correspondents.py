"""The customers' side of each connector: an app of Northwind's own, mail programs, and browsers with the widget."""

import asyncio
import base64
import contextlib
from email.message import EmailMessage
from email.utils import formataddr, make_msgid
from random import Random
from typing import Any, Protocol
from uuid import UUID

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from harken.kit.ids import new_id
from harken.simulators.demo import files
from harken.simulators.demo.cast import Customer
from harken.simulators.mail import MailServer
from harken.simulators.service import Service

SUPPORT = "support@northwind.example"
_random = Random()


class Audience(Protocol):
    """Who is told when an agent's answer has arrived (traffic.Customers)."""

    def find(self, slug: str) -> Customer | None: ...
    async def answered(self, way: Any, slug: str) -> None: ...


def _file(kind: str) -> tuple[str, str, bytes]:
    """(name, type, content) of a fresh `photo`, `pdf` or `voice`."""
    match kind:
        case "photo":
            return "photo.jpg", "image/jpeg", files.photo(_random)
        case "voice":
            return "voice.ogg", "audio/ogg", files.voice(_random, _random.uniform(3, 8))
        case _:
            return "order.pdf", "application/pdf", files.pdf("Order", ["As discussed."])


async def _files(kinds: list[str]) -> list[tuple[str, str, bytes]]:
    return [await asyncio.to_thread(_file, kind) for kind in kinds]


class AppCustomers:
    """Customers in Northwind's own app, which speaks the connector `api`."""

    def __init__(self, people: Audience, base_url: str, channel_id: UUID, secret: str) -> None:
        self._people = people
        self._service = Service(base_url, str(channel_id), secret, self._answered)

    async def start(self) -> None:
        await self._service.start()

    async def stop(self) -> None:
        await self._service.stop()

    @property
    def settings(self) -> dict[str, Any]:
        return {"callback_url": self._service.callback_url}

    async def typing(self, customer: Customer) -> None:
        """The connector `api` has no typing."""

    async def say(self, customer: Customer, subject: str, text: str, kinds: list[str]) -> None:
        attachments = [
            {"name": name, "base64": base64.b64encode(data).decode()} for name, _, data in await _files(kinds)
        ]
        sender = {"id": customer.slug, "name": customer.name}
        await self._service.write({"id": str(new_id()), "from": sender, "text": text, "attachments": attachments})

    async def _answered(self, message: dict[str, Any]) -> None:
        await asyncio.sleep(_random.uniform(0.5, 2))
        for state in ("delivered", "read"):
            await self._service.write(
                {
                    "id": f"{message['message_id']}-{state}",
                    "type": "delivery",
                    "message_id": message["message_id"],
                    "state": state,
                }
            )
            await asyncio.sleep(_random.uniform(1, 3))
        await self._people.answered(self, message["to"]["id"])


class MailCustomers:
    """Customers with a mail program, around a mail server of their own."""

    def __init__(self, people: Audience) -> None:
        self._people = people
        self._server = MailServer()
        self._newest: dict[str, EmailMessage] = {}  # the support team's last mail to each address

    async def start(self) -> None:
        self._server.on_message = self._answered
        await self._server.start()

    async def stop(self) -> None:
        await self._server.stop()

    @property
    def settings(self) -> dict[str, Any]:
        return {"imap_port": self._server.imap_port, "smtp_port": self._server.smtp_port}

    async def typing(self, customer: Customer) -> None:
        """Nobody sees a mail being written."""

    async def say(self, customer: Customer, subject: str, text: str, kinds: list[str]) -> None:
        address = f"{customer.slug}@mail.example"
        mail, answered = EmailMessage(), self._newest.get(address)
        mail["From"] = formataddr((customer.name, address))
        mail["To"] = str(answered["Reply-To"] or answered["From"]) if answered else SUPPORT
        mail["Message-ID"] = make_msgid(domain="mail.example")
        if answered:
            mail["Subject"] = str(answered["Subject"])
            mail["In-Reply-To"] = str(answered["Message-ID"])
            mail["References"] = f"{answered['References'] or ''} {answered['Message-ID']}".strip()
            body = answered.get_body(("plain",))
            quoted = str(body.get_content()) if body else ""
            text += "\n\nOn Monday, Northwind Support wrote:\n" + "".join(f"> {line}\n" for line in quoted.splitlines())
        else:
            mail["Subject"] = subject
        mail.set_content(text)
        for name, type, data in await _files(kinds):
            main, sub = type.split("/")
            mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
        await self._server.deliver(SUPPORT, mail.as_bytes(), to=str(mail["To"]))

    async def _answered(self, recipient: str, mail: EmailMessage) -> None:
        self._newest[recipient] = mail
        await self._people.answered(self, recipient.partition("@")[0])


class WebCustomers:
    """Visitors of Northwind's shop, as the widget would speak for them (connectors/webchat/README.md)."""

    def __init__(self, people: Audience, base_url: str, channel_id: UUID) -> None:
        self._people, self._base, self._channel = people, base_url, channel_id
        self._client = httpx.AsyncClient(base_url=f"{base_url}/widget/api/{channel_id}", timeout=20)
        self._tokens: dict[str, str] = {}
        self._sockets: dict[str, ClientConnection] = {}
        self._readers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Nothing: a visitor's first act opens the session."""

    async def stop(self) -> None:
        for task in self._readers:
            task.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await self._client.aclose()

    async def _session(self, customer: Customer) -> dict[str, str]:
        if customer.slug not in self._tokens:
            body = {"origin": self._base, "identity": {"name": customer.name, "email": f"{customer.slug}@mail.example"}}
            answer = await self._client.post("/session", json=body)
            answer.raise_for_status()
            session = answer.json()
            self._tokens[customer.slug] = session["token"]
            task = asyncio.create_task(self._read(customer.slug, session["token"], session["cursor"]))
            self._readers.add(task)
            task.add_done_callback(self._readers.discard)
        return {"Authorization": f"Bearer {self._tokens[customer.slug]}"}

    async def typing(self, customer: Customer) -> None:
        await self._session(customer)
        socket = self._sockets.get(customer.slug)
        if socket:
            with contextlib.suppress(WebSocketException, OSError):
                await socket.send(msgspec.json.encode({"type": "typing", "active": True}).decode())

    async def say(self, customer: Customer, subject: str, text: str, kinds: list[str]) -> None:
        headers, file_ids = await self._session(customer), list[str]()
        for name, type, data in await _files(kinds):
            sent = await self._client.post(
                "/files", params={"name": name}, content=data, headers=headers | {"content-type": type}
            )
            sent.raise_for_status()
            file_ids.append(sent.json()["id"])
        body = {"client_message_id": new_id().hex, "text": text, "file_ids": file_ids}
        (await self._client.post("/messages", json=body, headers=headers)).raise_for_status()

    async def _read(self, slug: str, token: str, cursor: object) -> None:
        """The visitor's socket: acknowledges answers, reads them a little later, and tells that one has come."""
        url = f"{self._base.replace('http', 'ws', 1)}/widget/live/{self._channel}"
        with contextlib.suppress(WebSocketException, OSError):
            async with connect(url, origin=None, additional_headers={"Origin": self._base}) as socket:
                await socket.send(
                    msgspec.json.encode(
                        {"type": "hello", "token": token, "origin": self._base, "since": cursor}
                    ).decode()
                )
                self._sockets[slug] = socket
                known: set[str] = set()
                async for raw in socket:
                    await self._take(slug, socket, msgspec.json.decode(raw), known)
        self._sockets.pop(slug, None)
        self._tokens.pop(slug, None)

    async def _take(self, slug: str, socket: ClientConnection, frame: dict[str, Any], known: set[str]) -> None:
        message = frame.get("message", {})
        if (
            frame["type"] != "message"
            or message["from"] != "agent"
            or message["kind"] != "message"
            or message["id"] in known
        ):
            return
        known.add(message["id"])
        for type in ("delivered", "read"):
            await socket.send(msgspec.json.encode({"type": type, "message_id": message["id"]}).decode())
            await asyncio.sleep(_random.uniform(0.5, 2))
        await self._people.answered(self, slug)
