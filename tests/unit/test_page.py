"""Pages hold what they are given as text, and their tables every cell."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from segue.page import figure, page, paragraph, table

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


@given(ROWS)
def test_a_table_holds_every_cell_as_it_was_given(rows: list[list[str]]) -> None:
    found = Cells(table(rows))

    assert found.rows == rows
    assert found.open == []


@given(TEXT, TEXT)
def test_what_is_text_opens_no_element(title: str, caption: str) -> None:
    whole = page(title, [paragraph(caption), figure("a.svg", caption, links={caption: "a.mid"})])

    assert Cells(whole).open == []
    assert whole.count("<img") == 1


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    text = table([["beta", "distance", "says"], ["1", "2,450", "worse"], ["20", "-", "better"]])

    assert '<th scope="col">distance</th>' in text
    assert "<td>2,450</td>" in text
    assert '<td class="words">better</td>' in text
