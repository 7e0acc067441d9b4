"""Chords in the studio: shown, typed over, moved, cleared, and followed by what is asked next."""

import pytest

from segue.errors import InputError
from segue.generation import Arrange, Options
from segue.harmony.naming import named_chords
from segue.harmony.retyping import appended, cleared, moved, shown_chords, typed
from segue.midi import MidiDocument, document_from_score, read_document
from segue.server.schemas.suggestions import SuggestionRequest
from segue.server.tasks import Commission
from tests.composers import band, line, score_of


def song() -> MidiDocument:
    """Four bars: C, F, G and C, a beat each note."""
    bars = [[60, 64, 67, 72], [60, 65, 69, 72], [59, 62, 67, 71], [60, 64, 67, 72]]
    return document_from_score(score_of(line([pitch for bar in bars for pitch in bar])))


def symbols(document: MidiDocument) -> str:
    return " ".join(f"{tick // 96}:{chord}" for tick, chord in shown_chords(document))


def test_chords_that_are_read_are_named_with_what_is_typed_over_them() -> None:
    before = symbols(song())
    assert before.startswith("0:C")
    after = read_document(typed(song(), "Dm7", first=1))
    assert named_chords(after)
    assert symbols(after).startswith("0:C 4:Dm7 8:")
    assert after.score == song().score


def test_several_bars_are_typed_at_once_and_the_rest_stays() -> None:
    named = read_document(typed(song(), "C | F G | Am . . E7 | C", first=0))
    assert symbols(named) == "0:C 4:F 6:G 8:Am 11:E7 12:C"
    assert symbols(read_document(typed(named, "Dm Em", first=1))) == "0:C 4:Dm 8:Em 12:C"
    assert symbols(read_document(typed(named, "", first=1))) == "0:C 8:Am 11:E7 12:C"


def test_a_chord_that_goes_on_is_still_heard_after_what_is_typed_into_it() -> None:
    named = read_document(typed(song(), "C % % %", first=0))
    assert symbols(named) == "0:C"
    assert symbols(read_document(typed(named, "G7", first=1))) == "0:C 4:G7 8:C"


def test_chords_may_be_typed_after_the_last_bar() -> None:
    named = read_document(typed(song(), "Am F", first=4))
    assert symbols(named).endswith("16:Am 20:F")
    assert named.score.n_bars == 4


def test_a_last_chord_does_not_go_on_through_bars_that_are_appended() -> None:
    pitches = [60, 64, 67, 72] * 4 + [65, 69, 72, 77] * 4 + [67, 71, 74, 79] * 4
    longer = score_of(line(pitches))
    named = read_document(typed(song(), "C % % % Am F", first=0))
    after = read_document(named.updated(longer))
    found = appended(after, bars=4)
    assert found is not None
    assert symbols(read_document(found)) == "0:C 16:Am 20:F 32:G"
    assert appended(read_document(song().updated(longer)), bars=4) is None, "none are named"
    assert appended(after, bars=12) is None


def test_chords_are_moved_and_cleared() -> None:
    named = read_document(typed(song(), "C Am/C N.C. G7", first=0))
    assert symbols(read_document(moved(named, 2))) == "0:D 4:Bm/D 8:N.C. 12:A7"
    assert symbols(read_document(moved(named, 0))) == symbols(named)
    assert named_chords(read_document(cleared(named))) == []
    assert symbols(read_document(cleared(named))) == symbols(song())


def test_what_is_no_chord_is_told_with_its_bar() -> None:
    with pytest.raises(InputError, match="bar 4: 'Hmm' is not a chord"):
        typed(song(), "Am Hmm", first=2)


def commission(document: MidiDocument, **asked: object) -> str | None:
    request = SuggestionRequest.model_validate({"follow_chords": True, **asked})
    return Commission.of(request, document, own_region=None).request.options.chords


def test_the_chords_of_the_bars_that_are_asked_for_are_followed() -> None:
    named = read_document(typed(song(), "C | F G | Am | G7 | Dm7 | Bdim", first=0))
    assert commission(named, task="infill", first=1, last=3) == "F G | Am"
    assert commission(named, task="continue", bars=4) == "Dm7 Bdim N.C. N.C."
    assert commission(named, task="continue", bars=2, first=2) == "Am G7"
    assert commission(named, task="insert", bars=2, first=2) is None
    assert commission(named, task="continue", bars=2, options={"chords": "E A"}) == "E A"
    assert commission(named, task="infill", first=1, last=3, follow_chords=False) is None


def test_chords_that_are_read_are_not_followed() -> None:
    assert commission(song(), task="infill", first=1, last=3) is None


def test_a_chord_that_goes_on_to_the_end_is_none_of_new_bars() -> None:
    named = read_document(typed(song(), "C % % %", first=0))
    assert commission(named, task="continue", bars=2) is None
    assert commission(named, task="infill", first=2, last=4) == "C C"


def test_the_chords_of_a_band_are_a_wish_like_any_other() -> None:
    document = document_from_score(band())
    asked = SuggestionRequest.model_validate(
        {"task": "continue", "bars": 2, "options": {"chords": "Am | F G"}}
    )
    found = Commission.of(asked, document, own_region=None)
    assert found.request.options == Options(chords="Am | F G")


def test_a_song_has_the_chords_of_each_bar_behind_its_loop() -> None:
    named = read_document(typed(song(), "C | F G | Am | G7 | Dm7 | Bdim", first=0))

    def by_bar(**asked: object) -> str | None:
        request = SuggestionRequest.model_validate(
            {"task": "arrange", "form": "A B", "bars": 4, "follow_chords": True, **asked}
        )
        found = Commission.of(request, named, own_region=None).request
        assert isinstance(found, Arrange)
        return found.by_bar

    assert by_bar() == "Dm7 Bdim N.C. N.C."
    assert by_bar(follow_chords=False) is None
    assert by_bar(options={"chords": "E A"}) is None
