"""kit/settings.py"""

from pathlib import Path

import pytest

from harken.kit.settings import Settings, from_environment


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARKEN_PORT", "9000")
    monkeypatch.setenv("HARKEN_DATA", "/srv/harken")
    settings = Settings.load(port=9001, host=None)
    assert (settings.port, settings.data, settings.host) == (9001, Path("/srv/harken"), "127.0.0.1")


def test_the_public_address_follows_from_host_and_port_and_https_makes_cookies_secure() -> None:
    assert Settings.load(host="0.0.0.0", port=8080).public_url == "http://127.0.0.1:8080"
    behind_proxy = Settings.load(public_url="https://inbox.example/")
    assert behind_proxy.public_url == "https://inbox.example"
    assert behind_proxy.secure_cookies


def test_a_variable_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="HARKEN_PORT"):
        from_environment({"HARKEN_PORT": "eighty"})
    with pytest.raises(ValueError, match="HARKEN_WORKER"):
        from_environment({"HARKEN_WORKER": "perhaps"})


def test_database_url_is_read_under_its_usual_name_too() -> None:
    assert from_environment({"DATABASE_URL": "postgresql://a"}) == {"database_url": "postgresql://a"}
