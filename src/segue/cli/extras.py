"""What the base install leaves out, and the message for those who need it.

Each command that needs more than the base install calls `require` first, so that a missing package
is found before anything is computed.
"""

from importlib.util import find_spec
from typing import Final

from segue.errors import InputError

__all__ = ["EXTRAS", "require"]

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
"""The modules that each extra of pyproject.toml brings, by the names they are imported by."""


def require(extra: str, what: str) -> None:
    """Make sure that `extra`, a key of `EXTRAS`, is installed; `what` is the command's name.

    Raises:
        InputError: one line with what is missing and the command that installs it.
    """
    missing = [module for module in EXTRAS[extra] if not _is_installed(module)]
    if missing:
        raise InputError(
            f"`{what}` needs packages that the base install leaves out ({', '.join(missing)}); "
            f'install them with: pip install "segue[{extra}]"'
        )


def _is_installed(module: str) -> bool:
    return find_spec(module) is not None
