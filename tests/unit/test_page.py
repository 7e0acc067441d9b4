"""Pages hold what they are given as text, and their tables every cell."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.page import render_page

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\r"), max_size=12)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=4)
)


class Cells(HTMLParser):
    """Collects the text of cells row by row, and names every element that is left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "img"):
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


BODY = """{% extends "shell.html" %}{% import "parts.html" as parts %}
{% block body %}{{ parts.table(rows) }}<p>{{ caption }}</p>
{{ parts.figure("a.svg", caption, {caption: "a.mid"}) }}{% endblock %}"""
ROW = [["beta"], ["1"]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(BODY, encoding="utf-8")
    return path


def page(template: Path, **values: Any) -> str:
    return render_page(template, **({"title": "", "caption": "", "rows": ROW} | values))


@given(rows=ROWS)
def test_a_table_holds_every_cell_as_it_was_given(template: Path, rows: list[list[str]]) -> None:
    found = Cells(page(template, rows=rows))

    assert found.rows == rows
    assert found.open == []


@given(title=TEXT, caption=TEXT)
def test_what_is_text_opens_no_element(template: Path, title: str, caption: str) -> None:
    whole = page(template, title=title, caption=caption)

    assert Cells(whole).open == []
    assert whole.count("<img") == 1


def test_numbers_stand_to_the_right_and_words_to_the_left(template: Path) -> None:
    rows = [["beta", "distance", "says"], ["1", "2,450", "worse"], ["20", "-", "better"]]
    text = page(template, rows=rows)

    assert '<th scope="col">distance</th>' in text
    assert "<td>2,450</td>" in text
    assert '<td class="words">better</td>' in text


def test_a_value_that_is_not_given_is_an_error_and_not_a_gap(template: Path) -> None:
    with pytest.raises(jinja2.UndefinedError, match="caption"):
        render_page(template, title="", rows=ROW)
