"""Models and corpora go to the hub and come back; the hub is a fake, its client the real one."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import segue
from segue.corpus import CorpusOptions, CorpusStore, build_corpus
from segue.corpus.push import push_corpus
from segue.errors import CheckpointError, CorpusError, InputError
from segue.hub import Address
from segue.models.folder import FILE_NAMES, model_folder, read_card
from segue.models.hub import push_model
from tests.fake_hub import TOKEN, FakeHub, fake_hub
from tests.tunes import tune, write_folder

pytest.importorskip("huggingface_hub", reason='install "segue-music[huggingface]"')


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """An empty hub, and somebody who is logged in there."""
    with fake_hub(tmp_path / "hub") as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setenv("HF_HOME", str(tmp_path))  # for processes that are started
        yield hub


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's folder, trained on open songs alone."""
    folder = shutil.copytree(model_folder("band"), tmp_path / "mine")
    card = read_card(folder)
    del card["begun"]
    card["corpus"]["tiers"] = {"open": 12}
    (folder / "card.json").write_text(json.dumps(card))
    (folder / "notes.pkl").write_bytes(b"not for others")
    return folder


def test_a_model_goes_there_and_comes_back(hub: FakeHub, model: Path) -> None:
    place = segue.load(str(model)).push_to_hub("me/mine", licence="cc-by-4.0")
    assert place == f"{hub.address}/me/mine"
    pushed = {path.name for path in (hub.folder / "models/me/mine").iterdir()}
    assert pushed == {"README.md", *FILE_NAMES}
    found = segue.load("hf://me/mine")
    assert found.name == segue.load(str(model)).name
    readme = (hub.folder / "models/me/mine/README.md").read_text()
    assert "license: cc-by-4.0" in readme
    assert 'segue.load("hf://me/mine")' in readme


def test_what_was_fetched_needs_no_network(
    hub: FakeHub, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_model(model, Address("me/mine"))
    before = model_folder("hf://me/mine@main")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert model_folder("hf://me/mine@main") == before
    with pytest.raises(InputError, match="does not answer"):
        model_folder("hf://me/other")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"corpus": {"tiers": {"open": 5, "research": 1200}}}, "no open licence: 1,200 research"),
        ({"corpus": {"songs": 5}}, "does not say what may be done with the songs"),
        ({"begun": "from elsewhere"}, "began from another model's weights"),
    ],
)
def test_a_model_of_other_data_is_not_called_openly_licensed(
    hub: FakeHub, model: Path, change: dict[str, object], reason: str
) -> None:
    card = model / "card.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), **change}))
    with pytest.raises(InputError, match=reason):
        push_model(model, Address("me/mine"), licence="apache-2.0")
    assert hub.asked == []
    push_model(model, Address("me/mine"))
    assert "license: other" in (hub.folder / "models/me/mine/README.md").read_text()


def test_what_is_no_model_is_told(hub: FakeHub) -> None:
    write_folder(hub.folder / "models/me/empty", {"README.md": b"nothing"})
    with pytest.raises(CheckpointError, match=r"card.json is missing"):
        model_folder("hf://me/empty")
    with pytest.raises(InputError, match="no such repository"):
        model_folder("hf://me/nothing")
    with pytest.raises(InputError, match="no address of the hub"):
        model_folder("hf://nonsense")


def test_who_is_not_logged_in_is_told_how(
    hub: FakeHub, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_somebody_else")
    with pytest.raises(InputError, match="hf auth login"):
        push_model(model, Address("me/mine"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Five songs with an open licence and three without."""
    songs = write_folder(tmp_path / "songs", {f"{n}.mid": tune(n) for n in range(8)})
    lines = [
        json.dumps({"path": f"{n}.mid", "tier": "open" if n < 5 else "research", "licence": "CC0"})
        for n in range(8)
    ]
    (tmp_path / "songs.ledger.jsonl").write_text("\n".join(lines))
    build_corpus([songs], tmp_path / "corpus", CorpusOptions(), workers=1)
    return tmp_path / "corpus"


@pytest.mark.parametrize("tiers", [(), ("research",), ("open", "research")])
def test_songs_without_an_open_licence_are_refused_with_the_reason(
    hub: FakeHub, corpus: Path, tiers: tuple[str, ...]
) -> None:
    with pytest.raises(CorpusError, match=r"3 songs may not be passed on.*--tier open passes on"):
        push_corpus(CorpusStore.open(corpus), Address("me/songs"), tiers=tiers)
    assert hub.asked == []


def test_open_songs_go_there_with_card_and_ledger(hub: FakeHub, corpus: Path) -> None:
    done, place = push_corpus(CorpusStore.open(corpus), Address("me/songs"), tiers=("open",))
    assert (done.songs, place) == (5, f"{hub.address}/datasets/me/songs")
    folder = hub.folder / "datasets/me/songs"
    assert len((folder / "ledger.jsonl").read_text().splitlines()) == 5
    assert "Every song has an open licence" in (folder / "README.md").read_text()


def test_datasets_loads_what_was_pushed(hub: FakeHub, corpus: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets", reason="the package datasets is not installed")
    push_corpus(CorpusStore.open(corpus), Address("me/songs"), tiers=("open",))
    folder = hub.folder / "datasets/me/songs"
    found = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "datasets"))
    assert sum(len(split) for split in found.values()) == 5
    assert len(found["train"][0]["onset"]) == found["train"][0]["n_notes"]


def test_the_command_pushes_as_its_user_would(hub: FakeHub, corpus: Path) -> None:
    command = [sys.executable, "-m", "segue", "corpus", "push", str(corpus), "me/songs"]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "may not be passed on" in refused.stderr
    done = subprocess.run([*command, "--tier", "open"], capture_output=True, text=True, check=True)
    assert f"{hub.address}/datasets/me/songs: 5 songs" in done.stdout
