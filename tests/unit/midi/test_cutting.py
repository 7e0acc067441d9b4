"""A file cut off or opened at a tick: what is before stays, what sounds there ends."""

from segue.midi import MidiDocument, cut_document, open_document
from segue.midi.smf import write_smf
from tests.unit.midi.files import END, notes_of, read, smf, track
from tests.unit.midi.judge import events, setting

CUT = 384
BAR = 384


def piece(*more: str | tuple[int, str]) -> MidiDocument:
    """A note before the cut, one over it, one that ends at it, one from it on, with other events.

    `more` comes before the last note ends; the file ends at tick 768.
    """
    return read(
        smf(
            track("ff580404021808", "ff510307a120", (768, END)),
            track(
                (0, "c005"),
                "903c50",
                (96, "803c40"),
                (192, "904050"),
                (288, "904350"),
                *more,
                (CUT, "804311"),
                "904550",
                "b00750",
                (480, "804040"),
                (576, "804540"),
                (700, "ff0501" + "61"),
                (768, END),
            ),
        )
    )


def messages(document: MidiDocument, chunk: int = 1) -> list[tuple[int, str]]:
    found = document.smf.tracks[chunk]
    return [(t, m.hex()) for t, m in zip(found.ticks, found.messages, strict=True)]


def test_what_is_before_a_cut_stays_and_what_sounds_there_ends() -> None:
    cut = cut_document(piece(), CUT)
    assert messages(cut) == [
        (0, "c005"),
        (0, "903c50"),
        (96, "803c40"),
        (192, "904050"),
        (288, "904350"),
        (CUT, "804040"),
        (CUT, "804311"),  # the file's own, with its release velocity
        (CUT, END),
    ]
    assert messages(cut, 0)[-1] == (CUT, END)
    assert notes_of(cut) == [(0, 96, 60, 80), (192, 192, 64, 80), (288, 96, 67, 80)]
    assert read(write_smf(cut.smf)).score == cut.score


def test_a_note_that_never_ends_ends_at_the_cut() -> None:
    endless = read(smf(track((0, "903c50"), (96, "904050"), (192, "804040"), (800, END))))
    assert notes_of(cut_document(endless, CUT)) == [(0, CUT, 60, 80), (96, 96, 64, 80)]


def test_the_older_of_two_notes_on_a_key_ends_first_as_it_did() -> None:
    twice = read(
        smf(track((0, "903c50"), (96, "903c40"), (CUT, "803c20"), (480, "803c30"), (500, END)))
    )
    cut = cut_document(twice, CUT)
    assert [row for row in messages(cut, 0) if row[0] == CUT] == [
        (CUT, "803c20"),
        (CUT, "803c40"),
        (CUT, END),
    ]
    assert notes_of(cut) == [(0, CUT, 60, 80), (96, CUT - 96, 60, 64)]


def test_what_follows_an_opening_comes_later_with_all_its_events() -> None:
    made = open_document(piece(), CUT, BAR)
    assert messages(made)[-6:] == [
        (CUT, "804311"),
        (CUT + BAR, "904550"),
        (CUT + BAR, "b00750"),
        (576 + BAR, "804540"),
        (700 + BAR, "ff050161"),
        (768 + BAR, END),
    ]
    assert notes_of(made) == [
        (0, 96, 60, 80),
        (192, 192, 64, 80),
        (288, 96, 67, 80),
        (CUT + BAR, 192, 69, 80),
    ]
    assert messages(made, 0)[-1] == (768 + BAR, END)


def test_a_pedal_held_over_an_opening_is_up_in_it_and_down_again_after_it() -> None:
    data = write_smf(open_document(piece((300, "b0407f")), CUT, BAR).smf)
    assert setting(data, 0, 64, at=CUT - 1) == 127
    assert setting(data, 0, 64, at=CUT) == 0
    assert setting(data, 0, 64, at=CUT + BAR) == 127
    first = next(message for tick, message in events(data, 1) if tick == CUT + BAR)
    assert (first.type, first.control) == ("control_change", 64)
