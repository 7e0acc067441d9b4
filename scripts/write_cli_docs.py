"""Write docs/cli.md, the help of every command, from the command line itself; `--check` compares.

Run by `make docs`; a test runs the comparison.
"""

import sys
from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from segue.cli import COMMANDS, application

PATH = Path(__file__).parent.parent / "docs" / "cli.md"
WIDTH = 96
HEADER = """\
# The command line

Written from `segue --help` by `make docs`. The exit status is 0 for success, 2 for what you can
mend (the message says how), and 130 after Ctrl-C.
"""


def document() -> str:
    """The whole of docs/cli.md."""
    return HEADER + "".join(_sections("segue", application(COMMANDS)))


def _sections(name: str, command: object) -> list[str]:
    """The help of `command` and of all commands below it; typer's classes are its own."""
    shown: Any = command
    shown.rich_markup_mode = None
    context = shown.make_context(name, [], resilient_parsing=True, terminal_width=WIDTH)
    text = f"\n## {name}\n\n```text\n{shown.get_help(context).strip()}\n```\n"
    below = shown.commands if isinstance(command, TyperGroup) else {}
    return [text, *(part for key in below for part in _sections(f"{name} {key}", below[key]))]


def main(args: list[str]) -> int:
    """Write the file, or with `--check` say whether it is what would be written."""
    if args == ["--check"]:
        same = PATH.exists() and PATH.read_text(encoding="utf-8") == document()
        print(f"{PATH.name} is up to date" if same else f"{PATH.name} is stale: run `make docs`")
        return 0 if same else 1
    PATH.write_text(document(), encoding="utf-8")
    print(f"wrote {PATH.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
