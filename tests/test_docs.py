"""The documents tell what is: commands, options, targets and links that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import docs_site, write_cli_docs, write_figures
from segue.cli import COMMANDS, application
from tests.test_layers import LAYERS

ROOT = Path(__file__).parent.parent
GUIDES = [
    "README.md",
    "CONTRIBUTING.md",
    *(f"docs/{name}.md" for name in ("musician", "developer", "researcher")),
    *(f"docs/{name}.md" for name in ("paper", "novelty", "evaluation", "your-own-music", "daw")),
    *(f"docs/{name}.md" for name in ("large-corpora", "training-on-several-machines")),
]
DOCUMENTS = [*GUIDES, "CHANGELOG.md", "docs/cli.md", "docs/index.md"]

FENCE = re.compile(r"^```(?:sh|bash|console|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|#)([^)#\s]+)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def command_lines(name: str) -> Iterator[list[str]]:
    """The words of each line of the code blocks of a document, without comments."""
    for block in FENCE.findall(read(name)):
        for line in block.replace("\\\n", " ").splitlines():
            yield shlex.split(line, comments=True)


def parse(command: Any, name: str, words: list[str]) -> None:
    """Let `command` parse `words` as it would on the command line, without running it."""
    context = command.make_context(name, list(words), resilient_parsing=True)
    below = getattr(command, "commands", None)
    if below is not None:
        first, *rest = words
        assert first in below, f"there is no `{name} {first}`"
        parse(below[first], f"{name} {first}", rest)
    context.close()


def test_the_command_line_s_document_is_what_the_command_line_says() -> None:
    assert read("docs/cli.md") == write_cli_docs.document(), "run `make docs`"


def test_the_readme_s_figures_are_those_of_the_shipped_model() -> None:
    assert write_figures.section() in read("README.md"), "run `make figures`"


def test_every_command_is_documented() -> None:
    headings = re.findall(r"^## (.*)$", read("docs/cli.md"), re.MULTILINE)
    assert {f"segue {name}" for name in COMMANDS} <= set(headings)


@pytest.mark.parametrize("name", GUIDES)
def test_commands_in_a_document_are_accepted(name: str) -> None:
    segue = [words[1:] for words in command_lines(name) if words[:1] == ["segue"]]
    for words in segue:
        parse(application(COMMANDS), "segue", words)
    assert segue or name != "README.md"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/developer.md"])
def test_make_targets_in_a_document_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    asked = {words[1] for words in command_lines(name) if words[:1] == ["make"]}
    assert asked
    assert asked <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    assert [link for link in LINK.findall(read(name)) if not (folder / link).exists()] == []


def test_contributing_s_table_of_layers_is_the_one_that_is_tested() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", read("CONTRIBUTING.md"), re.MULTILINE)
    table = {name: int(layer) for layer, row in rows for name in re.findall(r"`(\w+)`", row)}
    assert table == LAYERS


def test_contributing_sends_each_change_to_files_that_exist() -> None:
    table = read("CONTRIBUTING.md").partition("## Where a change goes")[2].partition("\n## ")[0]
    paths = re.findall(r"`([\w./]+)`", table)
    assert len(table.strip().splitlines()) == 2 + 17
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_site_has_every_page_and_guide() -> None:
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r"(\S+\.md)$", read("mkdocs.yml"), re.MULTILINE)) == pages


def test_the_site_names_what_it_does_not_have_instead_of_linking_there() -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="studio/README.md"))
    text = "See [the log](../../experiments/LOG.md), [b](../b.md), ![c](c.png), [d](https://d.org)."
    assert docs_site.on_page_markdown(text, page=page) == (
        "See the log (`experiments/LOG.md`), [b](../b.md), ![c](c.png), [d](https://d.org)."
    )


def test_the_changelog_has_this_version_or_unreleased_changes() -> None:
    from segue import __version__

    headings = re.findall(r"^## \[(.*?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] in {"Unreleased", __version__}
