"""HTTP to the outside: the shared client, which refuses to work inside a transaction, and fetching a stranger's URL.

`fetch` is for URLs that came in a payload: each hop's host is resolved here, its address judged and then connected to
(so that a second answer of the resolver cannot move it), private and local networks are refused, size and time bounded.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from weakref import WeakKeyDictionary

import httpx
import msgspec

from harken.kit.db import in_transaction

_TIMEOUT = httpx.Timeout(30, connect=10, pool=10)
_AGENT = {"user-agent": "Harken"}
_PLAIN = {**_AGENT, "accept-encoding": "identity"}  # what is small on the wire must not grow here
_MAX_HOPS = 5
_clients: "WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]" = WeakKeyDictionary()


class InsideTransaction(RuntimeError):
    """The network was used while a transaction is open in this task: a mistake in the program."""


class FetchRefused(Exception):
    """The URL may not be fetched, or what it yields is too big or gone: trying again is of no use."""


class FetchFailed(Exception):
    """The fetch failed in a way that may pass."""


class Fetched(msgspec.Struct, frozen=True):
    data: bytes
    type: str  # as the server claims


class _Outside(httpx.AsyncBaseTransport):
    """Refuses requests inside a transaction."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if in_transaction.get():
            raise InsideTransaction(f"{request.method} {request.url.host} inside a transaction")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to an address that it resolved and judged. Keeps no connection: an address may serve many hosts."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._allow_private = allow_private

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in ("http", "https"):
            raise FetchRefused(f"the scheme {request.url.scheme or '(none)'} is not fetched")
        host = request.url.host
        address = await resolve(host, request.url.port or 0, allow_private=self._allow_private)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._inner.aclose()


def client() -> httpx.AsyncClient:
    """The shared client of this event loop, for addresses that an operator has set. Follows no redirects."""
    loop = asyncio.get_running_loop()
    found = _clients.get(loop)
    if found is None or found.is_closed:
        transport = _Outside(httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=200)))
        found = _clients[loop] = httpx.AsyncClient(transport=transport, timeout=_TIMEOUT, headers=_AGENT)
    return found


async def close_client() -> None:
    """Closes this loop's shared client, at the end of the process."""
    found = _clients.pop(asyncio.get_running_loop(), None)
    if found:
        await found.aclose()


async def fetch(url: str, *, max_bytes: int, seconds: float = 60, allow_private: bool = False) -> Fetched:
    """The content of a stranger's URL. Raises FetchRefused or FetchFailed."""
    pieces: list[bytes] = []
    kind = await fetch_pieces(url, pieces.append, max_bytes=max_bytes, seconds=seconds, allow_private=allow_private)
    return Fetched(b"".join(pieces), kind)


async def fetch_pieces(
    url: str, take: Callable[[bytes], object], *, max_bytes: int, seconds: float = 60, allow_private: bool = False
) -> str:
    """Gives the content of a stranger's URL away as it comes; returns the type that it is said to have. Raises as `fetch`."""
    transport = _Outside(_Pinned(allow_private=allow_private))
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(
                transport=transport, timeout=_TIMEOUT, follow_redirects=True, max_redirects=_MAX_HOPS, headers=_PLAIN
            ) as guarded,
            guarded.stream("GET", url) as response,
        ):
            _judge_status(response.status_code)
            async for chunk in _bounded(response, max_bytes):
                take(chunk)
            return response.headers.get("content-type", "").partition(";")[0].strip().lower()
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects, UnicodeError) as error:
        raise FetchRefused(f"not a URL that can be fetched: {type(error).__name__}") from error
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise FetchFailed(f"{type(error).__name__} while fetching the file") from error


class Answered(msgspec.Struct, frozen=True):
    """What a stranger's server answered to a POST; `retry_after` in seconds, when it said."""

    status: int
    retry_after: float | None


async def post(
    url: str, content: bytes, headers: Mapping[str, str], *, seconds: float = 20, allow_private: bool = False
) -> Answered:
    """Hands something to a stranger's URL, guarded as `fetch` is; follows no redirects. Raises FetchRefused or FetchFailed."""
    transport = _Outside(_Pinned(allow_private=allow_private))
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(transport=transport, timeout=_TIMEOUT, headers=_PLAIN) as guarded,
            guarded.stream("POST", url, content=content, headers=dict(headers)) as response,
        ):
            wait = response.headers.get("retry-after", "")
            return Answered(response.status_code, float(wait) if wait.isdigit() and len(wait) < 7 else None)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise FetchRefused(f"not a URL that can be posted to: {type(error).__name__}") from error
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise FetchFailed(f"{type(error).__name__} while posting") from error


class Reply(msgspec.Struct, frozen=True):
    status: int
    data: bytes


async def ask(
    url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
    max_bytes: int, seconds: float = 15, allow_private: bool = False,
) -> Reply:  # fmt: skip
    """What a server answers to a GET, or to a POST of a form, whatever its status; guarded as `fetch` is, follows no
    redirects. Raises FetchRefused or FetchFailed."""
    transport = _Outside(_Pinned(allow_private=allow_private))
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(transport=transport, timeout=_TIMEOUT, headers={**_PLAIN, **(headers or {})}) as guarded,
            guarded.stream("GET" if form is None else "POST", url, data=form) as response,
        ):
            return Reply(response.status_code, b"".join([chunk async for chunk in _bounded(response, max_bytes)]))
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise FetchRefused(f"not a URL that can be asked: {type(error).__name__}") from error
    except (httpx.HTTPError, OSError, TimeoutError) as error:
        raise FetchFailed(f"{type(error).__name__} while asking") from error


async def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """One address of `host`. Raises FetchRefused when any of them is private, local or reserved."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise FetchFailed(f"the host {host} is not known") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise FetchRefused(f"the host {host} is in a private or local network")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whichever way it is wrapped in IPv6."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _judge_status(status: int) -> None:
    if status >= 500 or status in (408, 425, 429):
        raise FetchFailed(f"the server answered {status}")
    if status >= 300:
        raise FetchRefused(f"the server answered {status}")


async def _bounded(response: httpx.Response, max_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > max_bytes:
            raise FetchRefused(f"the file is bigger than {max_bytes} bytes")
        yield chunk
