"""A window is a function of its number, holds what the song has, and fits."""

import pickle

import numpy as np
import pytest
import torch

from segue.corpus import CorpusStore
from segue.encoding.events import Field, encode, event_grid
from segue.encoding.sequence import MASKED, NOTE_EVENT, PAD, VISIBLE, Column
from segue.encoding.vocabulary import DRUMS, tempo_class
from segue.errors import CorpusError
from segue.models.batch import Batch
from segue.training.config import DataConfig
from segue.training.cutting import cut_window
from segue.training.windows import Example, Windows, batches, collate
from tests.unit.training.corpora import EVENTS

MAX_BARS = 8
PLAIN = DataConfig(events=EVENTS, latents=0, controls=0, transpose=False)


def windows_of(store: CorpusStore, config: DataConfig | None = None, *, seed: int = 1) -> Windows:
    return Windows(
        store,
        np.arange(len(store)),
        config or DataConfig(events=EVENTS),
        seed=seed,
        length=100,
        max_bars=MAX_BARS,
    )


def flat(example: Example) -> list[np.ndarray]:
    """All that an example tells, as arrays."""
    return [
        example.sequence.columns,
        example.weights,
        example.masked_parts,
        example.latent_given,
        np.array(example.look_back),
    ]


def same(a: Example, b: Example) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(flat(a), flat(b), strict=True))


@pytest.fixture(scope="module")
def examples(store: CorpusStore) -> list[Example]:
    windows = windows_of(store)
    return [windows[i] for i in range(60)]


def test_an_example_is_a_function_of_seed_and_number(
    store: CorpusStore, examples: list[Example]
) -> None:
    again = windows_of(pickle.loads(pickle.dumps(store)))

    assert all(same(again[i], examples[i]) for i in (59, 3, 17, 3))
    other = windows_of(store, seed=2)
    assert not any(same(other[i], examples[i]) for i in range(5))


def test_an_example_fits_and_counts_its_bars_from_0(examples: list[Example]) -> None:
    for example in examples:
        columns = example.sequence.columns
        assert len(columns) <= EVENTS
        assert len(example.latent_given) == len(example.masked_parts) <= MAX_BARS
        assert columns[0, Column.BAR] == 0
        assert columns[:, Column.BAR].max() <= len(example.latent_given)
        assert len(example.weights) == len(columns) - 1


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


def test_latents_are_given_in_written_bars_only_and_look_back_withheld_only_then(
    examples: list[Example],
) -> None:
    for example in examples:
        columns = example.sequence.columns[:-1]
        written = set(columns[columns[:, Column.ROLE] == MASKED, Column.BAR].tolist())
        assert set(np.flatnonzero(example.latent_given).tolist()) <= written
        assert example.look_back or example.latent_given.any()
    assert any(example.latent_given.any() for example in examples)
    assert any(not example.look_back for example in examples)


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


def test_a_window_has_the_song_s_own_notes_and_bars(store: CorpusStore) -> None:
    for index in range(len(store)):
        song, score = store.song(index), store.score(index)
        table, grid = encode(score), event_grid(score)
        for note in (0, len(song) // 2, len(song) - 1):
            window = cut_window(song, note, events=EVENTS, max_bars=MAX_BARS)
            if window is None:
                continue
            first = int(grid.to_positions(song.onset[note : note + 1].astype(np.int64))[0, 0])
            last = first + len(window.bars)
            inside = (table[:, Field.BAR] >= first) & (table[:, Field.BAR] < last)
            expected = table[inside] - first * (np.arange(len(Field)) == Field.BAR)
            assert np.array_equal(window.table, expected)
            assert np.array_equal(window.bars.lengths, grid.lengths[first:last])
            bpm = [score.tempo_map.bpm_at(int(tick)) for tick in grid.starts[first:last]]
            assert np.array_equal(window.bars.tempi, tempo_class(np.array(bpm)))


def test_a_window_is_as_long_as_it_can_be(store: CorpusStore) -> None:
    """Another bar would not fit, even begun twice as in infilling."""
    song = store.song(0)
    window = cut_window(song, 0, events=EVENTS, max_bars=100)
    longer = cut_window(song, 0, events=10 * EVENTS, max_bars=100)
    assert window is not None
    assert longer is not None
    n_bars = len(window.bars)
    notes = int((longer.table[:, Field.BAR] <= n_bars).sum())

    assert len(window.table) + 2 * n_bars + 1 <= EVENTS
    assert notes + 2 * (n_bars + 1) + 1 > EVENTS
    few = cut_window(song, 0, events=10 * EVENTS, max_bars=2)
    assert few is not None
    assert len(few.bars) == 2


def test_transposing_moves_tones_together_and_no_drums(store: CorpusStore) -> None:
    moved = DataConfig(events=EVENTS, latents=0, controls=0)
    shifts = set()
    for index in range(20):
        one, two = windows_of(store, PLAIN)[index], windows_of(store, moved)[index]
        if len(one.sequence) != len(two.sequence):
            continue  # another draw of what is masked: the generator is one number further
        a, b = one.sequence.columns, two.sequence.columns
        drums = a[:, Column.PART] == DRUMS
        tones = (a[:, Column.KIND] == NOTE_EVENT) & ~drums
        if np.array_equal(a[:, Column.TIME], b[:, Column.TIME]) and tones.any():
            shift = (b - a)[tones, Column.PITCH]
            assert len(set(shift.tolist())) == 1
            assert -5 <= shift[0] <= 6
            assert np.array_equal(a[drums, Column.PITCH], b[drums, Column.PITCH])
            shifts.add(int(shift[0]))
    assert len(shifts) > 1


def test_a_batch_is_its_examples_padded_with_nothing(examples: list[Example]) -> None:
    batch = collate(examples[:5], events=EVENTS, max_bars=MAX_BARS)

    assert batch.columns.shape[:2] == (5, EVENTS)
    assert batch.latent_given.shape == (5, MAX_BARS)
    for row, example in enumerate(examples[:5]):
        length = len(example.sequence)
        own = batch.columns[row].numpy()
        assert np.array_equal(own[:length], example.sequence.columns)
        assert (own[length:] == PAD).all()
        assert batch.weights[row].sum() == pytest.approx(example.weights.sum())
        assert not batch.weights[row, length - 1 :].any()
        assert bool(batch.look_back[row]) == example.look_back


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_worker_processes_change_nothing(store: CorpusStore) -> None:
    windows = windows_of(store)
    numbers = [[4, 2], [7, 9]]

    alone, helped = (
        list(batches(windows, iter(numbers), events=EVENTS, max_bars=MAX_BARS, workers=workers))
        for workers in (0, 1)
    )

    assert differences(alone, helped) == []


def differences(one: list[Batch], two: list[Batch]) -> list[str]:
    return [
        f"{name} of batch {i}"
        for i, pair in enumerate(zip(one, two, strict=True))
        for name in Batch.__dataclass_fields__
        if not torch.equal(getattr(pair[0], name), getattr(pair[1], name))
    ]


def test_songs_that_are_too_short_are_told(store: CorpusStore) -> None:
    windows = windows_of(store, DataConfig(events=4096))

    with pytest.raises(CorpusError, match=r"no window of 512 notes or more .* longer songs"):
        windows[0]
