"""Who made each file and what may be done with it: reading the ledger beside a source.

The ledger of `NAME.tar.xz`, `NAME.zip` or the folder `NAME` is `NAME.ledger.jsonl` in the same
folder: one JSON object a line with at least `path` (inside the source), and any of `source`,
`origin`, `tier`, `licence`, `sha256`. A file without a line has the tier "unknown". Nothing is
guessed from file names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segue.errors import CorpusError

LEDGER_SUFFIX: Final = ".ledger.jsonl"
UNKNOWN_TIER: Final = "unknown"
OPEN_TIER: Final = "open"
"""The tier whose files may be passed on, each under the licence that its ledger names."""


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


def read_ledger(path: Path) -> dict[str, Provenance]:
    """Provenance by path inside the source.

    Raises:
        CorpusError: a line is no JSON object with a `path`; the message names the line.
    """
    entries: dict[str, Provenance] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                row = _parse_line(line, f"{path}, line {number}")
                entries[str(row["path"])] = _provenance(row, default_source=path.name)
    return entries


def _parse_line(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{place}: not JSON ({error.msg}); mend or remove the line") from None
    if not isinstance(row, dict) or "path" not in row:
        raise CorpusError(f'{place}: a ledger line must be an object with a "path"')
    return row


def _provenance(row: dict[str, Any], *, default_source: str) -> Provenance:
    return Provenance(
        source=str(row.get("source") or default_source.removesuffix(LEDGER_SUFFIX)),
        origin=str(row.get("origin") or ""),
        tier=str(row.get("tier") or UNKNOWN_TIER),
        licence=str(row.get("licence") or ""),
        sha256=str(row.get("sha256") or "").lower(),
    )
