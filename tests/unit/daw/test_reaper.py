"""The scripts for REAPER ask a running studio, and put takes where they belong.

REAPER itself is not here: `Reaper` stands in for the functions of its ReaScript that are used, with
a steady tempo and 4/4. The studio, curl and the Lua interpreter are real.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shlex import split
from shutil import which
from typing import Any

import pytest

from segue.midi import read_document
from tests.servers import Server

lupa = pytest.importorskip("lupa", reason="no Lua interpreter: pip install lupa")
pytestmark = pytest.mark.skipif(which("curl") is None, reason="the scripts ask by curl")

SCRIPTS = Path(__file__).parents[3] / "daw" / "reaper"
CONTINUE = "Segue - continue the selected items.lua"
INFILL = "Segue - infill the time selection.lua"
PPQ = 960
QUARTER_S = 0.5  # 120 quarters a minute


@dataclass
class Item:
    """A MIDI item, its own take as well: notes are (begin, end, channel, pitch, velocity)."""

    track: str
    begin: float
    end: float
    notes: list[tuple[float, float, int, int, int]] = field(default_factory=list)
    name: str = ""
    muted: bool = False


@dataclass
class Reaper:
    """A project, and what scripts may call; times are seconds, quarters count from the start."""

    folder: Path
    selected: list[Item]
    selection: tuple[float, float] = (0.0, 0.0)
    tracks: list[str] = field(default_factory=lambda: ["Bass", "Drums"])
    made: list[Item] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    def CountSelectedMediaItems(self, _: int) -> int:
        return len(self.selected)

    def GetSelectedMediaItem(self, _: int, index: int) -> Item:
        return self.selected[index]

    def GetActiveTake(self, item: Item) -> Item:
        return item

    def TakeIsMIDI(self, _: Item) -> bool:
        return True

    def GetMediaItemInfo_Value(self, item: Item, name: str) -> float:
        assert name == "D_POSITION"
        return item.begin * QUARTER_S

    def SetMediaItemInfo_Value(self, item: Item, name: str, value: float) -> bool:
        assert name == "B_MUTE"
        item.muted = bool(value)
        return True

    def GetMediaItemTake_Track(self, take: Item) -> str:
        return take.track

    def MIDI_CountEvts(self, take: Item) -> tuple[bool, int, int, int]:
        return True, len(take.notes), 0, 0

    def MIDI_GetCC(self, take: Item, index: int) -> tuple[Any, ...]:
        if index > 0 or take.track != "Bass":
            return (False, False, False, 0, 0, 0, 0, 0)
        return (True, False, False, 0, 0xC0, 0, 33, 0)

    def MIDI_GetNote(self, take: Item, index: int) -> tuple[Any, ...]:
        begin, end, channel, pitch, velocity = take.notes[index]
        return True, False, False, begin, end, channel, pitch, velocity

    def MIDI_GetProjQNFromPPQPos(self, take: Item, ticks: float) -> float:
        return take.begin + ticks / PPQ

    def MIDI_GetPPQPosFromProjQN(self, take: Item, quarters: float) -> float:
        return (quarters - take.begin) * PPQ

    def TimeMap2_timeToBeats(self, _: int, time: float) -> tuple[Any, ...]:
        measure, beat = divmod(time / QUARTER_S, 4)
        return beat, int(measure), 4, time / QUARTER_S, 4

    def TimeMap_GetMeasureInfo(self, _: int, measure: int) -> tuple[Any, ...]:
        return measure * 4 * QUARTER_S, measure * 4, measure * 4 + 4, 4, 4, 60 / QUARTER_S

    def GetSet_LoopTimeRange(self, *_: Any) -> tuple[float, float]:
        return self.selection

    def InsertTrackAtIndex(self, index: int, _: bool) -> None:
        self.tracks.insert(index, "")

    def CountTracks(self, _: int) -> int:
        return len(self.tracks)

    def GetTrack(self, _: int, index: int) -> str:
        return self.tracks[index]

    def GetSetMediaTrackInfo_String(self, *_: Any) -> bool:
        return True

    def CreateNewMIDIItemInProj(self, track: str, begin: float, end: float, quarters: bool) -> Item:
        assert quarters
        self.made.append(Item(track, begin, end))
        return self.made[-1]

    def MIDI_InsertNote(
        self, take: Item, _selected: bool, _muted: bool, begin: float, end: float, *rest: int
    ) -> bool:
        channel, pitch, velocity = rest[:3]
        take.notes.append((begin, end, channel, pitch, velocity))
        return True

    def MIDI_Sort(self, _: Item) -> None:
        pass

    def GetSetMediaItemTakeInfo_String(self, take: Item, _: str, name: str, __: bool) -> bool:
        take.name = name
        return True

    def UpdateArrange(self) -> None:
        pass

    def Undo_BeginBlock(self) -> None:
        pass

    def Undo_EndBlock(self, _: str, __: int) -> None:
        pass

    def GetResourcePath(self) -> str:
        return str(self.folder)

    def ExecProcess(self, command: str, _: int) -> str:
        if "upload" in command:
            self.files.append((self.folder / "segue-clip.mid").read_bytes())
        done = subprocess.run(split(command), capture_output=True, text=True, check=False)
        return f"{done.returncode}\n{done.stdout}{done.stderr}"

    def MB(self, text: str, *_: Any) -> int:
        self.told.append(text)
        return 1

    def defer(self, call: Any) -> None:
        self.waiting.append(call)

    def run(self, script: str, studio: str) -> None:
        """Run a script to its end."""
        lua = lupa.LuaRuntime(unpack_returned_tuples=True, encoding="latin-1")
        names = [name for name in dir(self) if name[0].isupper() or name == "defer"]
        lua.globals().reaper = lua.table_from({name: getattr(self, name) for name in names})
        load = lua.eval("function(text, name) return load(text, name) end")
        shared = (SCRIPTS / "segue.lua").read_text().replace("http://127.0.0.1:8765", studio)
        copied = self.folder / "scripts"
        copied.mkdir(exist_ok=True)
        (copied / "segue.lua").write_text(shared)
        load((SCRIPTS / script).read_text(), f"@{copied}/{script}")()
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running studio, without a model."""
    server = Server(tmp_path_factory.mktemp("projects"))
    yield server.address
    server.kill()


@pytest.fixture
def reaper(tmp_path: Path) -> Reaper:
    """A project with eight bars from bar 3 on: a bass, and drums in two items."""
    bass = Item("Bass", 8, 40, [(PPQ * n, PPQ * n + 480, 3, 36 + n % 5, 90) for n in range(32)])
    drums = [
        Item("Drums", at, at + 16, [(PPQ * n, PPQ * n + 60, 9, 38, 100) for n in range(16)])
        for at in (8, 24)
    ]
    return Reaper(tmp_path, [bass, *drums])


def test_what_is_selected_is_a_piece(reaper: Reaper, studio: str) -> None:
    reaper.run(CONTINUE, studio)
    score = read_document(reaper.files[0]).score
    assert [(t.program, t.is_drum, len(t.notes)) for t in score.tracks] == [
        (33, False, 32),
        (0, True, 32),
    ]
    assert score.n_bars == 8
    assert score.tempo_map.bpm_at(0) == 120
    assert score.tracks[0].notes.onset[:3].tolist() == [0, 480, 960]


def test_takes_come_as_items_after_the_last_bar(reaper: Reaper, studio: str) -> None:
    reaper.run(CONTINUE, studio)
    assert reaper.told == []
    assert {(item.begin, item.end) for item in reaper.made} == {(40, 72)}
    assert {item.name for item in reaper.made} == {"Segue take 1", "Segue take 2"}
    assert all(item.muted == item.name.endswith("2") for item in reaper.made)
    assert {item.track for item in reaper.made} <= set(reaper.tracks)
    assert all(0 <= note[0] < 32 * PPQ for item in reaper.made for note in item.notes)
    assert all(item.notes for item in reaper.made)


def test_the_bars_of_the_time_selection_are_written_again(reaper: Reaper, studio: str) -> None:
    reaper.selection = (16 * QUARTER_S, 24 * QUARTER_S)
    reaper.run(INFILL, studio)
    assert reaper.told == []
    assert {(item.begin, item.end) for item in reaper.made} == {(16, 24)}
    assert all(0 <= note[0] < 8 * PPQ for item in reaper.made for note in item.notes)


def test_what_is_missing_is_told(reaper: Reaper, studio: str) -> None:
    reaper.run(INFILL, studio)
    reaper.run(CONTINUE, "http://127.0.0.1:9")
    reaper.selected = []
    reaper.run(CONTINUE, studio)
    assert reaper.told[0] == "Select the time of the bars to write again."
    assert reaper.told[1].startswith("No studio answers at http://127.0.0.1:9; start it: segue")
    assert reaper.told[2] == "Select the MIDI items to go on from."
    assert reaper.made == []
