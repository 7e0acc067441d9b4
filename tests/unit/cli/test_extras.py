"""A command that needs more than the base install says in one line what to install."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from segue import extras
from segue.cli import main
from segue.cli.extras import EXTRAS, require
from segue.errors import InputError

ALL = sorted({module for modules in EXTRAS.values() for module in modules})

NEEDY = {
    "train": ("train",),
    "evaluate": ("evaluate", "takes", "--against", "corpus"),
    "measure": ("measure", "--corpus", "corpus"),
    "corpus build": ("corpus", "build", "midi", "--out", "corpus"),
    "corpus merge": ("corpus", "merge", "part", "--out", "corpus"),
    "corpus push": ("corpus", "push", "corpus", "me/songs"),
    "mcp": ("mcp",),
    "corpus info": ("corpus", "info", "corpus"),
    "corpus verify": ("corpus", "verify", "corpus"),
    "corpus pack": ("corpus", "pack", "corpus", "--out", "packed"),
    "corpus export": ("corpus", "export", "corpus", "--out", "out", "--format", "paper"),
    "corpus index": ("corpus", "index", "corpus", "--out", "index"),
    "corpus fingerprint": ("corpus", "fingerprint", "c", "--index", "i", "--out", "f"),
    "novelty --index": ("novelty", "in.mid", "--index", "index", "--corpus", "corpus"),
    "paper run": ("paper", "run", "--config", "c.toml", "--corpus", "corpus", "--out", "run"),
    "paper report": ("paper", "report", "run"),
}
"""A call of every command that needs an extra; the files in it do not exist."""


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretends that a module is not installed."""
    gone: set[str] = set()
    monkeypatch.setattr(extras, "_is_installed", lambda module: module not in gone)
    return gone.add


def test_all_that_is_there_is_enough() -> None:
    require("paper", "segue paper run")


def test_what_is_missing_and_how_to_install_it_is_one_line(
    lacking: Callable[[str], None],
) -> None:
    lacking("tensorboard")
    lacking("scipy")
    with pytest.raises(InputError) as refused:
        require("train", "segue train")
    assert str(refused.value) == (
        "`segue train` needs packages that the base install leaves out (scipy, tensorboard); "
        'install them with: pip install "segue-music[train]"'
    )


@pytest.mark.parametrize("command", sorted(NEEDY))
def test_a_command_without_its_extra_does_nothing_but_say_so(
    command: str, lacking: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ALL:
        lacking(module)
    with pytest.raises(SystemExit) as ended:
        main(NEEDY[command])
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(
        rf'segue: `segue {command}` needs .*: pip install "segue-music\[\w+\]"\n', shown.err
    )


def test_the_musician_s_commands_need_no_extra() -> None:
    commands = [
        "continue_",
        "insert",
        "infill",
        "accompany",
        "vary",
        "compose",
        "bridge",
        "studio",
        "demo",
        "render",
        "novelty",
    ]
    packages = [
        "generation.composer",
        "server.app",
        "server.serve",
        "novelty.known",
        "picture",
        "sound",
    ]
    imports = [*(f"segue.cli.{name}" for name in commands), *(f"segue.{name}" for name in packages)]
    code = f"import sys; sys.modules.update(dict.fromkeys({ALL!r})); import {', '.join(imports)}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
