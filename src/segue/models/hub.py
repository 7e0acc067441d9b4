"""Models on the Hugging Face hub: fetched by their address, and given to others with a model card.

What travels is the folder of a model: weights as safetensors, and JSON. Nothing in it is code, and
other files of a repository are not fetched.
"""

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Final

from segue.errors import CheckpointError, InputError
from segue.hub import Address, download, upload
from segue.models.folder import CARD_NAME, FILE_NAMES, WEIGHTS_NAME, read_card

__all__ = ["fetch_model", "push_model"]

_OPEN: Final = "open"


def fetch_model(address: str) -> Path:
    """The folder of a model with an address `hf://USER/NAME`, fetched unless it is here already.

    Raises:
        CheckpointError: the repository holds no model.
        InputError: there is no such repository, no network, or `huggingface_hub` is missing.
    """
    folder = download(Address.parse(address), FILE_NAMES)
    missing = [name for name in (CARD_NAME, WEIGHTS_NAME) if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(f"{address} holds no model of Segue ({missing[0]} is missing)")
    return folder


def push_model(
    folder: Path, address: Address, *, licence: str | None = None, private: bool = False
) -> str:
    """Put a model into a repository, which is made if there is none; returns where people find it.

    Args:
        folder: the model's.
        address: the repository.
        licence: its name on the hub, such as "cc-by-4.0"; only for models all of whose training
            songs have an open licence, by their cards.
        private: whether a repository that is made is for those only who may see it.

    Raises:
        InputError: the licence may not be given, or as `upload`.
    """
    card = read_card(folder)
    if licence is not None and (reason := _why_not_open(card)):
        raise InputError(
            f"{folder}: cannot be licensed as {licence!r}: {reason}; leave the licence out, and "
            "the card says what is known"
        )
    with TemporaryDirectory(prefix="segue-") as temporary:
        out = Path(temporary)
        for name in FILE_NAMES:
            if (folder / name).is_file():
                copyfile(folder / name, out / name)
        (out / "README.md").write_text(_readme(card, address, licence), encoding="utf-8")
        return upload(out, address, kind="model", private=private)


def _why_not_open(card: Mapping[str, Any]) -> str:
    """Why a model may not be called openly licensed; empty if it may."""
    if "begun" in card:
        return "its training began from another model's weights"
    corpus = card.get("corpus")
    tiers = corpus.get("tiers") if isinstance(corpus, dict) else None
    if not isinstance(tiers, dict) or not tiers:
        return "its card does not say what may be done with the songs that it was trained on"
    closed = {name: count for name, count in tiers.items() if name != _OPEN and count}
    if not closed:
        return ""
    told = ", ".join(f"{count:,} {name}" for name, count in closed.items())
    return f"of the songs of its corpus, these have no open licence: {told}"


def _readme(card: Mapping[str, Any], address: Address, licence: str | None) -> str:
    """The model card: what the hub shows, how to use it, and what its own card says in words."""
    head = ["library_name: segue", "tags:", "- music", "- midi", "- symbolic-music"]
    if licence is None:
        head += ["license: other", "license_name: see-card", f"license_link: {CARD_NAME}"]
    else:
        head.append(f"license: {licence}")
    sections = [
        f"# {address.repository.split('/')[1]}",
        str(card.get("what", "A model of Segue, which continues multi-instrument MIDI.")),
        "```python\nimport segue\n\n"
        f'model = segue.load("hf://{address.repository}")\n'
        'for take in model.continue_("song.mid", bars=8):\n'
        '    take.save(f"take-{take.number}.mid")\n```',
        *(
            f"## {title}\n\n{card[key]}"
            for title, key in (
                ("Licence", "licence"),
                ("Training data", "data"),
                ("How it was begun", "begun"),
                ("Limits", "limits"),
            )
            if isinstance(card.get(key), str)
        ),
        f"`{CARD_NAME}` has the configuration, the corpus's checksum and all figures.",
    ]
    return "---\n" + "\n".join(head) + "\n---\n\n" + "\n\n".join(sections) + "\n"
