"""What a musician can say about how takes are drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from segue.errors import InputError
from segue.generation.bounds import TEMPERATURE, TOP_P
from segue.theory.gm import DRUMS, programs_of

if TYPE_CHECKING:
    from segue.theory.chart import Chart

Density = Literal["sparser", "same", "denser"]
Register = Literal["lower", "higher"]


@dataclass(frozen=True)
class Choice:
    """A wish that is one word of a few, relative to the prompt; no word leaves it open."""

    title: str
    values: tuple[str, ...]
    words: str
    """One sentence on what it does."""


CHOICES: Final = {
    "density": Choice(
        "How many notes", get_args(Density), "Fewer or more notes than each part has in the prompt."
    ),
    "register": Choice(
        "Register", get_args(Register), "Lower or higher than each part plays in the prompt."
    ),
}
"""The fields of `Options` that are choices. The command line's help and the studio's page show what
stands here; what each does is in `task.asked_of`.
"""


OWN_LENGTH: Final = {"length": 0}
"""What the model is told unless `Options` say otherwise: the usual length of each part's notes. It
brings the new notes nearer to real ones (experiments/LOG.md)."""


_CARE, _CAREFUL_TOP_P = 0.8, 0.9


@dataclass(frozen=True)
class Options:
    """How takes are drawn; the defaults were chosen by measurement (experiments/LOG.md).

    Raises:
        InputError: values out of range, all of them at once.
    """

    temperature: float = TEMPERATURE.default
    """Below 1 safer, above 1 more daring."""
    top_p: float = TOP_P.default
    """Of where and what pitched parts play, only the likeliest values that together have this
    probability are drawn; of all else, any."""
    instruments: tuple[int | str, ...] | None = None
    """The programs that may play (128 is the drums), or words for some, such as "bass": the piece's
    own instruments that it names, else the first that it names. None: those of the prompt."""
    new_instruments: bool = False
    """Whether instruments that the prompt does not have may join."""
    density: Density | None = None
    """Fewer or more notes than the prompt's parts have; None leaves it open."""
    register: Register | None = None
    """Lower or higher than the prompt's parts, but for drums; None leaves it open."""
    key: int | str | None = None
    """0 to 11: C major to B major, 12 to 23: C minor to B minor; or a name, such as "F# minor".
    None leaves it open."""
    chords: str | None = None
    """The chords of the new bars, such as "Am F C G", a chord a bar, or "Am F | C G/B"; see
    `segue.theory.chart`. Fewer come again from the first. None leaves them open."""
    expression: bool = True
    """Whether parts go on in new bars with the pedal, the controllers and the bends of their last
    ones (`segue.midi.expression`)."""
    repeats: bool = True
    """Whether bars of the piece may come back in new ones (`recall`)."""
    told: Mapping[str, int] = field(default_factory=lambda: dict(OWN_LENGTH))
    """For research: by how many classes the model is told that a control lies above each part's
    usual one, by the names of `encoding.controls.Control`: {"length": -2}. Nothing else is done for
    it, as it is for the wishes above. {}: nothing is told."""

    def __post_init__(self) -> None:
        """Refuse values out of range, and let a key be its number."""
        wrong: list[str] = []
        for name, bounds in (("temperature", TEMPERATURE), ("top_p", TOP_P)):
            _noted(wrong, bounds.check, name, getattr(self, name))
        if self.top_p == 0:
            wrong.append("top_p must be above 0")
        if self.instruments is not None:
            object.__setattr__(self, "instruments", tuple(self.instruments))
            _noted(wrong, self.programs, ())
            if self.new_instruments:
                wrong.append("name instruments, or let any join by new_instruments, not both")
        for name, choice in CHOICES.items():
            if (value := getattr(self, name)) not in (None, *choice.values):
                wrong.append(f"{name} must be {' or '.join(choice.values)}, got {value!r}")
        _noted(wrong, self._check_key)
        _noted(wrong, self._check_chords)
        _noted(wrong, self._check_told)
        if wrong:
            raise InputError("; ".join(wrong))

    @property
    def key_number(self) -> int | None:
        """The key as a number."""
        assert not isinstance(self.key, str), "it was parsed when the options were made"
        return self.key

    @property
    def chart(self) -> "Chart | None":
        """The chords, read."""
        from segue.theory.chart import parse_chart

        return None if self.chords is None else parse_chart(self.chords)

    @property
    def may_repeat(self) -> bool:
        """Whether bars may come back: not where something else is asked of new notes."""
        asked = (self.instruments, self.density, self.register, self.key, self.chords)
        is_open = not self.new_instruments and all(each is None for each in asked)
        return self.repeats and is_open

    def programs(self, playing: Collection[int]) -> tuple[int, ...] | None:
        """The programs that may play in a piece in which some do; None: no instruments are named.

        Raises:
            InputError: an instrument that there is not, or none at all.
        """
        if self.instruments is None:
            return None
        if not self.instruments:
            raise InputError("instruments must name at least one program; leave it out for all")
        found: list[int] = []
        for wanted in self.instruments:
            if isinstance(wanted, str):
                found += programs_of(wanted, playing)
            elif 0 <= wanted <= DRUMS:
                found.append(int(wanted))
            else:
                raise InputError(f"instruments must be 0..127, or {DRUMS} for drums, got {wanted}")
        return tuple(dict.fromkeys(found))

    def with_care(self, care: float = 1.0) -> "Options":
        """Likelier notes, for what has to fit what is around it (experiments/LOG.md).

        `care`: in 0..1; at 0 the options as they are.
        """
        temperature = max(TEMPERATURE.lowest, self.temperature * (1 - care * (1 - _CARE)))
        lower = max(0.0, self.top_p - _CAREFUL_TOP_P)
        return replace(self, temperature=temperature, top_p=self.top_p - care * lower)

    def _check_told(self) -> None:
        from segue.encoding.controls import Control

        names = [control.name.lower() for control in Control]
        unknown = [name for name in self.told if name not in names]
        if unknown:
            raise InputError(f"told must name {', '.join(names)}, got {', '.join(unknown)}")

    def _check_key(self) -> None:
        from segue.theory.key import N_KEYS, parse_key

        if isinstance(self.key, str):
            object.__setattr__(self, "key", parse_key(self.key))
        elif self.key is not None and not 0 <= self.key < N_KEYS:
            raise InputError(f"key must be in 0..{N_KEYS - 1}, got {self.key}")

    def _check_chords(self) -> None:
        try:
            chart = self.chart
        except InputError as error:
            raise InputError(f"chords: {error}") from error
        object.__setattr__(self, "chords", None if chart is None else str(chart))


def first_program(instrument: int | str) -> int:
    """The first program that a word names; a program is checked.

    Raises:
        InputError: there is no such instrument.
    """
    found = Options(instruments=(instrument,)).programs(())
    assert found, "options refuse what names nothing"
    return found[0]


def _noted(wrong: list[str], check: Any, *values: Any) -> None:
    """Call a check, and keep what it says."""
    try:
        check(*values)
    except InputError as error:
        wrong.append(str(error))
