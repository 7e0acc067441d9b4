"""A run's measures on disk: as CSV for whoever computes with them, for TensorBoard to look at.

`steps.csv` has a row every few steps, `validation.csv` one a validation, `tensorboard/` both. A
run that was killed had gone on after its last checkpoint; when it is resumed there, the rows after
it are dropped and written again.
"""

import csv
import io
import logging
import math
import os
from pathlib import Path
from typing import Final, Literal

from torch.utils.tensorboard import SummaryWriter

from segue.files import make_folder, write_bytes
from segue.reading import is_regular, read_regular

Table = Literal["steps", "validation"]
TABLES: Final[tuple[Table, ...]] = ("steps", "validation")
_STEP: Final = "step"
_MAX_BYTES: Final = 2**28
_LOG: Final = logging.getLogger(__name__)


class RunLog:
    """The logs in a run's folder, taken up after `step`, which they already reach."""

    def __init__(self, folder: Path, *, step: int) -> None:
        """Open the logs.

        Raises:
            InputError: the folder cannot be written.
        """
        self.folder = make_folder(folder)
        self._columns = {table: _drop_after(step, self._path(table)) for table in TABLES}
        self._board: SummaryWriter | None = SummaryWriter(
            folder / "tensorboard", purge_step=step + 1 if step else None
        )

    def write(self, table: Table, step: int, values: dict[str, float]) -> None:
        """Add a row; the columns are those of a table's first row."""
        row = {_STEP: float(step), **values}
        path = self._path(table)
        begins = not self._columns[table]
        if begins:
            self._columns[table] = list(row)
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(
                file, self._columns[table], extrasaction="ignore", lineterminator="\n"
            )
            if begins:
                writer.writeheader()
            writer.writerow({name: f"{value:.7g}" for name, value in row.items()})
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(f"{table}/{name}", value, step)

    def close(self) -> None:
        """Flush what TensorBoard has not been given; further rows go to the CSV files alone."""
        if self._board is not None:
            self._board.close()
            self._board = None

    def _path(self, table: Table) -> Path:
        return self.folder / f"{table}.csv"


def _drop_after(step: int, path: Path) -> list[str]:
    """Remove the rows of later steps from a table; returns its columns, none if there is none.

    Rows that are damaged go, too. A file that is no table at all is set aside: a run whose state is
    whole goes on whatever became of its logs.
    """
    if not os.path.lexists(path):
        return []
    try:
        columns, rows = _read_table(path)
    except (OSError, ValueError, csv.Error):
        if is_regular(path) and not path.stat().st_size:
            return []
        aside = _free(path)
        path.rename(aside)
        _LOG.warning("%s: damaged; it is now %s, and a new one begins", path, aside.name)
        return []
    kept = io.StringIO()
    writer = csv.DictWriter(kept, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if _step_of(row) <= step)
    write_bytes(path, kept.getvalue().encode())
    return columns


def _read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns of a table, and those of its rows that are whole.

    Raises:
        OSError, ValueError, csv.Error: it is none.
    """
    text = read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8")
    whole = text[: text.rfind("\n") + 1]  # a kill may have torn the last row
    reader = csv.DictReader(io.StringIO(whole))
    columns = list(reader.fieldnames or ())
    if _STEP not in columns or len(set(columns)) < len(columns):
        raise ValueError(f"no column {_STEP!r}")
    rows = [row for row in reader if _is_whole(row, columns)]
    return columns, rows


def _is_whole(row: dict[str, str], columns: list[str]) -> bool:
    """Whether a row is of some step and has a number, or nothing, in each column."""
    if set(row) != set(columns):
        return False
    if any(value is None for value in row.values()):
        return False
    try:
        for value in row.values():
            float(value or "0")
        return math.isfinite(_step_of(row))
    except ValueError:
        return False


def _step_of(row: dict[str, str]) -> float:
    return float(row[_STEP])


def _free(path: Path) -> Path:
    """The first of `NAME.damaged`, `NAME.damaged-2`, ... that nothing has."""
    number, free = 1, path.with_name(f"{path.name}.damaged")
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}.damaged-{number}")
    return free
