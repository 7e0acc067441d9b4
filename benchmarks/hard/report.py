"""What became of work without number: counted, kept in a file, gone on with after a stop."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Report"]

_MOST_TOLD = 20


@dataclass
class Report:
    """Counts, extremes and failures of the pieces of work before `next`."""

    what: str
    next: int = 0
    """The number of the first piece that is not done yet."""
    counts: Counter[str] = field(default_factory=Counter)
    most: dict[str, tuple[float, int]] = field(default_factory=dict)
    """The largest value of each measure, and which piece of work it was."""
    failures: list[str] = field(default_factory=list)
    path: Path | None = None
    """Where it is kept; nowhere if None."""

    @classmethod
    def open(cls, what: str, folder: Path | None, *, first: int = 0) -> "Report":
        """The one that is kept in a folder, or a new one, which begins with the piece `first`."""
        if folder is None:
            return cls(what, first)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{what.replace(' ', '-')}.json"
        if not path.exists():
            return cls(what, first, path=path)
        kept = json.loads(path.read_text(encoding="utf-8"))
        most = {measure: (value, number) for measure, (value, number) in kept["most"].items()}
        counts: Counter[str] = Counter(kept["counts"])
        return cls(what, kept["next"], counts, most, kept["failures"], path)

    def add(
        self,
        number: int,
        counts: Mapping[str, int],
        most: Mapping[str, float],
        failures: Iterable[str] = (),
    ) -> None:
        """Add what became of a piece of work, which is the one after those before."""
        self.counts.update(counts)
        for measure, value in most.items():
            if value > self.most.get(measure, (0.0, 0))[0]:
                self.most[measure] = (value, number)
        self.failures += [f"{number}: {failure}" for failure in failures]
        self.next = number + 1

    def save(self) -> None:
        """Keep it, whole or as it was before."""
        if self.path is None:
            return
        beside = self.path.with_suffix(".new")
        names = ("next", "counts", "most", "failures")
        kept = json.dumps({name: getattr(self, name) for name in names}, indent=1)
        beside.write_text(kept, encoding="utf-8")
        os.replace(beside, self.path)

    def summarise(self) -> bool:
        """Print one line, and one for each failure; returns whether nothing failed."""
        parts = [f"{name} {count:,}" for name, count in sorted(self.counts.items())]
        parts.append(f"failures {len(self.failures)}")
        parts += [f"{name} {value:.1f} ({number})" for name, (value, number) in self.most.items()]
        print(f"{self.what}: {'; '.join(parts)}")
        for failure in self.failures[:_MOST_TOLD]:
            print(f"  FAILED {failure}")
        return not self.failures
