"""Dead links in the documentation: relative links of Markdown files, their anchors, and paths of the code they name."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)")
_CODE_PATH = re.compile(r"`((?:harken|web|tests|tools|bench|docs)/[\w./-]+\.(?:py|sql|ts|svelte|md|toml))`")
_TOY = "harken/connectors/pigeon/"  # the example that a reader of add-a-connector.md makes
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def main() -> None:
    problems = [problem for page in _pages() for problem in _dead(page)]
    if problems:
        sys.exit("\n".join(problems))


def _pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in sorted(set(listed.stdout.splitlines())) if (ROOT / name).exists()]


def _dead(page: Path) -> Iterator[str]:
    name = page.relative_to(ROOT)
    text = _FENCE.sub("", page.read_text())
    for target in _LINK.findall(text):
        if re.match(r"[a-z][a-z+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / path.lstrip("/") if path.startswith("/") else page.parent / path) if path else page
        if not file.exists():
            yield f"{name}: {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in _anchors(file):
            yield f"{name}: {target} has no such heading"
    for path in _CODE_PATH.findall(text):
        if not path.startswith(_TOY) and not (ROOT / path).exists():
            yield f"{name}: there is no file {path}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


if __name__ == "__main__":
    main()
