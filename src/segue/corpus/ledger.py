"""Who made each file and what may be done with it: reading the ledger beside a source.

The ledger of `NAME.tar.xz`, `NAME.zip` or the folder `NAME` is `NAME.ledger.jsonl` in the same
folder: one JSON object a line with at least `path` (inside the source), and any of `source`,
`origin`, `tier`, `licence`, `sha256`. A file without a line has the tier "unknown". Nothing is
guessed from file names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from segue.errors import CorpusError
from segue.plain import well_formed
from segue.reading import open_regular, parse_json

LEDGER_SUFFIX: Final = ".ledger.jsonl"
UNKNOWN_TIER: Final = "unknown"
OPEN_TIER: Final = "open"
"""The tier whose files may be passed on, each under the licence that its ledger names."""


_MAX_LINE_BYTES: Final = 2**20


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where one file comes from.

    Attributes:
        source: the collection's name; the source's own name if no ledger says.
        origin: who published it, in words; may be empty.
        tier: "open", "research", "unclear", ... as the ledger says; "unknown" without one.
        licence: the licence's name; may be empty.
        sha256: the file's expected checksum in hexadecimal, or "" if the ledger has none.
    """

    source: str
    origin: str = ""
    tier: str = UNKNOWN_TIER
    licence: str = ""
    sha256: str = ""


def read_ledger(
    path: str | Path, opened: Callable[[], BinaryIO] | None = None
) -> dict[str, Provenance]:
    """Provenance by path inside the source.

    Args:
        path: where it is, and what messages call it.
        opened: opens it, where it is not a local file.

    Raises:
        CorpusError: the ledger cannot be read, or a line is not a JSON object with a `path`; the
            message names the line.
    """
    entries: dict[str, Provenance] = {}
    name = str(path).replace(os.sep, "/").rsplit("/", 1)[-1]
    try:
        with opened() if opened else open_regular(path) as lines:
            number = 0
            while line := lines.readline(_MAX_LINE_BYTES):
                number += 1
                if line.strip():
                    row = _parse_line(line, f"{path}, line {number}")
                    entries[_text(row["path"])] = _provenance(row, default_source=name)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error.strerror or error}") from error
    return entries


def _parse_line(line: bytes, place: str) -> dict[str, Any]:
    if len(line) == _MAX_LINE_BYTES:
        raise CorpusError(f"{place}: a line of more than {_MAX_LINE_BYTES:,} bytes; remove it")
    try:
        row = parse_json(line)
    except ValueError as error:
        raise CorpusError(f"{place}: {error}; correct or remove the line") from None
    if not isinstance(row, dict) or "path" not in row:
        raise CorpusError(f'{place}: a ledger line must be an object with a "path"')
    return row


def _provenance(row: dict[str, Any], *, default_source: str) -> Provenance:
    return Provenance(
        source=_text(row.get("source") or default_source.removesuffix(LEDGER_SUFFIX)),
        origin=_text(row.get("origin") or ""),
        tier=_text(row.get("tier") or UNKNOWN_TIER),
        licence=_text(row.get("licence") or ""),
        sha256=_text(row.get("sha256") or "").lower(),
    )


def _text(value: object) -> str:
    """A value as text that any encoding holds, in the same way as a member's path."""
    return well_formed(str(value))
