"""`segue mcp`: the tools that assistants use, by the Model Context Protocol."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.asking import Model
from segue.cli.extras import require
from segue.errors import InputError

__all__ = ["mcp"]


def mcp(
    folder: Annotated[
        Path,
        typer.Option(
            "--folder",
            "-f",
            metavar="DIR",
            help="Where pieces are read and takes written; nothing outside it is.",
        ),
    ] = Path(),
    model: Model = "band",
) -> None:
    """Let an assistant write music: a server of the Model Context Protocol.

    The assistant's program starts it and talks to it by standard input and output.
    """
    require("mcp", "segue mcp")
    from segue.assistant.mcp_server import mcp_server
    from segue.assistant.tools import Toolbox

    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; make it, or give another with --folder")
    mcp_server(Toolbox(folder, model)).run()
