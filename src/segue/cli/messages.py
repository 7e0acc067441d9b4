"""What commands say: results on standard output, everything else on standard error."""

from collections.abc import Iterable

import typer

__all__ = ["say", "warn"]


def say(line: str) -> None:
    """Print a line of the result."""
    typer.echo(line)


def warn(source: str, warnings: Iterable[str]) -> None:
    """Tell what was repaired or dropped when `source` was read."""
    for warning in warnings:
        typer.echo(f"segue: {source}: warning: {warning}", err=True)
