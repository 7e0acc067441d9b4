"""An assistant's program talks to the server, by the protocol's own client, and gets takes."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from segue.assistant.tools import Toolbox, Wishes
from segue.errors import InputError
from segue.examples import example_path
from segue.midi import read_document
from tests.plain_composer import PlainComposer

pytest.importorskip("mcp", reason='the SDK is not installed: pip install "segue-music[mcp]"')

TOOLS = {
    "describe_piece",
    "continue_piece",
    "insert_bars",
    "infill_bars",
    "morph_bars",
    "vary_piece",
    "accompany_piece",
    "compose_piece",
    "bridge_pieces",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "song.mid").write_bytes(example_path("band").read_bytes())
    return tmp_path


@pytest.fixture
def toolbox(folder: Path) -> Toolbox:
    box = Toolbox(folder, "band")
    composer = PlainComposer()
    composer.go.set()
    box._composer = composer  # type: ignore[assignment]
    return box


def asked(toolbox: Toolbox, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    from mcp import Client

    from segue.assistant.mcp_server import mcp_server

    async def run() -> Any:
        async with Client(mcp_server(toolbox)) as client:
            return await ask(client)

    return anyio.run(run)


def called(toolbox: Toolbox, tool: str, **arguments: Any) -> Any:
    return asked(toolbox, lambda client: client.call_tool(tool, arguments))


def test_all_tools_are_there_and_say_what_they_do(toolbox: Toolbox) -> None:
    tools = asked(toolbox, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.description for tool in tools)


def test_a_piece_is_described_by_the_numbers_to_ask_with(toolbox: Toolbox) -> None:
    found = called(toolbox, "describe_piece", file="song.mid").structured_content
    assert found["bars"] == 8
    assert [track["number"] for track in found["tracks"]] == [*range(1, len(found["tracks"]) + 1)]


@pytest.mark.parametrize(
    ("tool", "arguments", "bars"),
    [
        ("continue_piece", {"file": "song.mid", "bars": 4}, "9:12"),
        ("insert_bars", {"file": "song.mid", "before_bar": 5, "bars": 2}, "5:6"),
        ("infill_bars", {"file": "song.mid", "first_bar": 3, "last_bar": 4, "tracks": [1]}, "3:4"),
        ("morph_bars", {"file": "song.mid", "first_bar": 3, "last_bar": 6}, "3:6"),
        ("vary_piece", {"file": "song.mid", "amount": 0.3}, "1:8"),
        ("accompany_piece", {"file": "song.mid", "add": ["violin"]}, "1:8"),
        ("compose_piece", {"bars": 3, "metre": [3, 4]}, "1:3"),
    ],
)
def test_every_request_comes_back_as_files(
    toolbox: Toolbox, folder: Path, tool: str, arguments: dict[str, Any], bars: str
) -> None:
    before = (folder / "song.mid").read_bytes()
    answer = called(toolbox, tool, **arguments, wishes={"takes": 2, "seed": 5})
    assert not answer.is_error, answer.content
    written = answer.structured_content
    assert written["bars"] == bars
    assert [take["rank"] for take in written["takes"]] == [1, 2]
    for take in written["takes"]:
        assert read_document(folder / take["file"]).score.n_notes
    assert (folder / "song.mid").read_bytes() == before


def test_takes_of_before_stay(toolbox: Toolbox) -> None:
    names = {toolbox.continue_piece("song.mid", bars=1).takes[0].file for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("continue_piece", {"file": "../song.mid"}, "only files in that folder are read"),
        ("continue_piece", {"file": "nowhere.mid"}, "nowhere.mid"),
        ("infill_bars", {"file": "song.mid", "first_bar": 0, "last_bar": 2}, "at least 1"),
        ("continue_piece", {"file": "song.mid", "wishes": {"key": "H"}}, "H"),
        ("continue_piece", {"file": "song.mid", "wishes": {"loud": True}}, "loud"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(
    toolbox: Toolbox, tool: str, arguments: dict[str, Any], message: str
) -> None:
    answer = called(toolbox, tool, **arguments)
    assert answer.is_error
    assert message in answer.content[0].text


def test_a_wish_is_the_request_s(toolbox: Toolbox) -> None:
    fields = Wishes.model_validate({"takes": 3, "register": "lower"}).fields()
    assert fields["options"].register == "lower"
    with pytest.raises(InputError, match="tracks count from 1"):
        toolbox.infill_bars("song.mid", 1, 2, tracks=[0])


def test_the_command_is_a_server_on_standard_input_and_output(folder: Path) -> None:
    from mcp import Client, StdioServerParameters, stdio_client

    command = ["-m", "segue", "mcp", "--folder", str(folder)]

    async def run() -> Any:
        server = StdioServerParameters(command=sys.executable, args=command)
        async with Client(stdio_client(server)) as client:
            return await client.call_tool("describe_piece", {"file": "song.mid"})

    assert anyio.run(run).structured_content["bars"] == 8
