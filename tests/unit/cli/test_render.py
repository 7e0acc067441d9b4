"""`segue render`: a MIDI file in, a WAV file out, a clear word where that cannot be."""

from pathlib import Path

import pytest

from segue import sound
from segue.cli import main
from segue.cli.render import _Synth
from segue.examples import example_path
from segue.midi import read_document, score_to_bytes
from segue.score import Score

BAND = example_path("band")


def run(*args: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["render", *map(str, args)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path | None]]:
    """Where and with what sounds would have been made; nothing is."""
    calls: list[tuple[Path, Path | None]] = []

    def render(midi: bytes, path: Path, *, soundfont: Path | None = None, **_: object) -> float:
        assert midi.startswith(b"MThd")
        calls.append((path, soundfont))
        return 19.2

    monkeypatch.setattr(sound, "render", render)
    return calls


def test_the_sound_goes_beside_the_music_unless_told_otherwise(
    tmp_path: Path,
    rendered: list[tuple[Path, Path | None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    song = tmp_path / "song.mid"
    song.write_bytes(BAND.read_bytes())
    assert run(song) == 0
    assert run(song, "-o", tmp_path / "b.wav", "--soundfont", "c.sf2") == 0
    assert rendered == [(tmp_path / "song.wav", None), (tmp_path / "b.wav", Path("c.sf2"))]
    assert capsys.readouterr().out.splitlines()[0] == f"{tmp_path / 'song.wav'}: 19.2 s"


def test_stems_are_one_file_a_track_and_nothing_is_overwritten(
    tmp_path: Path,
    rendered: list[tuple[Path, Path | None]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made: list[list[str]] = []

    def render_stems(stems: dict[Path, bytes], **_: object) -> float:
        made.append([path.name for path in stems])
        for path, midi in stems.items():
            assert len(read_document(midi).score.tracks) == 1
            path.write_bytes(midi)
        return 19.2

    monkeypatch.setattr(sound, "render_stems", render_stems)
    assert run(BAND, "--stems", tmp_path / "stems") == 0
    assert run(BAND, "--stems", tmp_path / "stems", "-o", tmp_path / "b.wav") == 0
    assert made[0][:2] == ["01 Drums.wav", "02 Bass.wav"]
    assert made[1][:2] == ["01 Drums-2.wav", "02 Bass-2.wav"]
    assert [path for path, _ in rendered] == [tmp_path / "b.wav"]
    assert f"{tmp_path / 'stems' / '02 Bass.wav'}: 19.2 s" in capsys.readouterr().out


def test_another_suffix_than_wav_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BAND, "-o", "song.mid") == 2
    assert "give a name that ends in .wav" in capsys.readouterr().err


def test_a_file_without_notes_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.mid").write_bytes(score_to_bytes(Score(ticks_per_quarter=96, tracks=())))
    assert run(tmp_path / "empty.mid") == 2
    assert "empty.mid: there are no notes in it" in capsys.readouterr().err


def test_what_was_repaired_is_told(
    tmp_path: Path,
    rendered: list[tuple[Path, Path | None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "cut.mid").write_bytes(BAND.read_bytes()[:-200])
    assert run(tmp_path / "cut.mid") == 0
    assert "cut.mid: warning: " in capsys.readouterr().err
    assert len(rendered) == 1


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("absent.mid") == 2
    assert capsys.readouterr().err.startswith("segue: absent.mid: ")


def test_the_built_in_synthesizer_plays_and_keeps_what_is_there(tmp_path: Path) -> None:
    song = tmp_path / "quartet.mid"
    song.write_bytes(example_path("quartet").read_bytes())
    assert run(song, "--synth", "built-in") == 0
    first = (tmp_path / "quartet.wav").read_bytes()
    assert run(song, "--synth", "built-in") == 0
    (other,) = (path for path in tmp_path.glob("*.wav") if path.name != "quartet.wav")
    assert other.read_bytes() == first
    (tmp_path / "quartet.wav").write_bytes(b"")
    assert run(song, "--synth", "built-in", "--force") == 0
    assert (tmp_path / "quartet.wav").read_bytes() == first


def test_every_synthesizer_can_be_chosen() -> None:
    assert {synth.value for synth in _Synth} == {synth.value for synth in sound.Synthesizer}
