"""A module of Segue imports only strictly lower layers and its own package.

Music without torch is at the bottom, torch without music beside it; they are joined once, in
`models`, and served at the top. `LAYERS` is that map. `errors` imports nothing, so all may import
it; `nn` knows nothing of ours, and `vae` builds on `nn` alone.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import segue
from segue.cli.extras import EXTRAS

ROOT = Path(segue.__file__).parent
MAX_LINES = 400

LAYERS: dict[str, int] = {
    "errors": 0,
    "extras": 0,
    "units": 0,
    "config": 1,
    "files": 0,
    "reading": 0,
    "plain": 0,
    "locking": 1,
    "hub": 1,
    "page": 0,
    "version": 0,
    "score": 1,
    "midi": 2,
    "theory": 2,
    "encoding": 3,
    "metrics": 3,
    "harmony": 3,
    "picture": 3,
    "sound": 3,
    "notation": 3,
    "examples": 3,
    "corpus": 4,
    "recall": 4,
    "diffusion": 4,
    "nn": 2,
    "vae": 4,
    "models": 5,
    "novelty": 5,
    "training": 6,
    "generation": 6,
    "evaluation": 7,
    "learning": 7,
    "paper": 8,
    "server": 9,
    "assistant": 9,
    "cli": 10,
}
ROOT_MODULES = {"__init__", "__main__"}
"""The package's face: may name everything, but only lazily (see test_imports)."""

TORCH_SIDE = {"nn", "vae", "diffusion"}
TORCH_FREE = {name for name, layer in LAYERS.items() if layer <= 4} - TORCH_SIDE | {"novelty"}
TORCH = {"torch", "lightning_fabric", "safetensors", "tensorboard"}
ALLOWED_ONLY: dict[str, set[str]] = {
    "score": {"numpy"},
    "units": set(),
    "errors": set(),
    "extras": set(),
    "config": set(),
    "files": set(),
    "reading": set(),
    "plain": set(),
    "locking": set(),
    "hub": {"huggingface_hub"},
    "page": {"jinja2"},
    "version": set(),
    "nn": {"torch"},
    "sound": {"numpy", "soundfile"},
}
"""The only third-party packages that these may import."""

DISTRIBUTIONS = {
    "lightning_fabric": "lightning-fabric",
    "sklearn": "scikit-learn",
    "rtmidi": "python-rtmidi",
    "PIL": "pillow",
}
"""What pip calls a package that is imported under another name."""

EXTRA_OF: dict[str, str] = {
    "corpus": "corpus",
    "corpus/on_ray.py": "ray",
    "corpus/storage.py": "remote",
    "diffusion/denoiser.py": "train",
    "hub": "huggingface",
    "assistant/mcp_server.py": "mcp",
    "midi/bulk.py": "corpus",
    "novelty/build.py": "corpus",
    "training": "train",
    "learning": "train",
    "notation": "notation",
    "evaluation": "evaluate",
    "page": "evaluate",
    "paper": "paper",
    "encoding/octuple.py": "paper",
    "cli/paper.py": "paper",
    "cli/train.py": "train",
    "generation/torch_network.py": "train",
    **{
        f"models/cells/{name}.py": "train"
        for name in ("batch", "decoder", "encoder", "folder", "matching", "vae")
    },
    "models/decoder.py": "train",
    "models/decoder_folder.py": "train",
    "models/latent_reader.py": "train",
    "models/decoder_grammar.py": "train",
    "models/decoder_heads.py": "train",
    "models/denoiser_folder.py": "train",
    "models/embedding.py": "train",
    "models/paper_loss.py": "paper",
    "models/paper_vae.py": "paper",
    "models/weights.py": "train",
    "nn": "train",
    "vae": "train",
    "server/midi_port.py": "midi-port",
}
"""The packages and modules that need an extra, and which; all others need the base alone."""

Import = tuple[Path, int, str]


def sources() -> list[Path]:
    found = sorted(ROOT.rglob("*.py"))
    assert len(found) >= 6, f"only {len(found)} source files under {ROOT}"
    return found


def part_of(path: Path) -> str:
    """The name in `LAYERS` that a source file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[Import]:
    """Every import anywhere in a file, lazy ones too, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((path, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            if module == "segue":
                yield from ((path, node.lineno, f"segue.{alias.name}") for alias in node.names)
            else:
                yield path, node.lineno, module


@cache
def all_imports() -> list[Import]:
    return [
        found
        for path in sources()
        if part_of(path) not in ROOT_MODULES
        for found in imports_of(path)
    ]


def third_party(module: str) -> str | None:
    top = module.split(".")[0]
    return None if top == "segue" or top in sys.stdlib_module_names else top


def tell(found: Import, why: str) -> str:
    path, line, module = found
    return f"{path.relative_to(ROOT)}:{line}: imports {module}: {why}"


def test_the_map_names_every_part_and_no_other() -> None:
    parts = {part_of(path) for path in sources()} - ROOT_MODULES
    assert parts == set(LAYERS), "LAYERS and CONTRIBUTING.md name every package that exists"


def test_a_module_imports_only_lower_layers() -> None:
    wrong = []
    for found in all_imports():
        path, _, module = found
        names = module.split(".")
        if names[0] != "segue":
            continue
        if len(names) == 1 or names[1] not in LAYERS:
            wrong.append(tell(found, "the package's face is above all layers"))
            continue
        here, there = part_of(path), names[1]
        if there not in {here, "errors"} and LAYERS[there] >= LAYERS[here]:
            wrong.append(tell(found, f"layer {LAYERS[there]} from layer {LAYERS[here]}"))
    assert wrong == []


@pytest.mark.parametrize("part", sorted(ALLOWED_ONLY))
def test_the_lowest_parts_depend_on_almost_nothing(part: str) -> None:
    wrong = [
        tell(found, f"{part} may import only {ALLOWED_ONLY[part] or 'the standard library'}")
        for found in all_imports()
        if part_of(found[0]) == part
        and (other := third_party(found[2])) is not None
        and other not in ALLOWED_ONLY[part]
    ]
    assert wrong == []


def test_music_knows_no_torch() -> None:
    wrong = [
        tell(found, "music below layer 5, and novelty, run without torch")
        for found in all_imports()
        if part_of(found[0]) in TORCH_FREE and third_party(found[2]) in TORCH
    ]
    assert wrong == []


def test_generation_computes_with_torch_in_one_module_alone() -> None:
    wrong = [
        tell(found, "writing asks a `Network`; only generation/torch_network.py may know PyTorch")
        for found in all_imports()
        if part_of(found[0]) == "generation"
        and found[0].name != "torch_network.py"
        and third_party(found[2]) in TORCH
    ]
    assert wrong == []


def test_samplers_compute_with_torch_in_the_network_alone() -> None:
    wrong = [
        tell(found, "samplers ask a `Denoise`; only diffusion/denoiser.py may know PyTorch")
        for found in all_imports()
        if part_of(found[0]) == "diffusion"
        and found[0].name != "denoiser.py"
        and third_party(found[2]) in TORCH
    ]
    assert wrong == []


def test_torch_below_the_models_knows_no_music() -> None:
    music_free = TORCH_SIDE | {"errors", "units", "config", "files", "reading"}
    wrong = [
        tell(found, "nn, vae and diffusion know tensors only")
        for found in all_imports()
        if part_of(found[0]) in TORCH_SIDE
        and found[2].startswith("segue.")
        and found[2].split(".")[1] not in music_free
    ]
    assert wrong == []


def test_nn_imports_nothing_of_ours_but_itself() -> None:
    wrong = [
        tell(found, "nn stands alone")
        for found in all_imports()
        if part_of(found[0]) == "nn"
        and found[2].startswith("segue.")
        and found[2].split(".")[1] != "nn"
    ]
    assert wrong == []


def test_only_midi_and_corpora_use_symusic() -> None:
    wrong = [
        tell(found, "symusic is for bulk reading, in midi")
        for found in all_imports()
        if third_party(found[2]) == "symusic" and part_of(found[0]) not in {"midi", "corpus"}
    ]
    assert wrong == []


def test_no_source_file_is_longer_than_one_idea() -> None:
    tests = Path(__file__).parent
    files = [*sources(), *sorted(tests.rglob("*.py"))]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    long = {str(path): length for path, length in lengths.items() if length > MAX_LINES}
    assert long == {}, f"split what is longer than {MAX_LINES} lines"


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common", "manager"}
    wrong = [path for path in sources() if path.stem in drawers or path.parent.name in drawers]
    assert wrong == [], "name a module for what it is about"


@cache
def project() -> dict[str, Any]:
    text = (ROOT.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    declared: dict[str, Any] = tomllib.loads(text)["project"]
    return declared


def brought_by(requirements: list[str]) -> set[str]:
    """What pip calls the packages that `requirements` name, those of Segue's own extras too."""
    names = set()
    for requirement in requirements:
        if own := re.fullmatch(r"segue-music\[(.*)\]", requirement):
            for extra in own[1].split(","):
                names |= brought_by(project()["optional-dependencies"][extra])
        else:
            names.add(re.split(r"[<>=!~\[ ]", requirement)[0])
    return names


def installed_for(path: Path) -> set[str]:
    """What the base install and the extra of a source file bring."""
    names = brought_by(project()["dependencies"])
    extra = EXTRA_OF.get(path.relative_to(ROOT).as_posix(), EXTRA_OF.get(part_of(path)))
    return names | brought_by([f"segue-music[{extra}]"] if extra else [])


def test_what_is_imported_comes_with_the_base_install_or_the_module_s_extra() -> None:
    wrong = [
        tell(found, "neither in the base install nor in the extra that EXTRA_OF gives")
        for found in all_imports()
        if (other := third_party(found[2])) is not None
        and DISTRIBUTIONS.get(other, other) not in installed_for(found[0])
    ]
    assert wrong == []


@pytest.mark.parametrize("extra", sorted(EXTRAS))
def test_the_command_line_knows_what_each_extra_brings(extra: str) -> None:
    known = {DISTRIBUTIONS.get(module, module) for module in EXTRAS[extra]}
    assert known == brought_by([f"segue-music[{extra}]"])
