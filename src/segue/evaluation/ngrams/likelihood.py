"""What a model's likelihood is held against: a unigram and a 5-gram over the model's own events.

Both predict what the model predicts, in its order: the part of the next event (or that the bar is
at its end), then the position, pitch, duration and velocity of the note, each given those before.
Of the part they predict the instrument alone, which is a little easier than the track. So their
negative log-likelihoods, in nats and by attribute, stand beside the model's.

- **Unigram**: how often each class occurs in training, `ADDED` counted to each. What music in
  general is like.
- **5-gram**: each attribute from the attributes of its event that are already known and from up to
  four events before it, by deleted `interpolation`. Contexts grow along `CHAINS`: what
  tells most for its sparsity comes first, so that backing off keeps it longest (the orders were
  tried on the valid split).

Counts come from songs of the train split, the weights of the interpolation from a tenth of them
that is not counted, figures from the test split. Sums are divided by the number of *events* (notes
and ends of bars) or of *notes*. Ends of bars are predicted by the part alone. Neither baseline is
told the metre, the controls or the rules of the grammar; the model is.

*Trap:* the 5-gram grows better with more training notes: `n_train_notes` belongs to the figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from segue.encoding.vocabulary import (
    MAX_POSITIONS,
    N_DURATIONS,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
)
from segue.errors import InputError
from segue.evaluation.ngrams.event_stream import ATTRIBUTES, BAR, EventStream
from segue.evaluation.ngrams.interpolation import (
    InterpolatedModel,
    KeyArray,
    Observations,
    context_key,
)
from segue.evaluation.types import BoolArray, FloatArray, IntArray

__all__ = [
    "ADDED",
    "CHAINS",
    "BaselineReport",
    "contexts_of",
    "ngram_nll",
    "observations",
    "unigram_nll",
]

ADDED: Final = 1.0

N_CLASSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "part": BAR + 1,
        "position": MAX_POSITIONS,
        "pitch": N_PITCH_CLASSES_OF_PARTS,
        "duration": N_DURATIONS,
        "velocity": N_VELOCITIES,
    }
)

Known = tuple[str, int]
"""An attribute and how many events ago: ("pitch", 1) is the pitch of the event before."""

CHAINS: Final[Mapping[str, tuple[tuple[Known, ...], ...]]] = MappingProxyType(
    {
        "part": (
            (("part", 1),),
            (("position", 1),),
            (("part", 2), ("position", 2)),
            (("part", 3), ("pitch", 1)),
            (("part", 4),),
        ),
        "position": (
            (("part", 0),),
            (("part", 1), ("position", 1)),
            (("duration", 1),),
            (("part", 2), ("position", 2)),
            (("part", 3), ("position", 3)),
            (("part", 4), ("position", 4)),
            (("pitch", 1),),
        ),
        "pitch": (
            (("part", 0),),
            (("part", 1), ("pitch", 1)),
            (("part", 2), ("pitch", 2)),
            (("position", 0), ("position", 1)),
            (("part", 3), ("pitch", 3)),
            (("part", 4), ("pitch", 4)),
        ),
        "duration": (
            (("part", 0),),
            (("part", 1), ("duration", 1)),
            (("part", 2), ("duration", 2)),
            (("position", 0), ("position", 1)),
            (("pitch", 0),),
            (("part", 3), ("duration", 3)),
            (("part", 4), ("duration", 4)),
        ),
        "velocity": (
            (("part", 0),),
            (("part", 1), ("velocity", 1)),
            (("part", 2), ("velocity", 2)),
            (("position", 0),),
            (("pitch", 0),),
            (("part", 3), ("velocity", 3)),
            (("part", 4), ("velocity", 4)),
        ),
    }
)
"""What each context of an attribute adds to the one before it, from the shortest to the longest."""


@dataclass(frozen=True, kw_only=True)
class BaselineReport:
    """The negative log-likelihood of a stream under a baseline."""

    name: str
    nats: dict[str, float]
    """Sums over the stream, by attribute."""
    n_events: int
    n_notes: int
    n_train_notes: int

    def per_event(self) -> dict[str, float]:
        """Nats an event by attribute, and in all as "event"."""
        return self._divided(self.n_events, "event")

    def per_note(self) -> dict[str, float]:
        """Nats a note by attribute, and in all as "note"."""
        return self._divided(self.n_notes, "note")

    def to_mapping(self) -> dict[str, object]:
        """The report as JSON can hold it."""
        return {**asdict(self), "per_event": self.per_event(), "per_note": self.per_note()}

    def _divided(self, by: int, total: str) -> dict[str, float]:
        shares = {name: nats / by for name, nats in self.nats.items()}
        return {**shares, total: sum(shares.values())}


def unigram_nll(train: EventStream, test: EventStream) -> BaselineReport:
    """The NLL of `test` by the frequencies of single classes in `train`.

    Raises:
        InputError: a stream without notes.
    """
    nats = {}
    for attribute in ATTRIBUTES:
        counts = np.bincount(_symbols(train, attribute), minlength=N_CLASSES[attribute]) + ADDED
        log_p = np.log(counts / counts.sum())
        nats[attribute] = -float(log_p[_symbols(test, attribute)].sum())
    return _report("unigram", nats, train, test)


def ngram_nll(train: EventStream, test: EventStream) -> BaselineReport:
    """The NLL of `test` by a 5-gram of `train`, a tenth of whose pieces set the weights.

    Attributes are counted one after the other, so memory is that of one: about 150 bytes a note.

    Raises:
        InputError: a stream without notes, or fewer than two pieces to count on.
    """
    counted, held_out = train.hold_out()
    nats = {
        attribute: -float(np.log(ngram_probability(counted, held_out, test, attribute)).sum())
        for attribute in ATTRIBUTES
    }
    return _report("5-gram", nats, train, test)


def ngram_probability(
    counted: EventStream, held_out: EventStream, test: EventStream, attribute: str
) -> FloatArray:
    """The probability of every asked value of one attribute in `test`, in order."""
    model = InterpolatedModel.fit(
        observations(counted, attribute),
        observations(held_out, attribute),
        n_classes=N_CLASSES[attribute],
    )
    return model.probability(observations(test, attribute))


def _rows(stream: EventStream, attribute: str) -> BoolArray:
    """Where an attribute is predicted: the part at every event, the rest at notes."""
    return stream.asked if attribute == "part" else stream.asked & stream.is_note


def _symbols(stream: EventStream, attribute: str) -> IntArray:
    symbols: IntArray = stream.events[_rows(stream, attribute), ATTRIBUTES.index(attribute)]
    if not len(symbols):
        raise InputError("a baseline needs at least one note to be counted on, and one to predict")
    return symbols


def observations(stream: EventStream, attribute: str) -> Observations:
    """Every asked value of one attribute, and its contexts from the shortest on."""
    rows = np.flatnonzero(_rows(stream, attribute))
    keys = contexts_of(
        attribute,
        lambda name, ago: stream.events[rows - ago, ATTRIBUTES.index(name)],
        len(rows),
    )
    return Observations(keys, _symbols(stream, attribute))


def contexts_of(
    attribute: str, column_of: Callable[[str, int], IntArray], count: int
) -> list[KeyArray]:
    """The contexts of an attribute along its chain, from the shortest on, (count,) each.

    `column_of` gives the values of an attribute so many events ago, (count,).
    """
    keys = [np.zeros(count, np.uint64)]
    for known in CHAINS[attribute]:
        keys.append(context_key([column_of(name, ago) for name, ago in known], base=keys[-1]))
    return keys


def _report(
    name: str, nats: dict[str, float], train: EventStream, test: EventStream
) -> BaselineReport:
    return BaselineReport(
        name=name,
        nats=nats,
        n_events=test.n_events,
        n_notes=test.n_notes,
        n_train_notes=train.n_notes,
    )
