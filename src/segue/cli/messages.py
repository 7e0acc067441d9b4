"""What commands say: results on standard output, everything else on standard error.

Names of files and tracks may hold anything, so no text goes out raw: see `segue.plain`.
"""

from collections.abc import Iterable

import typer

from segue.plain import plain

__all__ = ["note", "say", "warn"]


def say(line: str) -> None:
    """Print a line of the result."""
    typer.echo(plain(line, lines=True))


def note(message: str) -> None:
    """Print something that is not a result."""
    typer.echo(f"segue: {plain(message, lines=True)}", err=True)


def warn(source: str, warnings: Iterable[str]) -> None:
    """Print what was repaired or dropped when `source` was read."""
    for warning in warnings:
        note(f"{source}: warning: {warning}")
