"""The listening test: blind, of equal length, and analysed exactly."""

import json
import wave
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.evaluation.candidates.baselines import RepeatedBars
from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.evaluation.listening.answers import analyse
from segue.evaluation.listening.kit import KEY_NAME, write_kit
from segue.evaluation.music.reference import Reference
from segue.midi import read_document
from tests.unit.evaluation.bands import band

RATE = 800


def beep(midi: bytes, path: Path) -> float:
    """A sound whose length tells how long the music is."""
    seconds = read_document(midi).score.duration_s
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"\1\0\1\0" * round(seconds * RATE))
    return seconds


class Alone(Candidate):
    """Music that was written for no prompt."""

    name, kind, what = "alone", "model", "samples"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        return self._set([band(k) for k in range(task.count)])


def task(count: int = 4) -> Task:
    reference = Reference("songs", "some", {}, 8, 0)
    return Task(
        reference=reference,
        prompts=[band(k) for k in range(count)],
        real=[band(100 + k) for k in range(count)],
        n_bars=8,
        takes=1,
        seed=1,
    )


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    write_kit(task(), RepeatedBars(), tmp_path / "kit", make_sound=beep)
    return tmp_path / "kit"


def answered(kit: Path, name: str, right: int, *, liked: str = "real") -> Path:
    """Answers of which the first `right` name the real side."""
    key = json.loads((kit / KEY_NAME).read_text(encoding="utf-8"))
    truth = key["real"]
    answers = {}
    for number, (pair, real) in enumerate(truth.items()):
        other = "b" if real == "a" else "a"
        choice = real if number < right else other
        answers[pair] = {
            "real": choice,
            "liked": {"real": real, "written": other}.get(liked, liked),
        }
    path = kit.parent / f"{name}.json"
    saved = {"kit": key["answered_as"], "listener": name, "answers": answers}
    path.write_text(json.dumps(saved), encoding="utf-8")
    return path


def test_both_sides_of_a_pair_last_equally_long(kit: Path) -> None:
    for pair in range(1, 5):
        lengths = set()
        for side in "ab":
            with wave.open(str(kit / f"{pair:02d}-{side}.wav")) as file:
                lengths.add(file.getnframes())
        assert len(lengths) == 1


def test_the_page_holds_no_key(kit: Path) -> None:
    page = (kit / "index.html").read_text(encoding="utf-8")
    assert '["01", "02", "03", "04"]' in page
    assert "repeat the last bars" not in page
    truth = json.loads((kit / KEY_NAME).read_text(encoding="utf-8"))["real"]
    assert set(truth.values()) <= {"a", "b"}
    assert set(truth) == {"01", "02", "03", "04"}


def test_answers_are_counted_with_exact_intervals(kit: Path) -> None:
    files = [answered(kit, "ann", 4), answered(kit, "bob", 2, liked="written")]

    found = analyse(kit, files)

    assert (found.told_apart.count, found.told_apart.of) == (6, 8)
    assert found.told_apart.p_value == pytest.approx(2 * (28 + 8 + 1) / 2**8)
    assert found.prefer_written.share == 0.5
    assert found.by_listener["ann"]["told_apart"].share == 1.0
    assert found.by_listener["ann"]["told_apart"].low == pytest.approx(0.025 ** (1 / 4))


def test_ties_are_left_out_and_told(kit: Path) -> None:
    found = analyse(kit, [answered(kit, "ann", 4, liked="same")])
    assert (found.prefer_written.ties, found.prefer_written.share) == (4, None)


def test_what_is_no_kit_or_no_answers_is_refused(kit: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no listening test"):
        analyse(tmp_path / "nowhere", [answered(kit, "ann", 1)])
    wrong = tmp_path / "wrong.json"
    saved = json.loads(answered(kit, "x", 1).read_text(encoding="utf-8"))
    wrong.write_text(json.dumps(saved | {"answers": {"99": {"real": "a"}}}), encoding="utf-8")
    with pytest.raises(InputError, match="pair 99"):
        analyse(kit, [wrong])
    wrong.write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="holds no answers"):
        analyse(kit, [wrong])


def test_answers_to_another_kit_and_two_files_of_one_listener_are_refused(
    kit: Path, tmp_path: Path
) -> None:
    write_kit(task(5), RepeatedBars(), tmp_path / "other", make_sound=beep)
    ann = answered(kit, "ann", 4)
    keys = [
        json.loads((folder / KEY_NAME).read_text(encoding="utf-8"))["answered_as"]
        for folder in (kit, tmp_path / "other")
    ]
    assert keys[0] != keys[1]
    assert keys[1] in (tmp_path / "other" / "index.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match=f"answers to another test, {keys[0]}"):
        analyse(tmp_path / "other", [ann])
    with pytest.raises(InputError, match="ann has answered in another of these files"):
        analyse(kit, [ann, ann])


def test_a_kit_is_not_overwritten_and_needs_prompts(kit: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds a listening test already"):
        write_kit(task(), RepeatedBars(), kit, make_sound=beep)
    with pytest.raises(InputError, match="no pairs"):
        write_kit(task(), Alone(), tmp_path / "other", make_sound=beep)
