"""Names in the encoding that their file has, and nothing in them that steers a terminal."""

import pytest

from segue.errors import InputError
from segue.midi import MidiDocument, read_document
from segue.midi.instruments import Voicing, with_voicings
from segue.score import Notes, Track
from tests.unit.midi.files import END, read, smf, track

NOTE = ("903c40", (9, "803c40"))


def file_of(*names: bytes, lyrics: list[bytes] | None = None) -> bytes:
    """A file with a track of each name."""
    words = [(b"\xff\x05" + bytes((len(word),)) + word).hex() for word in lyrics or []]
    named = [(b"\xff\x03" + bytes((len(name),)) + name).hex() for name in names]
    return smf(*(track(name, *words, *NOTE, END) for name in named))


def names_of(document: MidiDocument) -> list[str]:
    return [track.name for track in document.score.tracks]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("utf-8", ["メロディー", "Flöte", "Bass"]),
        ("cp932", ["メロディー", "ベース", "ドラム", "Piano 右手"]),
        ("cp932", ["笛", "琴", "Strings 1"]),
        ("cp932", ["ﾒﾛﾃﾞｨ", "ﾍﾞｰｽ", "Drums"]),
        ("cp932", ["オーボエ①", "1st ホルン", "ティンパニ"]),
        ("latin-1", ["Flöte", "Gitarre für Übung", "Schlagzeug"]),
        ("latin-1", ["él niño", "Corazón", "Señal"]),
        ("latin-1", ["Été", "À côté", "Hautbois"]),
        ("cp1252", ["Don\u2019t stop \u2013 go", "\u2018Lead\u2019", "Bass\u2026"]),
        ("latin-1", ["Trompeta ñ"]),
    ],
)
def test_names_are_read_in_the_encoding_of_the_file(encoding: str, names: list[str]) -> None:
    assert names_of(read(file_of(*(name.encode(encoding) for name in names)))) == names


def test_lyrics_help_to_tell_a_short_name() -> None:
    lyrics = [word.encode("cp932") for word in ("さ", "く", "ら", "桜の花")]

    assert names_of(read(file_of("琴A".encode("cp932"), lyrics=lyrics))) == ["琴A"]


def test_a_named_encoding_is_obeyed() -> None:
    data = file_of("Скрипка".encode("cp1251"))

    assert names_of(read_document(data, encoding="windows-1251")) == ["Скрипка"]
    with pytest.raises(InputError, match="there is no text encoding 'klingon'; for example"):
        read_document(data, encoding="klingon")
    with pytest.raises(InputError, match="there is no text encoding 'base64'"):
        read_document(data, encoding="base64")


def test_a_name_that_is_cut_off_amid_a_character_is_read_as_far_as_it_goes() -> None:
    names = names_of(read(file_of("メロディー".encode("cp932"), "ドラム".encode("cp932")[:-1])))

    assert names[1].startswith("ドラ")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"Fl\0ute\x1b[31mred\x07", "Flute[31mred"),
        (b"two\r\nlines\tand", "two  lines and"),
        (b"\xc2\x9b2J\x7f", "2J"),
        ("\u202egnp.exe".encode(), "gnp.exe"),
    ],
)
def test_no_name_steers_a_terminal(raw: bytes, name: str) -> None:
    assert names_of(read(file_of(raw))) == [name]


def test_new_names_are_written_in_the_encoding_of_the_file() -> None:
    document = read(file_of("メロディー".encode("cp932"), "ベース".encode("cp932")))
    notes = Notes.of(onset=[0], duration=[9], pitch=[60], velocity=[80])
    score = document.score.with_tracks(
        [*document.score.tracks, Track(name="フルート", program=73, notes=notes)]
    )
    grown = read_document(document.updated(score))
    renamed = read_document(with_voicings(grown, {0: Voicing(name="Größe")}))

    assert "フルート".encode("cp932") in document.updated(score)
    assert names_of(grown)[-1] == "フルート"
    assert names_of(renamed) == ["Größe", "ベース", "フルート"]
