"""Real files: the notes that symusic finds, nothing lost in a rewrite, and fast enough.

Needs the optional folder of corpora (`SEGUE_CORPORA`), of which nothing is kept here.
"""

import os
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from segue.midi import read_document
from segue.midi.bulk import parse_bulk
from segue.midi.smf import write_smf
from segue.score import Score, append_bars, slice_bars

CORPORA = Path(
    os.environ.get("SEGUE_CORPORA", Path(__file__).parents[3].parent / "shared" / "corpora")
)
ARCHIVES = sorted(CORPORA.glob("*.tar.xz")) if CORPORA.is_dir() else []
FILES_AN_ARCHIVE = 40

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVES, reason=f"no corpora in {CORPORA}; set SEGUE_CORPORA"),
]


def first_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The first MIDI files of an archive, streamed: the rest is not decompressed."""
    n = 0
    with tarfile.open(archive, "r|xz") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None and member.name.lower().endswith((".mid", ".midi")):
                yield member.name, file.read()
                n += 1
            if n == FILES_AN_ARCHIVE:
                return


def heard(score: Score) -> Counter[tuple[int, ...]]:
    found: Counter[tuple[int, ...]] = Counter()
    for track in score.tracks:
        columns = [column.tolist() for column in track.notes.columns().values()]
        found.update((*row, int(track.is_drum)) for row in zip(*columns, strict=True))
    return found


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_real_files_are_read_as_symusic_reads_them_and_rewritten_without_loss(
    archive: Path,
) -> None:
    n = 0
    for name, data in first_files(archive):
        document, bulk = read_document(data, source=name), parse_bulk(data)
        unended = any("without an end" in warning for warning in document.warnings)
        unread = any("after the end of track" in warning for warning in document.warnings)
        missing = heard(bulk) - heard(document.score)
        extra = heard(document.score) - heard(bulk)
        assert not missing or unread, name
        assert not extra or unended, name
        assert document.updated(document.score) == write_smf(document.smf), name
        n += 1
    assert n == FILES_AN_ARCHIVE


@pytest.mark.parametrize("archive", ARCHIVES[:1], ids=lambda path: path.name)
def test_real_files_keep_every_message_when_bars_are_appended(archive: Path) -> None:
    for name, data in first_files(archive):
        document = read_document(data, source=name)
        score = document.score
        ending = slice_bars(score, max(score.n_bars - 4, 0), score.n_bars)
        grown = append_bars(score, ending)
        after = read_document(document.updated(grown, text="test"), source=name)

        for before, later in zip(document.smf.tracks, after.smf.tracks, strict=False):
            rest = iter(zip(later.ticks, later.messages, strict=True))
            events = list(zip(before.ticks, before.messages, strict=True))[:-1]
            assert [event for event in events if event not in rest] == [], name
        assert after.score.n_notes == grown.n_notes, name
