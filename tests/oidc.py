"""A real OpenID Connect provider (web/test-servers/oidc.mjs), and a browser that signs in there without a screen.

async with provider_process() as there: ...
"""

import html
import re
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from tools.setup import WEB, with_node

Accounts = Mapping[str, Mapping[str, object]]


class Elsewhere:
    """The provider as the tests set it up."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def set_up(self, clients: list[dict[str, Any]], accounts: Accounts, *, key: int = 0) -> None:
        body = {"clients": clients, "accounts": accounts, "key": key}
        httpx.post(f"{self.issuer}/control", json=body, timeout=30).raise_for_status()


@contextmanager
def provider_process() -> Generator[Elsewhere]:
    process = subprocess.Popen(
        ["node", "test-servers/oidc.mjs"], cwd=WEB, env=with_node(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield Elsewhere(int(process.stdout.readline()))
        process.stdin.close()
        process.wait(10)


async def sign_in_there(url: str, login: str) -> str:
    """Follows the provider's pages from its authorization endpoint, as `login`; returns where it sends the browser back to."""
    home = urlsplit(url).netloc
    async with httpx.AsyncClient(timeout=30) as browser:
        answer = await browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                onward = urljoin(str(answer.url), answer.headers["location"])
                if urlsplit(onward).netloc != home:
                    return onward
                answer = await browser.get(onward)
            else:
                answer = await _submit(browser, answer, login)
    raise AssertionError("the provider sends the browser in circles")


async def _submit(browser: httpx.AsyncClient, page: httpx.Response, login: str) -> httpx.Response:
    """Its login or its consent form, filled in."""
    assert page.status_code == 200, page.text
    form = re.search(r"<form[^>]*action=\"([^\"]+)\".*?</form>", page.text, re.S)
    assert form, page.text
    hidden = re.findall(r"<input type=\"hidden\" name=\"(\w+)\" value=\"([^\"]*)\"", form[0])
    fields = {name: html.unescape(value) for name, value in hidden}
    if "login" in form[0]:
        fields |= {"login": login, "password": "anything"}
    return await browser.post(urljoin(str(page.url), html.unescape(form[1])), data=fields)


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def problem_of(answer: httpx.Response) -> str:
    """Why the sign-in page says that it failed."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith("/sign-in?"), location
    return query_of(location)["problem"]
