"""The form of a song: its sections, as a musician writes them.

`A A' B A''` is four sections. A letter is a section of its own; the same letter again is the same
music, with a new last bar that leads on. Each prime changes more of it. A minus lets only some of
its parts play (`B-`), a plus lets them enter one after another (`A+`). The first is the musician's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from segue.errors import InputError
from segue.plain import plain

__all__ = [
    "FORMS",
    "LOOP",
    "MOST_SECTIONS",
    "NamedForm",
    "Section",
    "parse_form",
    "placed_sections",
]

MOST_SECTIONS: Final = 32
LOOP: Final = "A"
"""The letter of what the musician gave."""
_SECTION: Final = re.compile(r"([A-Z])('{0,3})([+-]?)")
_MOST_SHOWN: Final = 40
_PRIMES: Final = str.maketrans({"’": "'", "′": "'", "`": "'", "″": "''", "–": "-", "−": "-"})  # noqa: RUF001 - typed so on many keyboards


@dataclass(frozen=True)
class NamedForm:
    """A form that has a name."""

    form: str
    words: str
    """One sentence on what it is for."""


FORMS: Final = {
    "AABA": NamedForm("A A' B A''", "your loop twice, something else, and your loop again."),
    "verse-chorus": NamedForm(
        "A B A' B' C B''", "your loop is the verse; a chorus comes three times, a bridge once."
    ),
    "build-up": NamedForm(
        "A A- A+ A' B- B+ A''",
        "your loop, then few parts, then all of them one after another, twice.",
    ),
}
"""Names for forms, and what they stand for. The help and the page show what stands here."""


@dataclass(frozen=True)
class Section:
    """A section of a song."""

    letter: str
    primes: int = 0
    """How much it is changed against the first of its letter, 0 to 3."""
    manner: str = ""
    """"+": its parts enter one after another; "-": only some of them play."""
    first: int = 0
    last: int = 0
    """Its bars are [first, last)."""

    @property
    def name(self) -> str:
        """As it is written: A''."""
        return self.letter + "'" * self.primes + self.manner


def parse_form(text: str) -> tuple[Section, ...]:
    """The sections of a form, by its name or as it is written, without bars.

    Raises:
        InputError: a section that cannot be read, too few or too many, or another than the
            musician's own at the beginning.
    """
    names = {name.lower(): form.form for name, form in FORMS.items()}
    written = names.get(text.strip().lower(), text).translate(_PRIMES)
    words = [word for word in re.split(r"[\s,]+", written) if word]
    found = []
    for word in words:
        match = _SECTION.fullmatch(word)
        if match is None:
            shown = plain(word[:_MOST_SHOWN])
            raise InputError(
                f"form: '{shown}' is no section: write a letter A to Z, with up to three primes "
                f"and + or - after it, like A, A' or B+; or a name: {', '.join(FORMS)}"
            )
        found.append(Section(match[1], len(match[2]), match[3]))
    if not 2 <= len(found) <= MOST_SECTIONS:
        raise InputError(
            f"form: it must have 2 to {MOST_SECTIONS} sections, got {len(found)}: write them with "
            "spaces between, like \"A A' B A''\""
        )
    if found[0].name != "A":
        raise InputError(
            f"form: it begins with {found[0].name}, and the first section is your own music, "
            "which is A"
        )
    return tuple(found)


def placed_sections(sections: Sequence[Section], *, bars: int) -> tuple[Section, ...]:
    """The sections one after another, each of so many bars."""
    return tuple(
        replace(section, first=number * bars, last=(number + 1) * bars)
        for number, section in enumerate(sections)
    )
