"""What learning from a folder promises: held-out tunes, no harm, a model, a report."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import segue
from segue.corpus.progress import ignore_progress
from segue.errors import CorpusError, InputError
from segue.generation.onnx_network import load_network
from segue.learning import Learning, Stage, Teaching, learn_folder
from segue.learning.songs import held_out_tunes, read_songs
from segue.models.folder import CARD_NAME, CELLS_NAME, read_card
from segue.training.loop import Trainer
from tests.unit.learning.bases import write_base, write_music

SHORTEST = Learning(steps=4, batch=2, look_every=2, windows=4, rate=0.01)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_music(tmp_path_factory.mktemp("music") / "songs")


def teaching(music: Path, base: Path, out: Path, settings: Learning = SHORTEST) -> Teaching:
    return Teaching(source=music, out=out, base=str(base), settings=settings)


def test_a_folder_becomes_a_model_that_writes_and_a_report_that_says_what_was_gained(
    music: Path, base: Path, tmp_path: Path
) -> None:
    out, stages = tmp_path / "mine", list[Stage]()
    report = learn_folder(teaching(music, base, out), on_stage=stages.append)
    assert report.is_better
    assert report.learned.best.nats < report.learned.before
    assert (report.n_songs, report.n_held_out) == (6, 1)
    assert {stage.name for stage in stages} == {"reading", "learning", "listening"}
    told = json.loads((out / "report" / "report.json").read_text())
    assert told["nats_after"] == report.learned.best.nats
    assert told["words"] == report.words
    assert {path.name for path in (out / "report").iterdir()} == {
        "report.json",
        "report.md",
        "before.mid",
        "after.mid",
        "rolls.png",
    }
    card = read_card(out)
    assert (card["corpus"]["songs"], card["training"]["data"]["events"]) == (5, 64)
    (take,) = segue.load(str(out)).compose(bars=1, takes=1)
    assert take.provenance["model"].startswith("mine@")
    assert (out / CELLS_NAME).read_bytes() == (base / CELLS_NAME).read_bytes()
    assert load_network(out).latents_of is not None


def test_the_same_seed_learns_the_same(music: Path, base: Path, tmp_path: Path) -> None:
    looks = []
    for name in ("one", "two"):
        report = learn_folder(teaching(music, base, tmp_path / name))
        looks.append(report.learned.looks)
    assert looks[0] == looks[1]
    one, two = ((tmp_path / n / "model.safetensors").read_bytes() for n in ("one", "two"))
    assert one == two


def test_where_nothing_is_gained_no_model_is_made_and_the_report_says_so(
    music: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nats = iter((2.0, 2.0, *(2.1,) * 9))
    monkeypatch.setattr(Trainer, "validate", lambda _: {"nll/event": next(nats)})
    settings = replace(SHORTEST, steps=20, patience=3)
    report = learn_folder(teaching(music, base, tmp_path / "mine", settings))
    assert [look.step for look in report.learned.looks] == [0, 2, 4, 6], "it ends early"
    assert not report.is_better
    assert "no model was made" in (tmp_path / "mine" / "report" / "report.md").read_text()
    assert not (tmp_path / "mine" / CARD_NAME).exists()


def test_the_best_weights_are_kept_though_later_ones_are_worse(
    music: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nats = iter((2.0, 1.5, 1.8, 1.9))
    monkeypatch.setattr(Trainer, "validate", lambda _: {"nll/event": next(nats)})
    report = learn_folder(
        teaching(music, base, tmp_path / "mine", replace(SHORTEST, steps=20, patience=2))
    )
    assert (report.learned.best.step, report.learned.best.nats) == (2, 1.5)
    assert read_card(tmp_path / "mine")["trained_steps"] == 2


def test_versions_of_a_tune_are_on_one_side(music: Path, tmp_path: Path) -> None:
    songs = read_songs(music, tmp_path, on_progress=ignore_progress)
    tunes = songs.store.metadata.column("cluster").to_numpy()
    assert not set(tunes[songs.learned]) & set(tunes[songs.held_out])
    assert len(songs.learned) + len(songs.held_out) == 6


@given(st.lists(st.integers(0, 30), min_size=2, max_size=40), st.randoms())
def test_what_is_held_out_depends_on_the_files_alone(tunes: list[int], random: object) -> None:
    checksums = [f"{n} of {tune}" for n, tune in enumerate(tunes)]
    chosen = held_out_tunes(np.array(tunes), checksums)
    assert set(chosen.tolist()) <= set(tunes)
    assert len(chosen) == max(1, round(len(set(tunes)) / 5))
    order = list(range(len(tunes)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = held_out_tunes(np.array([tunes[i] for i in order]), [checksums[i] for i in order])
    assert set(again.tolist()) == set(chosen.tolist())


def test_one_tune_is_too_few(base: Path, tmp_path: Path) -> None:
    music = write_music(tmp_path / "songs", 1)
    with pytest.raises(CorpusError, match=r"1 tune .* two at least"):
        learn_folder(teaching(music, base, tmp_path / "mine"))


def test_a_model_that_is_there_stays(music: Path, base: Path, tmp_path: Path) -> None:
    (tmp_path / CARD_NAME).write_text("{}")
    with pytest.raises(InputError, match="a model already"):
        learn_folder(teaching(music, base, tmp_path))
