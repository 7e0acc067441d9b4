"""A run's measures on disk: as CSV for whoever computes with them, for TensorBoard to look at.

`steps.csv` has a row every few steps, `validation.csv` one a validation, `tensorboard/` both. A
run that was killed had gone on after its last checkpoint; when it is resumed there, the rows after
it are dropped and written anew.
"""

import csv
import io
from pathlib import Path
from typing import Final, Literal

from torch.utils.tensorboard import SummaryWriter

from segue.files import make_folder, write_bytes

Table = Literal["steps", "validation"]
TABLES: Final[tuple[Table, ...]] = ("steps", "validation")
_STEP: Final = "step"


class RunLog:
    """The logs in a run's folder, taken up after `step`, of which they already tell."""

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
        """Flush what TensorBoard has not been told; further rows go to the CSV files alone."""
        if self._board is not None:
            self._board.close()
            self._board = None

    def _path(self, table: Table) -> Path:
        return self.folder / f"{table}.csv"


def _drop_after(step: int, path: Path) -> list[str]:
    """Remove the rows of later steps from a table; returns its columns, none if there is none."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]  # a kill may have torn the last row
    rows = list(csv.DictReader(io.StringIO(whole)))
    if not rows or _STEP not in rows[0]:
        path.unlink()
        return []
    columns = list(rows[0])
    kept = io.StringIO()
    writer = csv.DictWriter(kept, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if float(row[_STEP]) <= step)
    write_bytes(path, kept.getvalue().encode())
    return columns
