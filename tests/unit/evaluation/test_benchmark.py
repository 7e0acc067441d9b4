"""An evaluation from end to end, of a folder against a folder."""

import json
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.evaluation.candidates.baselines import (
    KnownTracks,
    NGramCandidate,
    RandomReal,
    RealMusic,
    RepeatedBars,
)
from segue.evaluation.candidates.folder import FolderCandidate
from segue.evaluation.candidates.model import ModelCandidate
from segue.evaluation.candidates.task import Candidate, NamedSet, OnDone, Task
from segue.evaluation.comparison.benchmark import Benchmark, Settings, run_benchmark
from segue.evaluation.comparison.headlines import HEADLINES
from segue.evaluation.music.reference import Reference, open_reference
from segue.evaluation.report.page import PAGE_NAME, REPORT_NAME, read_report, write_page
from segue.evaluation.report.prompt_rolls import draw_prompt_rolls
from segue.evaluation.report.tables import (
    DASH,
    headline_table,
    markdown,
    metric_table,
    paired_table,
    turned,
)
from segue.generation.composer import load
from segue.midi import score_to_bytes
from segue.models.decoder_folder import save_decoder
from segue.models.folder import model_folder
from segue.novelty.known import FILE_NAME, read_known_music
from segue.score import Notes, Score, Track, diff, slice_bars
from tests.composers import small_composer, small_model
from tests.unit.evaluation.bands import band

SONGS = 36


def write_songs(folder: Path, first: int, count: int, *, n_bars: int = 20) -> Path:
    folder.mkdir()
    for number in range(count):
        data = score_to_bytes(band(first + number, n_bars=n_bars))
        (folder / f"song-{number}.mid").write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("evaluation")
    write_songs(root / "real", 0, SONGS)
    (root / "real" / "broken.mid").write_bytes(b"MThd?")
    write_songs(root / "mine", 500, 10, n_bars=8)
    return root


@pytest.fixture(scope="module")
def reference(folders: Path) -> Reference:
    return open_reference(folders / "real", n_bars=8, seed=0)


@pytest.fixture(scope="module")
def benchmark(folders: Path, reference: Reference) -> Benchmark:
    everyone: list[Candidate] = [
        RealMusic(),
        RepeatedBars(),
        RandomReal(),
        NGramCandidate(max_notes=10_000),
        FolderCandidate(folders / "mine", name="mine", n_bars=8),
        Nobody(),
    ]
    known = read_known_music(model_folder("band") / FILE_NAME)
    settings = Settings(excerpts=40, resamples=3, trees=10)
    return run_benchmark(reference, everyone, settings, known=known)


class Nobody(Candidate):
    """Has no music."""

    name, kind, what = "nobody", "model", "nothing"

    def write(self, task: Task, on_done: OnDone) -> NamedSet:
        raise InputError(f"has no {task.count} pieces")


def test_no_song_is_in_two_parts(reference: Reference) -> None:
    parts = [set(part.chosen.tolist()) for part in reference.parts.values()]
    assert sum(map(len, parts)) == len(set.union(*parts)) == SONGS


def test_all_sets_have_one_size_the_smallest_folders(benchmark: Benchmark) -> None:
    assert {len(each.measured) for each in benchmark.sets} == {10}
    assert [each.given.name for each in benchmark.sets] == [
        "real music", "repeat the last bars", "a random real continuation", "5-gram", "mine",
    ]  # fmt: skip


def test_who_cannot_write_is_named_and_what_cannot_be_read_too(benchmark: Benchmark) -> None:
    assert benchmark.missing == {"nobody": "has no 10 pieces"}
    assert [each.name for each in benchmark.reference.unreadable] == ["broken.mid"]


def test_real_music_without_new_tracks_is_that_of_the_prompts_tracks(reference: Reference) -> None:
    note = Notes.of(onset=[0], duration=[12], pitch=[60], velocity=[80])
    nothing = Notes.empty()

    def piece(*tracks: Notes) -> Score:
        return Score(ticks_per_quarter=12, tracks=tuple(Track(notes=notes) for notes in tracks))

    prompt, real = piece(note, nothing, note), piece(note, note, nothing)
    task = Task(reference=reference, prompts=[prompt], real=[real], n_bars=1, takes=1, seed=0)

    (found,) = KnownTracks().write(task, lambda count: None).written
    assert [len(track.notes) for track in found.tracks] == [1, 0, 0]


def test_real_music_continues_itself(benchmark: Benchmark) -> None:
    real, loop, *_ = benchmark.sets
    assert real.paired is not None
    assert loop.paired is not None
    found = real.paired["note_f1"].written
    assert found is not None
    assert found.value == 1.0
    looped = loop.paired["note_f1"].written
    assert looped is not None
    assert 0 < looped.value < 1


def test_passages_of_the_training_music_are_looked_for(
    benchmark: Benchmark, reference: Reference
) -> None:
    assert all(each.novelty is not None for each in benchmark.sets)
    settings = Settings(excerpts=5, resamples=2, trees=5, sensitivity=False)
    (unknown,) = run_benchmark(reference, [RealMusic()], settings).sets
    assert unknown.novelty is None


def test_files_without_numbers_are_paired_with_nothing(benchmark: Benchmark) -> None:
    assert benchmark.sets[-1].paired is None


def test_silence_after_a_prompt_is_not_the_prompt(folders: Path, reference: Reference) -> None:
    folder = folders / "silent"
    folder.mkdir()
    task = Task.draw(reference, 5, takes=1, seed=0)
    for number, prompt in enumerate(task.prompts, start=1):
        (folder / f"{number:04d}.mid").write_bytes(score_to_bytes(prompt))

    found = FolderCandidate(folder, name="silent", n_bars=8).write(task, lambda _: None)

    assert found.prompts == [0, 1, 2, 3, 4]
    assert [score.n_notes for score in found.scores] == [0] * 5


def test_a_set_that_cannot_be_measured_ends_nothing(folders: Path, reference: Reference) -> None:
    silent = folders / "nothing"
    silent.mkdir()
    for number in range(6):
        data = score_to_bytes(slice_bars(band(number, n_bars=8), 8, 16))
        (silent / f"song-{number}.mid").write_bytes(data)
    candidates = [FolderCandidate(silent, name="nothing", n_bars=8), RealMusic()]
    settings = Settings(excerpts=6, resamples=2, trees=5, sensitivity=False)

    found = run_benchmark(reference, candidates, settings)

    assert [each.given.name for each in found.sets] == ["real music"]
    assert "notes" in found.missing["nothing"]


def test_takes_of_too_few_prompts_are_refused_at_once(reference: Reference) -> None:
    with pytest.raises(
        InputError, match="2 takes of each of 3 prompts: comparing sets needs at least 5"
    ):
        run_benchmark(reference, [RealMusic()], Settings(excerpts=5, takes=2))


def test_files_named_for_prompts_are_paired(folders: Path, reference: Reference) -> None:
    folder = folders / "paired"
    folder.mkdir()
    for number, excerpt in enumerate(reference.prompts(6)):
        song = reference.parts["prompts"].score(excerpt.song)
        whole = slice_bars(song, excerpt.first_bar - 8, excerpt.first_bar + 8)
        (folder / f"{number + 1:04d}-1.mid").write_bytes(score_to_bytes(whole))

    candidate = FolderCandidate(folder, name="the truth", n_bars=8)
    settings = Settings(excerpts=6, resamples=2, trees=5, sensitivity=False)
    (found,) = run_benchmark(reference, [candidate], settings).sets

    assert found.paired is not None
    f1 = found.paired["note_f1"].written
    assert f1 is not None
    assert f1.value == 1.0


@pytest.mark.parametrize("after_bars", [0, 2], ids=["continue", "infill"])
def test_a_model_writes_after_and_between_real_bars(folders: Path, after_bars: int) -> None:
    reference = open_reference(folders / "real", n_bars=2, after_bars=after_bars)
    task = Task.draw(reference, 3, takes=2, seed=0)
    candidates = [ModelCandidate(small_composer(), name="small", run=run) for run in (1, 2)]

    one, other = (candidate.write(task, lambda _: None) for candidate in candidates)

    assert (task.after is not None) == bool(after_bars)
    assert one.prompts == [0, 0, 1]
    assert all(score.n_bars <= 2 for score in one.scores)
    assert (one.name, other.name) == ("small", "small, run 2")
    assert any(diff(a, b) for a, b in zip(one.scores, other.scores, strict=True))


def test_a_model_also_takes_part_with_the_takes_that_rank_first(folders: Path) -> None:
    task = Task.draw(open_reference(folders / "real", n_bars=2), 3, takes=1, seed=0)
    composer = small_composer()
    found = ModelCandidate(composer, name="small", drawn=3).write(task, lambda _: None)
    assert found.name == "small, first of 3"
    for number, score in enumerate(found.written):
        takes = composer.continue_(task.prompts[number], bars=2, takes=3, seed=number)
        (first,) = (take for take in takes if take.rank == 1)
        assert not diff(score, first.new_bars)


def test_several_processes_write_what_one_does(folders: Path, tmp_path: Path) -> None:
    save_decoder(small_model(), tmp_path / "small", {"name": "small"})
    task = Task.draw(open_reference(folders / "real", n_bars=1), 3, takes=1, seed=0)
    composer = load(str(tmp_path / "small"))

    alone, together = (
        ModelCandidate(composer, name="small", workers=workers).write(task, lambda _: None)
        for workers in (1, 2)
    )

    assert alone.written == together.written
    assert alone.prompts == together.prompts == [0, 1, 2]


def test_is_a_function_of_the_settings(reference: Reference) -> None:
    settings = Settings(excerpts=6, resamples=2, trees=5, sensitivity=False)
    first, again = (
        run_benchmark(reference, [NGramCandidate(max_notes=5000)], settings) for _ in range(2)
    )
    assert first.to_mapping() == again.to_mapping()


def test_sensitivity_sees_damage(benchmark: Benchmark) -> None:
    found = benchmark.sensitivity
    assert found is not None
    assert found.sees["onsets jittered"]["feature_frechet"] is True
    assert {h.name for h in HEADLINES} == set(found.damaged["bars shuffled"])


def test_the_page_its_figures_and_its_json(benchmark: Benchmark, tmp_path: Path) -> None:
    page = write_page(benchmark, tmp_path)

    text = page.read_text(encoding="utf-8")
    assert page.name == PAGE_NAME
    for each in benchmark.sets:
        assert each.given.name in text
    assert ">nan" not in text
    assert text.index("What falls short") < text.index("How near to real music")
    for figure in ("headlines.svg", "distributions.svg", "sensitivity.svg"):
        assert (tmp_path / figure).stat().st_size > 1000
        assert f'src="{figure}"' in text
    report = read_report(tmp_path)
    assert report == json.loads((tmp_path / REPORT_NAME).read_text(encoding="utf-8"))
    assert len(headline_table(report)[0]) == 1 + len(benchmark.sets)
    assert len({len(row) for row in metric_table(report)}) == 1
    assert len(paired_table(report)) == 5
    assert markdown(headline_table(report, ["auc"])).count("\n") == 4
    assert markdown(turned(headline_table(report, ["auc"]))).count("\n") == 1 + len(report["sets"])


def test_the_page_shows_each_set_after_the_same_prompts(
    benchmark: Benchmark, tmp_path: Path
) -> None:
    rolls = draw_prompt_rolls(benchmark, tmp_path, count=2)

    page = write_page(benchmark, tmp_path, prompt_rolls=rolls).read_text(encoding="utf-8")

    assert [name for name, _ in rolls] == ["prompt-1.png", "prompt-2.png", "set-1.png"]
    for name, _ in rolls:
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert f'src="{name}"' in page
    assert "mine: the first excerpts" in page  # its files are named for no prompt


def test_an_undefined_value_is_a_dash(benchmark: Benchmark) -> None:
    table = {row[0]: row for row in headline_table(benchmark.to_mapping())}
    assert set(table["feature-Frechet, infinite sets (lower)"][1:]) == {DASH}


def test_a_folder_too_small_is_refused(folders: Path, reference: Reference) -> None:
    few = write_songs(folders / "few", 900, 1)
    candidate = FolderCandidate(few, name="few", n_bars=8)
    with pytest.raises(InputError, match="few: 1 excerpts; comparing sets needs at least 5"):
        run_benchmark(reference, [candidate], Settings())


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no report"):
        read_report(tmp_path)
