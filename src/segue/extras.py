"""What the base install leaves out: the extras of pyproject.toml, and what they bring."""

from importlib.util import find_spec
from typing import Final

__all__ = ["EXTRAS", "how_to_install", "missing_modules"]

_CORPUS: Final = ("symusic", "pyarrow", "datasketch", "scipy", "pydivsufsort")
_TRAIN: Final = (*_CORPUS, "torch", "lightning_fabric", "tensorboard")
_EVALUATE: Final = (*_CORPUS, "torch", "threadpoolctl", "sklearn", "jinja2", "matplotlib")

EXTRAS: Final[dict[str, tuple[str, ...]]] = {
    "corpus": _CORPUS,
    "train": _TRAIN,
    "evaluate": _EVALUATE,
    "huggingface": ("huggingface_hub",),
    "ray": (*_CORPUS, "ray"),
    "mcp": ("mcp",),
    "notation": ("music21",),
    "paper": (*dict.fromkeys((*_TRAIN, *_EVALUATE)), "miditok"),
}
"""The modules that each extra brings, by the names they are imported by."""


def missing_modules(extra: str) -> list[str]:
    """The modules of an extra, a key of `EXTRAS`, that are not installed."""
    return [module for module in EXTRAS[extra] if not _is_installed(module)]


def how_to_install(extra: str) -> str:
    """The command that installs an extra."""
    return f'pip install "segue-music[{extra}]"'


def _is_installed(module: str) -> bool:
    return find_spec(module) is not None
