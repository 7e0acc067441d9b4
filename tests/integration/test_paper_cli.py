"""`segue paper run` and `report` from end to end, on a corpus of a few songs."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from segue.cli import main
from segue.diffusion.sampling import Plan
from segue.midi import read_document
from segue.paper.diffusion_measures import DDPM_LATENTS
from tests.unit.training.corpora import build_tiny

SETTINGS = """
betas = [1, 20]

[data]
residence = "mapped"
{data}

[model]
notes = 40
embedding = 3
hidden = 6
decoder_hidden = 12
latents = 4

[training]
epochs = 2
batch = 4
fid_every = 1
threads = 1
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_tiny(tmp_path_factory.mktemp("tiny"), 20).path


def settings(folder: Path, data: str = "") -> Path:
    path = folder / "paper.toml"
    path.write_text(SETTINGS.format(data=data))
    return path


Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `segue paper` with arguments; returns its status and all that it said."""

    def run(*args: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["paper", *map(str, args)])
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out + said.err

    return run


@pytest.fixture(autouse=True)
def _quick_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segue.paper.judge._STEPS", 2)
    monkeypatch.setattr("segue.paper.diffusion_measures._PLANS", {DDPM_LATENTS: Plan(3)})


def test_the_whole_experiment(
    call: Call, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    asked = ("run", "--config", settings(tmp_path), "--corpus", corpus, "--out", run)
    status, output = call(*asked)
    assert status == 0, output
    assert "epoch 2: loss" in output
    assert "FID" in output
    assert f"{run}: 2 models" in output
    weights = (run / "beta-20" / "seed-1" / "model" / "model.safetensors").read_bytes()

    status, output = call(*asked)  # nothing is left to do
    assert status == 0, output
    assert (run / "beta-20" / "seed-1" / "model" / "model.safetensors").read_bytes() == weights

    status, output = call("diffusion", run, "--steps", 3)
    assert status == 0, output
    assert "the latents of beta-" in output
    assert "unconditional, step 3 of 3: error" in output
    assert "conditional: measuring z of the DDPM" in output

    heard: list[Path] = []
    monkeypatch.setattr("segue.paper.report.render", lambda midi, path: heard.append(path))
    status, output = call("report", run, "--sound", "--beside", run)
    assert status == 0, output
    assert len(heard) == 13
    page = (run / "report" / "index.html").read_text()
    for name in (*(f"figure-{number}" for number in (1, 4, 5, 6, 7, 8)), "diffusion"):
        assert f'src="{name}.svg"' in page
        assert (run / "report" / f"{name}.png").stat().st_size > 1000
    assert "2,450" in page
    assert "What did and did not reproduce" in page
    assert "notes dealt out at random" in page
    assert "conditional FID, final" in page
    assert "A DDPM on the latents" in page
    music = sorted((run / "report").glob("*.mid"))
    assert len(music) == 13
    assert all(read_document(path).score.n_notes for path in music)
    assert all(f'href="{path.name}"' in page for path in music)

    status, output = call("report", run, "--no-songs", "--svg-only", "-o", tmp_path / "published")
    assert status == 0, output
    assert list((tmp_path / "published").glob("*.png")) == []
    assert ".png" not in (tmp_path / "published" / "index.html").read_text()
    published = {path.name for path in (tmp_path / "published").glob("*.mid")}
    numbered = {f"{name}-{number}.mid" for name in ("sample", "ddpm") for number in (1, 2, 3)}
    assert published == {*numbered, "long.mid"}


@pytest.mark.parametrize(
    "data", ['encoding = "octuple"\norder = "time"', 'encoding = "tanh"', 'start = "active"']
)
def test_other_encodings_and_beginnings_by_the_same_command(
    call: Call, corpus: Path, tmp_path: Path, data: str
) -> None:
    run = tmp_path / "run"
    path = settings(tmp_path, data)
    status, output = call("run", "-c", path, "--corpus", corpus, "-o", run, "--beta", 5)
    assert status == 0, output

    status, output = call("report", run)
    assert status == 0, output
    assert (run / "report" / "index.html").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("betas = [1, 20]", "betas = [-1]"), "betas: must be at least 0, got -1.0"),
        (("batch = 4", "batch = 400"), "batch: 400 songs, but only"),
        (("notes = 40", "notes = 4000"), "too few songs for the experiment"),
        (("epochs = 2", "epoch = 2"), "training.epoch: unknown key; did you mean 'epochs'?"),
    ],
)
def test_what_cannot_be_done_is_told(
    call: Call, corpus: Path, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = settings(tmp_path)
    path.write_text(path.read_text().replace(*change))
    status, output = call("run", "-c", path, "--corpus", corpus, "-o", tmp_path / "run")

    assert status == 2
    assert message in output
    assert "Traceback" not in output


def test_a_report_of_nothing_is_told(call: Call, tmp_path: Path) -> None:
    for command in ("report", "diffusion"):
        status, output = call(command, tmp_path)

        assert status == 2
        assert "holds no experiment" in output
