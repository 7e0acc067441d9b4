"""The command line: commands, options, and how errors are shown. There is no logic here.

A command is a function or a `typer.Typer` in a module of its own, named once in `COMMANDS` and
imported only when it is called or listed; heavy packages are imported inside its body. So
`segue --help` loads neither torch nor matplotlib.

The exit status is 0 for success, 130 after Ctrl-C, and 2 for what the user can fix (an
`InputError`, a file that cannot be read or written, a wrong option), with one message and no
traceback.
Anything else is a defect of Segue and keeps its traceback.
"""

import errno
import importlib
import inspect
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer
from typer.core import TyperGroup

from segue.cli.messages import note
from segue.errors import SegueError
from segue.plain import plain

__all__ = ["COMMANDS", "application", "main"]

COMMANDS: Final[dict[str, str]] = {
    "continue": "segue.cli.continue_:continue_",
    "insert": "segue.cli.insert:insert",
    "infill": "segue.cli.infill:infill",
    "morph": "segue.cli.morph:morph",
    "accompany": "segue.cli.accompany:accompany",
    "vary": "segue.cli.vary:vary",
    "arrange": "segue.cli.arrange:arrange",
    "compose": "segue.cli.compose:compose",
    "bridge": "segue.cli.bridge:bridge",
    "comp": "segue.cli.comp:comp",
    "chords": "segue.cli.chords:chords",
    "studio": "segue.cli.studio:studio",
    "mcp": "segue.cli.mcp:mcp",
    "demo": "segue.cli.demo:demo",
    "render": "segue.cli.render:render",
    "notate": "segue.cli.notate:notate",
    "corpus": "segue.cli.corpus:app",
    "train": "segue.cli.train:train",
    "export": "segue.cli.export:export",
    "paper": "segue.cli.paper:app",
    "evaluate": "segue.cli.evaluate:evaluate",
    "measure": "segue.cli.measure:measure",
    "novelty": "segue.cli.novelty:novelty",
}
"""Every command's name and where it is, in the order of `segue --help`."""

USER_ERROR: Final = 2
INTERRUPTED: Final = 130
UsageError: Final[Any] = typer.BadParameter.__base__
"""What typer raises for a wrong command line; typer does not export its name."""


def main(args: Sequence[str] | None = None) -> None:
    """Run `segue` with `args`, by default those of the process; always ends in `SystemExit`."""
    application(COMMANDS).main(args=args, prog_name="segue")


def application(commands: dict[str, str]) -> TyperGroup:
    """Build the root command over `commands`, a table like `COMMANDS`."""
    root = typer.Typer(cls=_Root, no_args_is_help=True, rich_markup_mode=None)
    root.callback()(_segue)
    group = typer.main.get_command(root)
    assert isinstance(group, TyperGroup)
    group.commands = _LazyCommands(commands)
    return group


def _print_version(asked: bool) -> None:
    if asked:
        from segue.version import __version__

        typer.echo(f"segue {__version__}")
        raise typer.Exit


def _segue(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Continue a piece of music: MIDI in, several continuations out."""


class _LazyCommands(MutableMapping[str, Any]):
    """A mapping of names to commands that imports a command's module when it is first asked for."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._places[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError("commands are never removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _load(name: str, place: str) -> Any:
    """Import the command at `place`, "module:attribute", as `segue name`."""
    module, attribute = place.split(":")
    target = getattr(importlib.import_module(module), attribute)
    parent = typer.Typer(rich_markup_mode=None)
    parent.callback()(_segue)  # keeps typer from flattening a parent of one command
    if isinstance(target, typer.Typer):
        parent.add_typer(target, name=name)
    else:
        parent.command(name)(target)
    group = typer.main.get_command(parent)
    assert isinstance(group, TyperGroup)
    _refuse_empty_paths(group.commands[name])
    return group.commands[name]


def _refuse_empty_paths(command: Any) -> None:
    """Refuse empty names of files and folders, which Python takes for the current folder."""
    for each in getattr(command, "commands", {}).values():
        _refuse_empty_paths(each)
    hints = (
        inspect.signature(command.callback, eval_str=True).parameters if command.callback else {}
    )
    for parameter in command.params:
        if parameter.name in hints and _names_path(hints[parameter.name].annotation):
            parameter.process_value = _not_empty(parameter, parameter.process_value)


def _names_path(annotation: Any) -> bool:
    return annotation is Path or any(map(_names_path, get_args(annotation)))


def _not_empty(parameter: Any, process: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def processed(ctx: Any, value: Any) -> Any:
        if value == "" or (isinstance(value, list | tuple) and "" in value):
            raise typer.BadParameter("a file or folder has a name", ctx=ctx, param=parameter)
        return process(ctx, value)

    return processed


class _Root(TyperGroup):
    """The root command; turns errors into messages and exit codes."""

    def make_context(self, *args: Any, **named: Any) -> Any:
        try:
            return super().make_context(*args, **named)
        except UsageError as error:
            error.message = plain(error.message, lines=True)
            raise

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            error.message = plain(error.message, lines=True)
            raise
        except SegueError as error:
            _fail(str(error), USER_ERROR, cause=error)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of a pipe went away: typer ends quietly
            _fail(_describe(error), USER_ERROR, cause=error)
        except KeyboardInterrupt as error:
            _fail("interrupted", INTERRUPTED, cause=error)


def _fail(message: str, status: int, *, cause: BaseException) -> None:
    note(message)
    raise typer.Exit(status) from cause


def _describe(error: OSError) -> str:
    reason = error.strerror or str(error)
    place = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{place}the disk is full; free some space and run the command again"
    return f"{place}{reason[:1].lower()}{reason[1:]}"
