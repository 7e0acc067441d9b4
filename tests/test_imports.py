"""Importing Segue and asking for help load nothing heavy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import segue
from segue.models.decoder_folder import save_decoder
from tests.unit.models.decoders import random_decoder

HEAVY = {
    "torch",
    "lightning_fabric",
    "matplotlib",
    "PIL",
    "sklearn",
    "scipy",
    "pyarrow",
    "symusic",
    "onnxruntime",
}


def heavy_modules_after(code: str) -> set[str]:
    """The modules of `HEAVY` that a fresh interpreter has loaded once `code` has run."""
    report = "\nimport json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return HEAVY & set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "code",
    [
        "import segue",
        "import segue; segue.Score",
        "import segue.cli\ntry: segue.cli.main(['--help'])\nexcept SystemExit: pass",
    ],
    ids=["import", "score", "help"],
)
def test_nothing_heavy_is_loaded_until_it_is_needed(code: str) -> None:
    assert heavy_modules_after(code) == set()


def test_writing_is_imported_without_torch() -> None:
    folder = Path(segue.__file__).parent / "generation"
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "torch_network")
    assert "composer" in names
    code = "\n".join(f"import segue.generation.{name}" for name in names)
    assert "torch" not in heavy_modules_after(code)


def test_a_network_writes_without_torch(tmp_path: Path) -> None:
    save_decoder(random_decoder(), tmp_path, {})
    code = f"""
import numpy as np
from pathlib import Path
from segue.encoding.sequence import N_COLUMNS
from segue.generation.network import Plan
from segue.generation.onnx_network import load_network

plan = Plan(np.zeros((1, 32), int), np.ones((1, 4, 32), bool), np.zeros((1, 32, 5), int))
steps = load_network(Path({str(tmp_path)!r})).read(np.ones((1, 3, N_COLUMNS), int), plan)
steps.next_event(lambda _, logits: logits.argmax(-1))
steps.step(np.ones((1, N_COLUMNS), int))
assert steps.length == 4
"""
    assert "torch" not in heavy_modules_after(code)


@pytest.mark.parametrize("name", sorted(segue.__all__))
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(segue, name) is not None


def test_dir_tells_the_public_names() -> None:
    assert set(segue.__all__) <= set(dir(segue))


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        segue.__getattr__("lod")
