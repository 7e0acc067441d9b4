"""Time one parser on a folder of files and print the result as JSON; stands alone.

Run by `compare_parsers.py`, with the interpreter that has the library in question: nothing of Segue
is imported for the others. Files are read into memory before the clock starts; what is timed is
from bytes to the library's own notes.
"""

import io
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Parser = Callable[[bytes], int]
"""From the bytes of a file to the number of its notes."""


def note_seq_parser() -> Parser:
    """Magenta's note_seq, as the paper used it."""
    from note_seq import midi_io

    return lambda data: len(midi_io.midi_to_note_sequence(data).notes)


def pretty_midi_parser() -> Parser:
    """pretty_midi, on which note_seq builds."""
    import pretty_midi

    def parse(data: bytes) -> int:
        song = pretty_midi.PrettyMIDI(io.BytesIO(data))
        return sum(len(instrument.notes) for instrument in song.instruments)

    return parse


def symusic_parser() -> Parser:
    """The parser itself, symusic, that Segue's corpora stand on."""
    import symusic

    score: Any = symusic.Score  # its stubs lack `note_num`
    return lambda data: int(score.from_midi(data, sanitize_data=True).note_num())


def segue_parser() -> Parser:
    """What a corpus does with a file: parse, check, sort into columns."""
    from segue.corpus import CorpusOptions
    from segue.corpus.parse import parse_song

    options = CorpusOptions(min_notes=1)
    return lambda data: len(parse_song(data, options).song)


def segue_with_fingerprint() -> Parser:
    """The same and the melodic fingerprint by which near-duplicates are found."""
    from segue.corpus import CorpusOptions
    from segue.corpus.parse import parse_song
    from segue.corpus.shards import song_fingerprint

    options = CorpusOptions(min_notes=1)

    def parse(data: bytes) -> int:
        song = parse_song(data, options).song
        song_fingerprint(song)
        return len(song)

    return parse


PARSERS: dict[str, Callable[[], Parser]] = {
    "note-seq": note_seq_parser,
    "pretty_midi": pretty_midi_parser,
    "symusic": symusic_parser,
    "segue": segue_parser,
    "segue with fingerprint": segue_with_fingerprint,
}


def time_files(parse: Parser, files: list[bytes]) -> dict[str, Any]:
    """Parse each file once; CPU seconds, so that neighbours on the machine count less."""
    notes = failed = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for data in files:
        try:
            notes += parse(data)
        except Exception:  # noqa: BLE001 - whatever the library raises on a file it cannot read
            failed += 1
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "notes": notes,
        "failed": failed,
    }


def main(name: str, folder: str, repeats: str) -> None:
    """Print the fastest of some runs."""
    warnings.simplefilter("ignore")
    files = [path.read_bytes() for path in sorted(Path(folder).glob("*.mid"))]
    parse = PARSERS[name]()
    time_files(parse, files[:3])  # first calls import and allocate
    runs = [time_files(parse, files) for _ in range(int(repeats))]
    print(json.dumps({"files": len(files), **min(runs, key=lambda run: run["cpu"])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
