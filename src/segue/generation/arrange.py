"""`Arrange`: a song of a loop, as a request like any other; `arranging` does what it asks."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Final

from segue.errors import InputError
from segue.generation.bounds import BARS, LOOP_BARS, SECTION_BARS
from segue.generation.form import FORMS, Section, parse_form, placed_sections
from segue.generation.joins import a_tempo
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.request import Placed, Request
from segue.generation.song_chords import SongChords, is_new
from segue.generation.window import Region
from segue.harmony.naming import chart_of_region, named_chords
from segue.theory.chart import parse_chart

__all__ = ["DEFAULT_FORM", "Arrange"]

DEFAULT_FORM: Final = next(iter(FORMS))


@dataclass(frozen=True, kw_only=True)
class Arrange(Request):
    """A song in a form (`form`), of a loop: its first bars are the loop, untouched.

    The chords of its options are those of its new sections, each of which begins with the first of
    them, and what comes back of the loop has the loop's. Those of `by_bar` stand each in their bar.
    """

    task: ClassVar = "arrange"
    form: str = DEFAULT_FORM
    """A name of `FORMS`, or sections as they are written: "A A' B A''"."""
    bars: int | None = None
    """Of each section. None: the loop's, or as often the loop's as reach eight bars."""
    by_bar: str | None = None
    """Chords of the bars after the loop, as in `Options.chords`, `N.C.` where none is asked. A bar
    that comes back has the chords that it had, unless it has others here. None: none is asked."""

    def __post_init__(self) -> None:
        """As `Request`; and a form that can be read, and no wishes that sections decide."""
        super().__post_init__()
        if self.bars is not None:
            SECTION_BARS.check("bars", self.bars)
        options = self.options
        if options.instruments is not None or options.new_instruments:
            raise InputError("a song is for the instruments of its loop: name no others")
        if options.density is not None or options.register is not None:
            raise InputError(
                "how dense and how high a song is, its sections decide: leave density and "
                "register out, and vary a section afterwards"
            )
        if self.by_bar is not None:
            object.__setattr__(self, "by_bar", Options(chords=self.by_bar).chords)
            if options.chords is not None:
                raise InputError(
                    "chords: give those of new sections, or those of each bar, not both"
                )
        has_new = any(is_new(each) for each in self.sections)
        if options.chords is not None and not has_new:
            raise InputError(
                f"chords: the form {self.details['form']} has no new section that could follow "
                "them; what comes back has the chords of your loop. Add a section such as B, or "
                "leave chords out"
            )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The form that is meant, without bars."""
        return parse_form(self.form)

    def sections_in(self, piece: Piece) -> tuple[Section, ...]:
        """The sections, with their bars, of a song of a loop.

        Raises:
            InputError: no loop, one that is too long, or more bars than can be written.
        """
        loop = piece.score.n_bars
        if not loop:
            raise InputError(f"{piece.name} has no notes to make a song of; compose some first")
        if loop > LOOP_BARS.highest:
            raise InputError(
                f"{piece.name} has {loop} bars, and a song is made of a loop of up to "
                f"{LOOP_BARS.highest}: cut it to its first section, or continue it"
            )
        bars = self.bars or loop * -(-SECTION_BARS.default // loop)
        if bars < loop:
            raise InputError(
                f"bars: a section of {bars} bars cannot hold the {loop} bars of {piece.name}; "
                f"give {loop} or more, or cut the loop"
            )
        chart = self.options.chart
        if chart is not None and len(chart.bars) > bars:
            raise InputError(
                f"chords: {len(chart.bars)} bars of chords for sections of {bars} bars; name "
                "fewer, put several into a bar ('Am F | C G'), or ask for longer sections"
            )
        sections = placed_sections(self.sections, bars=bars)
        new = sections[-1].last - loop
        if new > BARS.highest:
            raise InputError(
                f"a song of {sections[-1].last} bars is too long: at most {BARS.highest} new bars "
                "can be written; give fewer sections or fewer bars each"
            )
        if self.by_bar is not None and len(parse_chart(self.by_bar).bars) > new:
            raise InputError(
                f"chords: more bars of chords than the {new} that come after {piece.name}; name "
                "fewer, or ask for more or longer sections"
            )
        return sections

    def chords_in(self, piece: Piece) -> SongChords:
        """The chords of a song of a loop, bar by bar.

        Raises:
            InputError: as `sections_in`.
        """
        sections = self.sections_in(piece)
        if self.by_bar is not None:
            return SongChords.by_bar(parse_chart(self.by_bar), sections, loop=piece.score.n_bars)
        return SongChords.of_new_sections(self.options.chart, sections)

    def over_chords_of(self, piece: Piece) -> "Arrange":
        """The same over the chords that the piece's file names behind the loop, each in its bar.

        Raises:
            InputError: as `sections_in`.
        """
        if piece.document is None or self.options.chords is not None:
            return self
        chart = chart_of_region(
            named_chords(piece.document),
            piece.score,
            first=piece.score.n_bars,
            last=self.sections_in(piece)[-1].last,
        )
        return self if chart is None else replace(self, by_bar=str(chart))

    def placed(self, piece: Piece) -> Placed:
        """The bars after a loop.

        Raises:
            InputError: as `sections_in`.
        """
        first = piece.score.n_bars
        last = self.sections_in(piece)[-1].last
        return Placed(piece, a_tempo(piece.score, first), Region(first, last))

    @property
    def details(self) -> dict[str, Any]:
        """The form, written out, and the chords of its bars."""
        form = {"form": " ".join(section.name for section in self.sections)}
        return form if self.by_bar is None else form | {"chords_by_bar": self.by_bar}
