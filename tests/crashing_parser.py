"""A maker of shards that dies, as a parser in C++ might, of every file that says so."""

import os

from segue.corpus import shards
from segue.corpus.options import CorpusOptions
from segue.corpus.parse import ParsedSong, parse_song
from segue.corpus.shards import ShardTask, make_shard

KILLER = b"this file kills the process that parses it"


def make_or_die(task: ShardTask) -> None:
    """As `make_shard`, with a parser that crashes on `KILLER`."""
    shards.parse_song = _parse_or_die  # type: ignore[attr-defined]
    make_shard(task)


def _parse_or_die(data: bytes, options: CorpusOptions) -> ParsedSong:
    if data == KILLER:
        os._exit(11)
    return parse_song(data, options)
