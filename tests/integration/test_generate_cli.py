"""The commands that write music, as somebody at a terminal uses them: good files and bad ones."""

import errno
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from struct import pack

import pytest

from segue.cli import main
from segue.encoding.vocabulary import IntArray
from segue.generation.onnx_network import OnnxSteps
from segue.midi import read_document, score_to_bytes
from segue.models.decoder_folder import save_decoder
from segue.models.folder import CARD_NAME, WEIGHTS_NAME
from segue.score import Score, slice_bars
from tests.composers import band, line, score_of, small_model
from tests.strategies import Event, encode_smf

END = b"\xff\x2f\x00"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    save_decoder(small_model(), folder, {"note": "for a test"})
    return folder


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return put(tmp_path, "song.mid", score_to_bytes(band(2)))


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def segue(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(arg) for arg in args])
    assert isinstance(done.value.code, int)
    return done.value.code


def refused(capsys: pytest.CaptureFixture[str], *args: str | Path) -> str:
    """What a command that must fail says: one message, without a traceback."""
    assert segue(*args) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    told, *more = [text for text in said.err.splitlines() if "warning:" not in text]
    assert told.startswith("segue: ")
    assert all(text.startswith("  ") for text in more), "a list, not a second message"
    return told


# ---- files that can be gone on with --------------------------------------------------------------


def notes(*pitches: int, channel: int = 0, step: int = 96) -> list[Event]:
    """A note every `step` ticks."""
    events: list[Event] = []
    for i, pitch in enumerate(pitches):
        events += [(step * i, bytes((0x90 | channel, pitch, 80)))]
        events += [(step * i + step - 1, bytes((0x80 | channel, pitch, 64)))]
    return events


def body(*events: Event, end: int = 800) -> list[Event]:
    in_order = sorted(events, key=lambda event: event[0])
    return [*in_order, (max(end, *(tick for tick, _ in in_order), 0), END)]


def metre(numerator: int, power: int) -> Event:
    return 0, bytes((0xFF, 0x58, 4, numerator, power, 24, 8))


def of_type_2() -> bytes:
    data = bytearray(encode_smf([body(*notes(60, 62)), body(*notes(64, 65))]))
    data[8:10] = pack(">H", 2)
    return bytes(data)


def in_smpte() -> bytes:
    data = bytearray(encode_smf([body(*notes(60, 62, 64, 65))]))
    data[12:14] = bytes((256 - 25, 40))
    return bytes(data)


GOOD: dict[str, Callable[[], bytes]] = {
    "type 0": lambda: encode_smf([body(*notes(60, 62, 64))], format=0),
    "type 1": lambda: encode_smf([body(*notes(60, 62)), body(*notes(40, 43, channel=1))]),
    "SMPTE time": in_smpte,
    "running status": lambda: encode_smf([body(*notes(60, 62))], running_status=True),
    "tempo 0": lambda: encode_smf([body((0, b"\xff\x51\x03\0\0\0"), *notes(60, 62))]),
    "7/8": lambda: encode_smf([body(metre(7, 3), *notes(60, 62, 64, 65, 67))]),
    "17/16": lambda: encode_smf([body(metre(17, 4), *notes(60, 62, 64, 65, 67))]),
    "bars of twelve quarters": lambda: encode_smf([body(metre(12, 2), *notes(60, 62))]),
    "a note without an end": lambda: encode_smf([body((0, b"\x90\x3c\x50"), end=96)]),
    "no notes": lambda: encode_smf([body(metre(3, 2))]),
    "drums only": lambda: encode_smf([body(*notes(36, 38, 36, 38, channel=9))]),
    "one note": lambda: encode_smf([body(*notes(60))]),
    "two hundred tracks": lambda: encode_smf(
        [body(*notes(40 + i % 50, channel=i % 16)) for i in range(200)]
    ),
    "nearly three hours": lambda: score_to_bytes(score_of(line([60, 62, 64] * 7100))),
    "cut off in the middle": lambda: encode_smf([body(*notes(*range(50, 80)))])[:-60],
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_that_a_daw_opens_is_gone_on_with(kind: str, model: Path, tmp_path: Path) -> None:
    song, out = put(tmp_path, "song.mid", GOOD[kind]()), tmp_path / "takes"
    assert segue("continue", song, "-o", out, "--model", model, "-b", "2", "-k", "1") == 0
    before, after = (read_document(path).score for path in (song, out / "take-1.mid"))
    (told,) = json.loads((out / "takes.json").read_text())
    assert after.n_notes == before.n_notes + told["notes"]
    bars = after.bar_grid(n_bars=before.n_bars + 2)
    assert after.n_bars <= before.n_bars + 2
    assert after.metre_map == before.metre_map
    assert all(bars.starts[-1] >= t.notes.onset.max(initial=0) for t in after.tracks)


def test_independent_sequences_are_refused_with_the_way_out(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = put(tmp_path, "song.mid", of_type_2())
    assert segue("continue", song, "-o", tmp_path / "takes", "--model", model) == 2
    assert "a type 2 file of 2 independent sequences; open it in a DAW" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ("continue", "SONG", "-b", "1", "--picture"),
        ("continue", "SONG", "-b", "1", "--instruments", "violin, drums", "--key", "F# minor"),
        ("continue", "SONG", "-b", "1", "--instruments", "any", "--density", "sparser"),
        ("continue", "SONG", "-b", "1", "--temperature", "0.9", "--top-p", "0.8", "--seed", "9"),
        ("continue", "SONG", "-b", "1", "--from-bar", "2", "--picture"),
        ("insert", "SONG", "-b", "1", "--before-bar", "2", "--density", "denser", "--picture"),
        ("accompany", "SONG", "--add", "violin,drums", "--add", "tuba", "--key", "C", "--picture"),
        ("accompany", "SONG", "--add", "0", "--from-bar", "2", "--to-bar", "2"),
        ("infill", "SONG", "-b", "2", "--tracks", "2"),
        ("infill", "SONG", "--bars", "1:2", "--picture"),
        ("vary", "SONG", "--amount", "0.5", "--tracks", "1,3"),
        ("compose", "-b", "1", "--metre", "3/4", "--bpm", "90", "--picture"),
        ("bridge", "SONG", "SONG", "-b", "1"),
        ("continue", "SONG", "-b", "1", "--no-expression", "--new-bars-only"),
    ],
)
def test_every_task_writes_its_takes_and_says_where(
    args: tuple[str, ...],
    song: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "a" / "takes"
    asked = [str(song) if arg == "SONG" else arg for arg in args]
    assert segue(*asked, "-k", "2", "-o", out, "--model", model) == 0
    said = capsys.readouterr()
    names = ["take-1.mid", "take-2.mid", "takes.json"] + ["takes.png"] * ("--picture" in args)
    assert sorted(path.name for path in out.iterdir()) == names
    assert str(out / "take-2.mid") in said.out
    assert said.err == ""
    told = json.loads((out / "takes.json").read_text())
    assert told[1]["provenance"]["task"] == args[0]
    assert "rank" in said.out
    assert {take["rank"] for take in told} == {1, 2}


@pytest.mark.parametrize(
    ("args", "bars"),
    [(("continue",), 1), (("infill", "--tracks", "1"), 1), (("accompany", "--add", "drums"), 2)],
)
def test_only_the_new_bars_are_files_that_begin_with_them(
    args: tuple[str, ...], bars: int, song: Path, model: Path, tmp_path: Path
) -> None:
    where = ("-b", "2") if args[0] == "infill" else ("-b", "1") if args[0] == "continue" else ()
    asked = (args[0], song, *args[1:], *where, "-k", "1", "--model", model)
    assert segue(*asked, "-o", tmp_path / "whole") == 0
    assert segue(*asked, "-o", tmp_path / "new", "--new-bars-only") == 0

    whole = read_document(tmp_path / "whole" / "take-1.mid").score
    new = read_document(tmp_path / "new" / "take-1.mid")
    first, last = json.loads((tmp_path / "new" / "takes.json").read_text())[0]["provenance"]["bars"]
    assert last - first + 1 == bars
    assert new.score.n_bars <= bars
    expected = slice_bars(whole, first - 1, last)
    found = sum(len(track.notes) for track in new.score.tracks)
    assert 0 < found <= expected.n_notes
    if args[0] == "continue":
        assert found == expected.n_notes


# ---- files and wishes that cannot be ------------------------------------------------------------

BAD: dict[str, tuple[bytes, str]] = {
    "text": (b"Dear musician,\n", "not a MIDI file"),
    "nothing": (b"", "empty"),
    "a header without tracks' bytes": (b"MThd\0\0\0\6\0\1", "song.mid"),
    "four hours": (score_to_bytes(score_of(line([60] * 4, start=28_800 * 96))), "3 hours"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("command", ["continue", "vary"])
def test_a_file_that_is_no_music_is_refused_before_anything_is_made(
    kind: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, message = BAD[kind]
    said = refused(capsys, command, put(tmp_path, "song.mid", data), "-o", tmp_path / "takes")
    assert message in said
    assert str(tmp_path / "song.mid") in said
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("continue", "nowhere.mid"), "nowhere.mid"),
        (("continue", "FOLDER"), "folder"),
        (("continue", "SONG", "--bars", "257"), "bars must be in 1..256, got 257"),
        (("continue", "SONG", "--takes", "65"), "takes must be in 1..64, got 65"),
        (("continue", "SONG", "--instruments", "kazoo"), "no instrument 'kazoo'"),
        (("continue", "SONG", "--instruments", ""), "no instrument ''"),
        (("continue", "SONG", "--key", "H major"), "no key 'H major'"),
        (("continue", "SONG", "--density", "loud"), "density must be"),
        (("continue", "SONG", "--temperature", "0"), "temperature must be in 0.05..3, got 0.0"),
        (("continue", "SONG", "--top-p", "2"), "top_p must be"),
        (("continue", "SONG", "--model", "nothing"), "no model 'nothing'"),
        (("infill", "SONG", "--bars", "2:1"), "1 <= FIRST <= LAST"),
        (("infill", "SONG", "--bars", "0:1"), "1 <= FIRST"),
        (("infill", "SONG", "--bars", "x"), "must look like 9:12"),
        (("infill", "SONG", "--bars", "2:3"), "which has bars 1 to 2"),
        (("morph", "SONG", "--bars", "1"), "a bar must be before them and one after them"),
        (("infill", "SONG", "--bars", "1", "--tracks", "4"), "has no track '4'; it has 1"),
        (("infill", "SONG", "--bars", "1", "--tracks", "tuba"), "has no track 'tuba'"),
        (("infill", "SONG", "--bars", "1", "--tracks", "1", "--instruments", "0"), "not both"),
        (("vary", "SONG", "--amount", "2"), "amount must be in 0..1"),
        (("vary", "SILENCE"), "no notes to write anew"),
        (("compose", "--metre", "4"), "metre must look like 4/4"),
        (("compose", "--metre", "4/5"), "power of two"),
        (("compose", "--bpm", "nan"), "bpm must be"),
        (("bridge", "SONG", "SILENCE"), "no notes"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_and_nothing_is_left(
    args: tuple[str, ...],
    message: str,
    song: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    silence = put(tmp_path, "silence.mid", encode_smf([body()]))
    places = {"SONG": str(song), "SILENCE": str(silence), "FOLDER": str(tmp_path)}
    asked = [places.get(arg, arg) for arg in args]
    if "--model" not in asked:
        asked += ["--model", str(model)]
    assert message in refused(capsys, *asked, "-o", tmp_path / "a" / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["silence.mid", "song.mid"]


@pytest.mark.parametrize("option", [("--bars", "0"), ("--bars", "two"), ("--seed", "-1"), ("-z",)])
def test_options_that_are_none_are_refused_with_the_usage(
    option: tuple[str, ...], song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert segue("continue", song, *option) == 2
    assert "Usage: segue continue" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["out", "out/takes"])
def test_a_folder_that_cannot_be_made_is_told(
    place: str, song: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "out", b"a file where a folder should be")
    said = refused(capsys, "continue", song, "-o", tmp_path / place, "--model", model)
    assert "cannot be written" in said
    assert "another folder" in said


def fill_the_disk(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    flush, count = os.fsync, [0]

    def full(descriptor: int) -> None:
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full)


def test_a_full_disk_leaves_only_whole_files(
    song: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill_the_disk(monkeypatch, after=1)
    out = tmp_path / "takes"
    said = refused(capsys, "continue", song, "-o", out, "--model", model, "-b", "1", "-k", "3")
    assert "take-2.mid: cannot be written: the disk is full" in said
    assert [path.name for path in out.iterdir()] == ["take-1.mid"]
    assert read_document(out / "take-1.mid").warnings == ()


def damage_weights(folder: Path) -> None:
    path = folder / WEIGHTS_NAME
    path.write_bytes(path.read_bytes()[:-1000])


def another_version(folder: Path) -> None:
    path = folder / CARD_NAME
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"format_version": 99}))


def no_card(folder: Path) -> None:
    (folder / CARD_NAME).unlink()


def no_model_in_card(folder: Path) -> None:
    (folder / CARD_NAME).write_text('{"format_version": 1}')


def broken_card(folder: Path) -> None:
    (folder / CARD_NAME).write_text("{")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_weights, WEIGHTS_NAME),
        (another_version, "format version 99"),
        (no_card, CARD_NAME),
        (no_model_in_card, CARD_NAME),
        (broken_card, CARD_NAME),
    ],
)
def test_a_model_that_is_damaged_or_of_another_version_is_told(
    damage: Callable[[Path], None],
    message: str,
    song: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_decoder(small_model(), tmp_path / "model", {})
    damage(tmp_path / "model")
    said = refused(
        capsys, "continue", song, "-o", tmp_path / "takes", "--model", tmp_path / "model"
    )
    assert message in said
    assert not (tmp_path / "takes").exists()


def test_ctrl_c_ends_it_and_leaves_nothing(
    song: Path,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = OnnxSteps.step

    def interrupted(self: OnnxSteps, events: IntArray) -> None:
        signal.raise_signal(signal.SIGINT)
        step(self, events)

    monkeypatch.setattr(OnnxSteps, "step", interrupted)
    # A job that a shell put into the background ignores it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert segue("continue", song, "-o", tmp_path / "takes", "--model", model) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr() == ("", "segue: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]


def test_a_file_without_notes_is_told_and_gone_on_with(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silence = put(tmp_path, "silence.mid", score_to_bytes(Score(ticks_per_quarter=96, tracks=())))
    out = tmp_path / "takes"
    assert segue("continue", silence, "-o", out, "--model", model, "-b", "1", "-k", "1") == 0
    assert "warning: it has no notes; only its metre and tempo are used" in capsys.readouterr().err
