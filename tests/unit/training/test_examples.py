"""An example is a function of its number, holds what its window has, and fits."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.encoding.sequence import MASKED, NOTE_EVENT, PAD, VISIBLE, Column
from segue.encoding.vocabulary import DRUMS, MAX_PARTS, NO_PART
from segue.errors import CorpusError
from segue.models.decoder import Windows
from segue.training.config import ExampleConfig
from segue.training.examples import Example, Examples, batches, collate
from segue.training.packing import Pack
from segue.training.windows import cut_window
from tests.unit.training.corpora import EVENTS

MAX_BARS = 8
PLAIN = ExampleConfig(events=EVENTS, controls=0, key=0, tempo=1, parts=0, transpose=False)


def examples_of(packs: Path, config: ExampleConfig | None = None, *, seed: int = 1) -> Examples:
    return Examples(
        Pack.open(packs / "train"),
        config or ExampleConfig(events=EVENTS),
        seed=seed,
        length=100,
        max_bars=MAX_BARS,
    )


def flat(example: Example) -> list[np.ndarray]:
    """All that an example says, as arrays."""
    return [
        example.sequence.columns,
        example.weights,
        example.roster.instruments,
        example.masked_parts,
    ]


def same(a: Example, b: Example) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(flat(a), flat(b), strict=True))


@pytest.fixture(name="examples", scope="module")
def _examples(packs: Path) -> list[Example]:
    drawn = examples_of(packs)
    return [drawn[i] for i in range(60)]


def test_an_example_is_a_function_of_seed_and_number(packs: Path, examples: list[Example]) -> None:
    again = pickle.loads(pickle.dumps(examples_of(packs)))

    assert all(same(again[i], examples[i]) for i in (59, 3, 17, 3))
    other = examples_of(packs, seed=2)
    assert not any(same(other[i], examples[i]) for i in range(5))


def test_an_example_fits_and_counts_its_bars_from_0(examples: list[Example]) -> None:
    for example in examples:
        columns = example.sequence.columns
        assert len(columns) <= EVENTS
        assert len(example.masked_parts) <= MAX_BARS
        assert columns[0, Column.BAR] == 0
        assert columns[:, Column.BAR].max() <= len(example.masked_parts)
        assert len(example.weights) == len(columns) - 1
        assert columns[-1, Column.ROLE] == MASKED


def test_masked_events_count_in_full_and_visible_ones_around_holes_by_half(
    examples: list[Example],
) -> None:
    seen = set()
    for example in examples:
        asked = example.sequence.columns[1:, Column.ROLE] == MASKED
        assert (example.weights[asked] == 1).all()
        shown = {float(weight) for weight in example.weights[~asked]}
        assert shown in ({0.5}, {1.0}, set())
        seen |= shown
    assert seen == {0.5, 1.0}


def test_every_kind_of_task_is_set(examples: list[Example]) -> None:
    def kind(example: Example) -> str:
        columns = example.sequence.columns
        roles = {
            role: columns[columns[:, Column.ROLE] == role, Column.BAR] for role in (VISIBLE, MASKED)
        }
        if not len(roles[VISIBLE]):
            return "compose"
        return "continue" if roles[VISIBLE].max() < roles[MASKED].min() else "fill"

    assert {kind(example) for example in examples} == {"compose", "continue", "fill"}


def test_key_and_tempo_are_given_in_all_bars_or_in_none(packs: Path) -> None:
    for given in (0.0, 1.0):
        drawn = examples_of(packs, ExampleConfig(events=EVENTS, key=given, tempo=given))
        for i in range(10):
            columns = drawn[i].sequence.columns
            begins = columns[columns[:, Column.KIND] != NOTE_EVENT]
            assert ((begins[:, Column.KEY] > 0) == given).all()
            assert ((begins[:, Column.TEMPO] > 0) == given).all()


def test_a_window_is_as_long_as_it_can_be(packs: Path) -> None:
    """Another bar would not fit, even begun twice as in infilling."""
    pack = Pack.open(packs / "train")
    window = cut_window(pack, 0, 0, events=EVENTS, max_bars=100)
    longer = cut_window(pack, 0, 0, events=10 * EVENTS, max_bars=100)
    assert window is not None
    assert longer is not None
    n_bars = len(window.bars)
    notes = int((longer.table[:, 0] <= n_bars).sum())

    assert len(window.table) + 2 * n_bars + 1 <= EVENTS
    assert notes + 2 * (n_bars + 1) + 1 > EVENTS
    few = cut_window(pack, 0, 0, events=10 * EVENTS, max_bars=2)
    assert few is not None
    assert len(few.bars) == 2


def test_transposing_moves_tones_together_and_no_drums(packs: Path) -> None:
    moved = ExampleConfig(events=EVENTS, controls=0, key=0, tempo=1, parts=0)
    shifts = set()
    for index in range(20):
        one, two = examples_of(packs, PLAIN)[index], examples_of(packs, moved)[index]
        a, b = one.sequence.columns, two.sequence.columns
        if len(a) != len(b) or not np.array_equal(a[:, Column.TIME], b[:, Column.TIME]):
            continue  # another draw of what is masked: the generator is one number further
        drums = a[:, Column.INSTRUMENT] == DRUMS
        notes = a[:, Column.KIND] == NOTE_EVENT
        if (notes & ~drums).any():
            shift = (b - a)[notes & ~drums, Column.PITCH]
            assert len(set(shift.tolist())) == 1
            assert -5 <= shift[0] <= 6
            assert np.array_equal(a[notes & drums, Column.PITCH], b[notes & drums, Column.PITCH])
            shifts.add(int(shift[0]))
    assert len(shifts) > 1


def test_a_batch_is_its_examples_padded_with_nothing(examples: list[Example]) -> None:
    batch = collate(examples[:5], events=EVENTS, max_bars=MAX_BARS)

    assert batch.columns.shape[:2] == (5, EVENTS)
    assert batch.masked_parts.shape == (5, MAX_BARS, MAX_PARTS)
    for row, example in enumerate(examples[:5]):
        length = len(example.sequence)
        own = batch.columns[row].numpy()
        assert np.array_equal(own[:length], example.sequence.columns)
        assert (own[length:] == PAD).all()
        assert batch.weights[row].sum() == pytest.approx(example.weights.sum())
        assert not batch.weights[row, length - 1 :].any()
        instruments = batch.instruments[row].tolist()
        assert instruments[: len(example.roster)] == example.roster.instruments.tolist()
        assert set(instruments[len(example.roster) :]) == {NO_PART}


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_worker_processes_change_nothing(packs: Path) -> None:
    examples = examples_of(packs)
    numbers = [[4, 2], [7, 9]]

    alone, helped = (list(batches(examples, iter(numbers), workers=workers)) for workers in (0, 1))

    assert differences(alone, helped) == []


def differences(one: list[Windows], two: list[Windows]) -> list[str]:
    return [
        f"{name} of batch {i}"
        for i, pair in enumerate(zip(one, two, strict=True))
        for name in set(Windows.__dataclass_fields__) - {"latents"}  # they are not given here
        if not torch.equal(getattr(pair[0], name), getattr(pair[1], name))
    ]


def test_where_all_songs_are_short_the_fullest_window_is_taken(packs: Path) -> None:
    """Songs of a hundred and fifty notes, and windows for three thousand."""
    drawn = Examples(
        Pack.open(packs / "train"),
        ExampleConfig(events=4096, continuation=1, transpose=False),
        seed=1,
        length=5,
        max_bars=64,
    )

    whole = max(
        int(np.diff(drawn.pack.note_end[drawn.pack.bar_of_song[1:] - 1], prepend=0).max()), 1
    )
    assert whole < 4096 // 8
    for i in range(5):
        assert 16 <= len(drawn.window(i).table) <= whole


def test_songs_without_a_window_of_some_notes_are_an_error(
    packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = examples_of(packs, ExampleConfig(events=4096))
    monkeypatch.setattr("segue.training.examples._FEWEST", 1000)

    with pytest.raises(CorpusError, match=r"no window of 1000 notes or more .* longer songs"):
        drawn[0]
