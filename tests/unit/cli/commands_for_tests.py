"""Commands that fail in each of the ways that a command can fail."""

import errno
import os

import typer

from segue.errors import FormatError

group = typer.Typer(help="A group of commands.")


@group.command()
def inner() -> None:
    """Say where we are."""
    typer.echo("inside")


@group.command()
def other() -> None:
    """Be the second command of the group."""


def good(word: str) -> None:
    """Repeat a word."""
    typer.echo(word)


def damaged() -> None:
    """Meet a file that is not MIDI."""
    raise FormatError("song.mid: byte 0: not a MIDI file; export it again")


def absent() -> None:
    """Open a file that is not there."""
    open("/nowhere/song.mid", "rb").close()


def full() -> None:
    """Fill the disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out.mid")


def interrupted() -> None:
    """Be interrupted by Ctrl-C."""
    raise KeyboardInterrupt


def defective() -> None:
    """Have a defect."""
    raise ZeroDivisionError
