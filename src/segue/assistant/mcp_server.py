"""The tools as a server of the Model Context Protocol, by its official Python SDK."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from segue.assistant.tools import Toolbox
from segue.errors import SegueError
from segue.version import __version__

__all__ = ["mcp_server"]

_INSTRUCTIONS = """\
Segue writes music into MIDI files: it continues a piece, inserts or rewrites bars, varies, adds
tracks that play along, bridges two pieces, or composes. Files are named by their paths inside the
folder that it was started for. Bars and tracks count from 1. Ask `describe_piece` first, then for
takes; they are written into a new folder, and the piece itself is never changed.
"""


def mcp_server(toolbox: Toolbox) -> MCPServer[Any]:
    """A server whose tools are those of the toolbox."""
    server: MCPServer[Any] = MCPServer("segue", instructions=_INSTRUCTIONS, version=__version__)
    for tool in (
        toolbox.describe_piece,
        toolbox.continue_piece,
        toolbox.insert_bars,
        toolbox.infill_bars,
        toolbox.morph_bars,
        toolbox.vary_piece,
        toolbox.accompany_piece,
        toolbox.compose_piece,
        toolbox.bridge_pieces,
    ):
        server.add_tool(_telling(tool), name=tool.__name__)
    return server


def _telling(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The tool with what a user can mend told to the assistant, which hides other errors."""

    @wraps(tool)
    def run(*args: Any, **given: Any) -> Any:
        try:
            return tool(*args, **given)
        except SegueError as error:
            raise ToolError(str(error)) from error

    return run
