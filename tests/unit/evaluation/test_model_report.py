"""A model's report holds every section, and is not measured twice."""

import json
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, CorpusStore, build_corpus
from segue.errors import CheckpointError
from segue.evaluation.inside import model_report, speed
from segue.evaluation.inside.model_report import FILE_NAME, ModelReport, ReportOptions
from segue.evaluation.inside.speed import TAKES
from segue.midi import score_to_bytes
from segue.models.decoder_folder import save_decoder
from tests.unit.evaluation.bands import band
from tests.unit.models.decoders import random_decoder

OPTIONS = ReportOptions(windows=4, window_events=64, train_notes=2000)
SECTIONS = ("speed", "likelihood")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CorpusStore:
    folder = tmp_path_factory.mktemp("bands")
    songs = folder / "songs"
    songs.mkdir()
    for seed in range(16):
        (songs / f"{seed}.mid").write_bytes(score_to_bytes(band(seed, n_bars=18)))
    build_corpus([songs], folder / "corpus", CorpusOptions(near_duplicates=False), workers=1)
    return CorpusStore.open(folder / "corpus")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("model")
    save_decoder(random_decoder(), folder, {})
    return str(folder)


def test_every_section_is_measured_and_kept(
    store: CorpusStore, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "_PROMPTS", 1)
    measured: list[str] = []
    found = ModelReport(model, store, tmp_path, OPTIONS).run(measured.append)

    assert measured == list(SECTIONS)
    assert json.loads((tmp_path / FILE_NAME).read_text()) == json.loads(json.dumps(found))
    for takes in TAKES:
        timing = found["speed"][f"{takes} takes"]
        # A bar without notes is over with its first event, and told before the next is begun.
        assert 0 < timing["first_event_s"] <= timing["seconds"]
        assert 0 < timing["first_bar_s"] <= timing["seconds"]
    assert found["speed"]["command_s"] > found["speed"]["4 takes"]["seconds"]
    own, coarser = (found["likelihood"][name] for name in ("model", "in_coarser_units"))
    assert own["n_notes"] == coarser["n_notes"] == found["likelihood"]["5-gram"]["n_notes"]
    assert own["n_events"] == found["likelihood"]["5-gram"]["n_events"]
    assert 0 < coarser["nll_per_note"]["note"] <= own["nll_per_note"]["note"]
    assert coarser["nll_per_note"]["pitch"] == pytest.approx(own["nll_per_note"]["pitch"])
    longest = found["likelihood"]["longest_windows"]
    assert own["n_events"] < 4 * 64 < longest["n_events"] <= 4 * 96  # its windows fit the model

    monkeypatch.setattr(model_report, "measure_speed", lambda *_, **__: pytest.fail("twice"))
    again = ModelReport(model, store, tmp_path, OPTIONS).run(measured.append)
    assert again["speed"] == found["speed"]
    assert measured == list(SECTIONS)


def test_another_model_or_other_options_are_measured_again(
    store: CorpusStore, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"model": "other@123456789012", "options": {}, "speed": {}}
    (tmp_path / FILE_NAME).write_text(json.dumps(asked))
    report = ModelReport(model, store, tmp_path, OPTIONS)

    assert "speed" not in report.sections


def test_a_model_that_is_not_there_is_named(store: CorpusStore, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nobody"):
        ModelReport("nobody", store, tmp_path, OPTIONS)
