"""The look of Segue's reports: one HTML page with tables and figures, light or dark by the reader.

Pages are files that are opened from a folder, kept and sent on: the style is inside, there is no
script, and nothing comes from elsewhere. A report is a template that extends `shell.html` and is
made of the macros in `parts.html`; whatever it is given is text and is escaped.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["render_page"]

_TEMPLATES: Final = Path(__file__).with_name("templates")
_NUMBER: Final = re.compile(r"[-+\u2212(<]?[\d.]|[-\u2013]?$")
"""How a cell begins that is read as a number; a dash and nothing are numbers that are not there."""


def render_page(template: Path, **values: Any) -> str:
    """A page from a template file, which may extend and import those of this package.

    A value that the template asks for and is not given is an error.
    """
    folders = [template.parent, _TEMPLATES]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["columns_of_words"] = _columns_of_words
    return environment.get_template(template.name).render(values)


def _columns_of_words(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns of a table, whose first row is its header, hold words."""
    header, *body = rows
    columns = zip(*body, strict=True)
    words = [any(not _NUMBER.match(cell) for cell in column) for column in columns]
    return words or [False] * len(header)
