"""Formatted text on the examples that the browser's lib/formatting.test.ts has too."""

import json
from pathlib import Path
from typing import Any

import pytest

from harken.kit.formatting import html_of, plain_of, runs_of

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "examples" / "formatting" / "formatting.json").read_text()
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["name"])
def test_marks_are_read_as_in_the_browser(example: dict[str, Any]) -> None:
    found = [{"text": run.text, "marks": list(run.marks)} for run in runs_of(example["text"])]
    assert found == example["runs"]
    assert plain_of(example["text"]) == "".join(run["text"] for run in example["runs"])


def test_html_is_escaped_whatever_is_in_the_text() -> None:
    text = '**<img src=x onerror=alert(1)>** https://x.example/?a="><script> & _b_'
    assert "<img" not in html_of(text, formatted=True) and "<script" not in html_of(text, formatted=True)
    assert html_of("**a** & _b_\nc", formatted=True) == "<strong>a</strong> &amp; <em>b</em><br>\nc"
    assert html_of("**a**", formatted=False) == "**a**"
