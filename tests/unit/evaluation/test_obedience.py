"""Asked and written: what is asked, what is measured of known music, and a trial that goes on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from segue.encoding.controls import Control
from segue.encoding.roster import Roster
from segue.errors import InputError
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.music.reference import Reference, open_reference
from segue.evaluation.report.obedience import NOTEBOOK_NAME, write_obedience
from segue.evaluation.trials.asked_and_written import Asking, Section, rank_correlation, sections_of
from segue.evaluation.trials.facts import Facts, facts_of
from segue.evaluation.trials.notebook import Notebook
from segue.evaluation.trials.obedience import PROMPT_BARS, Obedience, measure_obedience
from segue.evaluation.trials.sounding import beats_of, followed
from segue.evaluation.trials.wishes import (
    CHORDS,
    INSTRUMENTS,
    KEY,
    NOTHING,
    Wish,
    instruments_of,
    wishes_of,
)
from segue.generation.composer import Composer
from segue.generation.options import CHOICES, Options
from segue.midi import score_to_bytes
from segue.theory.chart import parse_chart
from segue.theory.gm import family_of
from segue.theory.key import key_name
from tests.composers import band, line, score_of, small_composer
from tests.unit.evaluation import bands

BEFORE = band(2)
ROSTER = Roster.of_score(BEFORE)


def test_everything_that_can_be_asked_is_asked_once_and_nothing_first() -> None:
    found = wishes_of(BEFORE, seed=3)

    assert found[0] == Wish(NOTHING, "", Options())
    words = {(name, value) for name, choice in CHOICES.items() for value in choice.values}
    assert {(wish.kind, wish.word) for wish in found} > words
    assert len({wish.name for wish in found}) == len(found)
    keys = [key_name(wish.options.key_number or 0) for wish in found if wish.kind == KEY]
    assert keys == ["G major", "Eb major"]
    chords = [wish.options.chords for wish in found if wish.kind == CHORDS]
    assert chords == ["C G | Am F", "Fm7 Bb7 | Ebmaj7 Cm7"]


@given(st.integers(0, 99))
def test_half_of_the_instruments_are_asked_and_one_of_another_family(seed: int) -> None:
    asked = next(w for w in wishes_of(BEFORE, seed=seed) if w.kind == INSTRUMENTS)

    wanted, playing = set(asked.options.programs(()) or ()), instruments_of(BEFORE)
    assert len(wanted & playing) == 2
    (added,) = wanted - playing
    assert family_of(added) not in {"piano", "bass"}


def test_drums_alone_have_no_key_to_leave() -> None:
    drums = score_of(line([36, 42] * 4, is_drum=True))

    assert not [wish for wish in wishes_of(drums, seed=0) if wish.kind in (KEY, CHORDS)]


def test_facts_of_known_bars() -> None:
    found = facts_of(BEFORE, ROSTER, 2)

    assert found.notes_a_bar == 12
    assert found.roster == [128, 33, 0]
    assert [values and values[Control.DENSITY] for values in found.values] == [4, 4, 4]
    assert [values and values[Control.REGISTER] for values in found.values[1:]] == [39.5, 65.75]
    assert found.pitch_classes[0] == 2 * 2 + 2 * 2
    assert found.instruments == [0, 33, 128]
    assert Facts.of_mapping(json.loads(json.dumps(found.to_mapping()))) == found


def test_what_sounds_is_held_against_the_chord_of_its_beat() -> None:
    held = line([60, 64, 67, 60, 65, 69, 65, 69])  # C, then F from the second bar on
    drums = line([36] * 8, is_drum=True)
    beats = beats_of(score_of(held, drums), 2)

    assert [(beat.bar, beat.of) for beat in beats] == [(0, 4)] * 4 + [(1, 4)] * 4
    assert all(sum(beat.sounding) <= 1 for beat in beats)
    right, wrong = followed(beats, parse_chart("C F")), followed(beats, parse_chart("F#"))
    assert right["time"] == right["beats"] == 1.0
    assert wrong["time"] == wrong["beats"] == wrong["roots"] == 0.0
    half = followed(beats, parse_chart("C N.C."))
    assert half["time"] == 1.0
    assert followed(beats_of(score_of(drums), 2), parse_chart("C"))["time"] is None


def test_a_part_that_is_silent_has_no_class() -> None:
    drums, bass, piano = BEFORE.tracks
    silent = BEFORE.with_tracks([drums, bass.with_notes(bass.notes.select(slice(0, 0))), piano])

    assert [own is None for own in facts_of(silent, ROSTER, 2).classes] == [False, True, False]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=20))
def test_the_rank_correlation_is_spearmans(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs, np.int64).T
    expected = 0.0
    if len(set(first.tolist())) > 1 and len(set(second.tolist())) > 1:
        expected = float(spearmanr(first, second).statistic)

    assert rank_correlation(first, second) == pytest.approx(expected, abs=1e-9)


def asking(prompt: int, wish: Wish, step: int, *, obeys: bool) -> Asking:
    """A wish for a step of the density of every part, and two takes that do or do not take it."""
    before = facts_of(BEFORE, ROSTER, 2)
    asked = [[own[0] + step if step else 0, 0, 0, 0, 0] for own in before.classes if own]
    moved: list[list[int] | None] = [
        [own[0] + step * obeys, *own[1:]] for own in before.classes if own
    ]
    take = replace(before, classes=moved, notes_a_bar=12 * (2.0**step if obeys else 1))
    return Asking(prompt=prompt, wish=wish, before=before, classes=asked, takes=[take, take])


def densities(*, obeys: bool) -> dict[str, Section]:
    words = {"sparser": -1, "denser": 1}
    asked = [
        asking(
            prompt,
            Wish("density", word, Options(density=word)) if step else Wish(NOTHING, "", Options()),  # type: ignore[arg-type]
            step,
            obeys=obeys,
        )
        for prompt in range(3)
        for word, step in {"": 0, **words}.items()
    ]
    return {section.name: section for section in sections_of(asked, seed=0)}


def value(section: Section, row: str, figure: str) -> Estimate:
    found = next(each for each in section.rows if each.name == row).values[figure]
    assert found is not None
    return found


def test_who_obeys_is_told_from_who_goes_on() -> None:
    obedient, deaf = densities(obeys=True), densities(obeys=False)

    for section, changes, inside in ((obedient, 1.0, 1.0), (deaf, 0.0, 0.0)):
        classes = section["classes"]
        assert value(classes, "density", "rank_of_changes").value == pytest.approx(changes)
        assert value(classes, "density", "inside").value == inside
        assert value(classes, "density: denser", "moved").value == inside
        assert value(classes, "density", "within_one").value == 1.0
        assert value(classes, "density", "rank_of_changes_plain").value == 0.0
        assert value(classes, "density: denser", "inside_plain").value == 0.0
    notes = value(obedient["changes"], "density: denser", "notes")
    assert (notes.low, notes.value, notes.high) == pytest.approx((100, 100, 100))
    assert value(obedient["changes"], "density: sparser", "notes").value == pytest.approx(-50)
    assert value(deaf["changes"], "density: denser", "notes").value == pytest.approx(0)


def test_pitches_in_the_scale_and_instruments_that_play_are_counted() -> None:
    before = facts_of(BEFORE, ROSTER, 2)  # in C major; its one pitch outside D major is C
    key = Wish(KEY, "a fifth above", Options(key="D"))
    named = Wish(INSTRUMENTS, "", Options(instruments=(0, 33, 48)))
    joined = replace(before, instruments=[0, 48])
    asked = [
        Asking(prompt=0, wish=wish, before=before, classes=[[0] * 5] * 3, takes=[take])
        for wish, take in (
            (Wish(NOTHING, "", Options()), before),
            (key, replace(before, pitch_classes=[0, 0, 5, *[0] * 9])),
            (named, joined),
        )
    ]

    *_, keys, _, instruments = sections_of(asked, seed=0)

    assert value(keys, "a fifth above", "inside").value == 1.0
    c = before.pitch_classes[0] / sum(before.pitch_classes)
    assert value(keys, "a fifth above", "inside_plain").value == pytest.approx(1 - c)
    played = {
        name: found.value for name, found in instruments.rows[0].values.items() if found is not None
    }
    assert played == {
        "own": 0.5, "added": 1.0, "others": 0.0,
        "own_plain": 1.0, "added_plain": 0.0, "others_plain": 1.0,
    }  # fmt: skip


# ---- whole trials --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    folder = tmp_path_factory.mktemp("real")
    for number in range(6):
        data = score_to_bytes(bands.band(number, n_bars=20))
        (folder / f"{number}.mid").write_bytes(data)
    return open_reference(folder, n_bars=2, prompt_bars=PROMPT_BARS, seed=0)


def tried(reference: Reference, composer: Composer, path: Path | None = None) -> Obedience:
    return measure_obedience(reference, composer, prompts=2, takes=2, seed=0, path=path)


class _Deaf(Composer):
    """One that must not be asked any more."""

    def write(self, *_: object, **__: object) -> list[object]:  # type: ignore[override]
        raise AssertionError("everything was measured")


def test_a_trial_goes_on_where_it_was_interrupted_and_ends_as_if_it_had_not(
    reference: Reference, tmp_path: Path
) -> None:
    composer, path = small_composer(), tmp_path / NOTEBOOK_NAME
    whole = tried(reference, composer, path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    asked = 2 * len(wishes_of(BEFORE, seed=0))
    assert len(lines) == 1 + asked

    deaf = _Deaf(composer.network, name=composer.name, context=composer.context)
    assert tried(reference, deaf, path).to_mapping() == whole.to_mapping()

    path.write_text("".join(lines[:4]) + lines[4][:20], encoding="utf-8")
    assert tried(reference, composer, path).to_mapping() == whole.to_mapping()
    assert path.read_text(encoding="utf-8").splitlines(keepends=True) == lines


def test_the_report_is_a_page_a_picture_and_data(reference: Reference, tmp_path: Path) -> None:
    found = tried(reference, small_composer(), tmp_path / NOTEBOOK_NAME)

    page, picture, data = write_obedience(found, tmp_path)

    text = page.read_text(encoding="utf-8")
    for section in found.sections:
        assert section.title in text
    assert "| density: denser | " in text
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    report = json.loads(data.read_text(encoding="utf-8"))
    assert [each["name"] for each in report["sections"]] == [s.name for s in found.sections]
    assert report["settings"]["takes"] == 2
    assert not (tmp_path / NOTEBOOK_NAME).exists()


def test_a_notebook_of_another_trial_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    Notebook(path, {"seed": 1}).add("one", [1.5, None])

    assert Notebook(path, {"seed": 1}).found == {"one": [1.5, None]}
    assert Notebook(path, {"seed": 2}).found == {}
    assert Notebook(path, {"seed": 1}).found == {}


def test_a_notebook_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give another folder with --out"):
        Notebook(tmp_path, {})
