"""What is out of range is refused in one line before a model is loaded, whichever command it is."""

from pathlib import Path

import pytest

from segue.cli import main
from segue.generation import composer
from segue.midi import score_to_bytes
from tests.composers import band


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("continue SONG --takes 65", "takes must be in 1..64, got 65"),
        ("continue SONG --bars 300", "bars must be in 1..256, got 300"),
        ("continue SONG --temperature 9", "temperature must be in 0.05..3, got 9.0"),
        ("continue SONG --temperature nan", "temperature must be in 0.05..3, got nan"),
        ("continue SONG --top-p 0", "top_p must be above 0"),
        ("continue SONG --register up", "register must be lower or higher, got 'up'"),
        ("continue SONG --density loud", "density must be sparser or same or denser"),
        ("continue SONG --instruments bass,kazoo", "no instrument 'kazoo'"),
        ("continue SONG --seed 9223372036854775808", "seed must be in 0..2^63 - 1"),
        ("continue SONG --from-bar 1", "something must be before it, so give a bar from 2 to 3"),
        ("continue SONG --from-bar 9", "the piece has bars 1 to 2"),
        ("insert SONG --before-bar 3", "nothing follows bar 2"),
        ("insert SONG --before-bar 2 --bars 300", "bars must be in 1..256, got 300"),
        ("accompany SONG --add kazoo", "no instrument 'kazoo'"),
        ("accompany SONG --add bass --to-bar 3", "bars 1 to 3 are not in"),
        ("accompany SONG --add bass --from-bar 2 --to-bar 1", "bars 2 to 1 are not in"),
        ("infill SONG --bars 2:9", "bars 2 to 9 are not in"),
        ("infill SONG --bars 1 --tracks 4", "has no track '4'"),
        ("infill SONG --bars ²:³", "bars must look like 9:12 or 9"),
        ("infill SONG --bars 1 --tracks ²", "has no track '²'"),
        ("vary SONG --amount 1.5", "amount must be in 0..1, got 1.5"),
        ("compose --bpm 9", "bpm must be in 10..500, got 9.0"),
        ("compose --metre ²/²", "metre must look like 4/4"),
        ("compose --metre 4/3", "power of two"),
        ("bridge SONG SONG --bars 300", "bars must be in 1..256, got 300"),
        ("demo --takes 65", "takes must be in 1..64, got 65"),
    ],
)
def test_a_wish_out_of_range_is_refused_before_the_model_is_loaded(
    args: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    song, out = tmp_path / "song.mid", tmp_path / "takes"
    song.write_bytes(score_to_bytes(band(2)))
    monkeypatch.setattr(composer, "load", lambda *_: pytest.fail("the model was loaded"))
    words = [str(song) if word == "SONG" else word for word in args.split()]
    with pytest.raises(SystemExit) as done:
        main([*words, "-o", str(out)])
    assert done.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("segue: ")
    assert message in line
    assert not out.exists()
