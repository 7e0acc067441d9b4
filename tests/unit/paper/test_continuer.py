"""The paper's model fills the bars that are asked, in the prompt's tracks, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.encoding.paper import TIMES
from segue.errors import CheckpointError, InputError
from segue.evaluation.candidates.task import Task
from segue.evaluation.music.excerpts import comparable
from segue.evaluation.music.reference import Reference
from segue.evaluation.types import FloatArray
from segue.models.paper_vae import PaperVAE
from segue.paper.continuer import PaperContinuer
from segue.paper.evaluated import PaperCandidate
from segue.paper.samples import Sample, Sampler
from segue.paper.sweep import Sweep
from segue.score import MetreMap, Score, Track, transpose
from tests.composers import line, score_of
from tests.unit.paper.experiments import data_in, settings, write_array

BAR = 4 * 96


def continuer(folder: Path, **changes: bool) -> PaperContinuer:
    config = settings(**changes)
    data = data_in(folder, config)
    torch.manual_seed(1)
    model = PaperVAE(config.model, data.representation.columns)
    return PaperContinuer(model, data.representation, order="instrument", name="untrained")


def prompt() -> Score:
    """Drums and a bass, four notes a bar, with a silent track between them."""
    drums, bass = line([36, 42, 38, 42] * 2, is_drum=True), line([36, 43] * 4, program=33)
    return score_of(drums, Track(notes=line([]).notes, program=40), bass)


def following(rows: Sequence[tuple[float, ...]]) -> "type[Sampler]":
    """A sampler that puts these rows after the last onset that it is given, whatever that is."""

    class Told(Sampler):
        def following(self, partial: FloatArray) -> Sample:
            made = np.array(rows, dtype=np.float64)
            made[:, TIMES.start] += partial[:, TIMES.start].max()
            return Sample(made, 0)

    return Told


def test_the_same_seed_gives_the_same_bars_and_another_others(tmp_path: Path) -> None:
    paper = continuer(tmp_path)
    one, again, other = (paper.continue_(prompt(), bars=4, seed=seed) for seed in (1, 1, 2))

    assert one == again
    assert one != other
    assert all(track.notes.offset.max(initial=0) <= 4 * BAR for track in one.tracks)


def test_notes_go_to_the_tracks_that_their_numbers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the tracks that play: 0 is the drums, 1 the bass; 7 is nobody's, and a flute."""
    rows = [(38, 90, 0, 5, 0.5, 0.25), (40, 90, 1, 5, 0.5, 0.25), (72, 90, 7, 73, 0.5, 0.25)]
    monkeypatch.setattr("segue.paper.continuer.Sampler", following(rows))

    made = continuer(tmp_path).continue_(prompt(), bars=2, seed=1)

    assert [(t.is_drum, t.program) for t in made.tracks] == [
        (True, 0), (False, 40), (False, 33), (False, 73),
    ]  # fmt: skip
    beats = [0, 96, 192, 288, 384, 480, 576, 672]  # half a second is a quarter at this tempo
    assert [t.notes.onset.tolist() for t in made.tracks] == [beats, [], beats, beats]
    assert [set(t.notes.pitch.tolist()) for t in made.tracks] == [{38}, set(), {40}, {72}]
    assert set(made.tracks[0].notes.duration.tolist()) == {48}


def test_bars_are_the_prompt_s_and_what_is_outside_them_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(60, 90, 0, 0, 0.01, 9.0), (61, 90, 0, 0, 0.6, 9.0), (62, 90, 0, 0, 90.0, 1.0)]
    monkeypatch.setattr("segue.paper.continuer.Sampler", following(rows))
    waltz = Score(
        ticks_per_quarter=96,
        tracks=(line([60] * 6),),
        metre_map=MetreMap.constant(numerator=3, denominator=4),
    )

    made = continuer(tmp_path).continue_(waltz, bars=2, seed=1)

    (track,) = made.tracks
    assert made.metre_map == waltz.metre_map
    assert track.notes.pitch.tolist() == [61]  # 60 begins before the join, 62 after the last bar
    assert track.notes.onset.tolist() == [pytest.approx(0.1 * 192, abs=1)]
    assert track.notes.offset.tolist() == [2 * 3 * 96]


def test_a_prompt_shorter_than_x_partial_is_heard_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[FloatArray] = []

    class Listens(Sampler):
        def following(self, partial: FloatArray) -> Sample:
            given.append(partial)
            return Sample(np.zeros((0, 6)), 0)

    monkeypatch.setattr("segue.paper.continuer.Sampler", Listens)
    made = continuer(tmp_path).continue_(score_of(line([60, 64, 67])), bars=2, seed=1)

    assert made.n_notes == 0  # silence, however often it is asked
    assert len(given) == 16
    partial = given[-1]
    assert partial[:, 0].tolist() == [67, 60, 64, 67]
    np.testing.assert_allclose(partial[:, TIMES.start], [0, 1.0, 1.5, 2.0])  # bars last 2 s


def test_what_cannot_be_continued_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the prompt has none"):
        continuer(tmp_path).continue_(score_of(), bars=2, seed=1)
    with pytest.raises(InputError, match="untrained is not conditional"):
        continuer(tmp_path, model__conditional=False)


def test_as_a_baseline_it_answers_every_prompt(tmp_path: Path) -> None:
    paper, prompts = continuer(tmp_path), [prompt(), transpose(prompt(), 3)]
    task = Task(
        reference=Reference("songs", "some", {}, 2, 0),
        prompts=prompts,
        real=prompts,
        n_bars=2,
        takes=2,
        seed=5,
    )

    found = PaperCandidate(paper).write(task, lambda _: None)

    alone = [paper.continue_(each, bars=2, seed=5 + k) for k, each in enumerate(prompts)]
    assert list(found.prompts or ()) == [0, 1]
    assert found.kind == "baseline"
    assert list(found.scores) == [comparable(score) for score in alone]


def test_of_an_experiment_the_model_of_the_lowest_fid_is_taken(tmp_path: Path) -> None:
    config = settings(betas=(1.0, 4.0))
    run = tmp_path / "run"
    Sweep(config, write_array(tmp_path), run, devices=[torch.device("cpu")]).run(lambda _: None)
    logs = {beta: run / f"beta-{beta}" / "seed-1" / "validation.csv" for beta in (1, 4)}
    text = logs[4].read_text(encoding="utf-8")
    header, *rows = text.splitlines()
    column = header.split(",").index("unconditional/columns")
    cells = rows[0].split(",")
    cells[column] = "0.001"
    logs[4].write_text("\n".join([header, ",".join(cells), *rows[1:]]) + "\n", encoding="utf-8")

    paper = PaperContinuer.open(run)

    assert paper.name == "beta-4/seed-1"
    assert paper.continue_(prompt(), bars=1, seed=1).metre_map == prompt().metre_map


def test_an_experiment_without_a_sampled_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no experiment"):
        PaperContinuer.open(tmp_path)


def test_what_is_saved_and_loaded_stays_as_it_is(tmp_path: Path) -> None:
    paper = continuer(tmp_path)
    paper.save(tmp_path / "saved")

    loaded = PaperContinuer.load(tmp_path / "saved")

    assert loaded.name == "untrained"
    loaded.save(tmp_path / "again")
    again = PaperContinuer.load(tmp_path / "again")
    assert again.continue_(prompt(), bars=2, seed=3) == loaded.continue_(prompt(), bars=2, seed=3)


def test_a_card_that_does_not_say_how_notes_are_read_is_refused(tmp_path: Path) -> None:
    continuer(tmp_path).save(tmp_path / "saved")
    card = tmp_path / "saved" / "card.json"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace('"scale"', '"scales"'), encoding="utf-8")

    with pytest.raises(CheckpointError, match="does not say how notes are read"):
        PaperContinuer.load(tmp_path / "saved")

    card.write_text(text.replace('"order": "instrument"', '"order": "pitch"'), encoding="utf-8")
    with pytest.raises(CheckpointError, match="no order of notes is called 'pitch'"):
        PaperContinuer.load(tmp_path / "saved")


def test_the_model_of_the_package_continues() -> None:
    paper = PaperContinuer.shipped()

    assert paper.continue_(prompt(), bars=1, seed=1).metre_map == prompt().metre_map
