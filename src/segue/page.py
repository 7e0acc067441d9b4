"""The look of Segue's reports: one HTML page with tables and figures, light or dark by the reader.

Pages are files that are opened from a folder, kept and sent on: the style is inside, there is no
script, and nothing comes from elsewhere. Text that is given here is escaped, `body` is not.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

__all__ = ["beside", "bullets", "escape", "figure", "page", "paragraph", "table"]

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2126; --soft: #5b6470; --line: #dde1e6;
  --ground: #fff; --band: #f5f6f8; --link: #0b63b0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #9aa4b1; --line: #343b44;
  --ground: #16191d; --band: #1f242a; --link: #7db8f0; } }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 74rem; margin: 2.5rem auto;
  padding: 0 1.25rem; color: var(--ink); background: var(--ground); }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin: 3rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
p, ul { max-width: 50rem; } a { color: var(--link); }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: 0.82rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem; text-align: right; white-space: nowrap; vertical-align: baseline;
  border-bottom: 1px solid var(--line); background: var(--ground); }
th { white-space: normal; vertical-align: bottom; border-bottom: 2px solid var(--line); }
th[scope=row] { font-weight: 400; border-bottom-width: 1px; min-width: 9rem;
  vertical-align: baseline; }
th:first-child { text-align: left; padding-left: 0; position: sticky; left: 0; }
.words { text-align: left; white-space: normal; min-width: 10rem; }
tbody tr:hover > * { background: var(--band); }
figure { margin: 1.75rem 0; }
figure img { display: block; max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
figcaption, .small { font-size: 0.85rem; color: var(--soft); } figcaption { margin-top: 0.4rem; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(30rem, 1fr));
  gap: 0 1.5rem; } .beside figure { margin: 0.75rem 0; }
audio { display: block; margin-top: 0.4rem; }
pre { font-size: 0.8rem; padding: 0.75rem 1rem; overflow-x: auto; background: var(--band); }
"""
_NUMBER: Final = re.compile(r"[-+\u2212(<]?[\d.]|[-\u2013]?$")
"""How a cell begins that is read as a number; a dash and nothing are numbers that are not there."""


def page(title: str, body: Sequence[str]) -> str:
    """A whole page with a heading: `body` is HTML, part by part; empty parts are left out."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        *(part for part in body if part),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def paragraph(text: str) -> str:
    """Text as it is."""
    return f"<p>{escape(text)}</p>"


def bullets(items: Sequence[str], *, small: bool = False) -> str:
    """A list of items that are HTML already; nothing if there are none."""
    if not items:
        return ""
    style = ' class="small"' if small else ""
    return f"<ul{style}>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Cells of text, the header first; numbers to the right, columns that hold words to the left.

    The first cell of a row says what the row is of. A wide table is scrolled, and keeps that cell.
    """
    header, *body = rows
    words = [any(not _NUMBER.match(cell) for cell in column) for column in zip(*body, strict=True)]
    words = words or [False] * len(header)
    head = _cells(header, words, first='<th scope="col"', others='<th scope="col"')
    lines = [_cells(row, words, first='<th scope="row"', others="<td") for row in body]
    return (
        f'<div class="wide"><table><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table>'
        "</div>"
    )


def _cells(row: Sequence[str], words: Sequence[bool], *, first: str, others: str) -> str:
    cells = []
    for at, (cell, is_words) in enumerate(zip(row, words, strict=True)):
        opening = others if at else first
        style = ' class="words"' if at and is_words else ""
        cells.append(f"{opening}{style}>{escape(cell)}</{opening[1:3]}>")
    return f"<tr>{''.join(cells)}</tr>"


def figure(
    source: str, caption: str, *, links: Mapping[str, str] | None = None, sound: str = ""
) -> str:
    """A picture that lies beside the page, its caption, and files that belong to it.

    Args:
        source: the picture's name.
        caption: also what is read to who cannot see it.
        links: other files by the words that lead to them.
        sound: the name of a file to play; empty for none.
    """
    told = escape(caption)
    ways = ", ".join(
        f'<a href="{escape(file)}">{escape(word)}</a>' for word, file in (links or {}).items()
    )
    player = f'<audio controls preload="none" src="{escape(sound)}"></audio>' if sound else ""
    return (
        f'<figure><img src="{escape(source)}" alt="{told}" loading="lazy"><figcaption>{told}'
        f"{f' ({ways})' if ways else ''}{player}</figcaption></figure>"
    )


def beside(parts: Sequence[str]) -> str:
    """Figures beside one another where there is room; nothing if there are none."""
    return f'<div class="beside">{"".join(parts)}</div>' if parts else ""
