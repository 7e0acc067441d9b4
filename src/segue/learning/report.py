"""What was learned, in words, figures and a picture: `report/` in the model's folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from segue.files import json_bytes, make_folder, write_bytes
from segue.learning.heard import BARS, Heard
from segue.learning.learn import Learned
from segue.learning.songs import FEW_TUNES
from segue.models.folder import REPORT_FOLDER, REPORT_PICTURE
from segue.picture import draw_takes

__all__ = ["REPORT_FOLDER", "Report", "write_report"]

_MINUTE: Final = 60
_HARDLY: Final = 0.01
"""A gain, in nats an event, that is hardly one."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is told of a personal model."""

    name: str
    base: str
    n_songs: int
    """In all, the held-out ones included."""
    n_held_out: int
    n_tunes: int
    n_notes: int
    """That were learned from."""
    learned: Learned
    heard: Heard | None
    """None where nothing was learned, or no held-out song is long enough to write after."""

    @property
    def is_better(self) -> bool:
        """Whether something was learned that helps with songs held out."""
        return self.learned.weights is not None

    @property
    def words(self) -> list[str]:
        """The report, a sentence a line."""
        learned = self.learned
        held = f"{self.n_held_out} of your {self.n_songs} songs, which were held out"
        told = [
            f"learned from {self.n_songs - self.n_held_out} songs ({self.n_notes:,} notes) "
            f"in {_time(learned.seconds)}"
        ]
        if self.is_better:
            nats, before = learned.best.nats, learned.before
            told.append(
                f"{held}, surprise it less: {before:.3f} nats an event before, {nats:.3f} after "
                f"({(nats - before) / before:+.1%}), at step {learned.best.step}"
            )
            if before - nats < _HARDLY:
                told.append("so little may be chance: do not expect to hear it")
        else:
            told.append(
                f"nothing was gained: {held}, surprise {self.base} no less after it "
                f"({learned.before:.3f} nats an event); {self.base} stays as it is, and no model "
                "was made. More songs, or songs that are more alike, may help"
            )
        if self.heard is not None:
            told += _copying(self.heard)
        if self.n_tunes < FEW_TUNES:
            told.append(f"{self.n_tunes} tunes are few: these figures may be chance")
        return told

    def to_mapping(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        learned, heard = self.learned, self.heard
        found = {
            "name": self.name,
            "begun_from": self.base,
            "songs": self.n_songs,
            "held_out": self.n_held_out,
            "tunes": self.n_tunes,
            "notes": self.n_notes,
            "nats_before": learned.before,
            "nats_after": learned.best.nats,
            "best_step": learned.best.step,
            "looks": [[look.step, look.nats] for look in learned.looks],
            "events": learned.events,
            "seconds": round(learned.seconds, 1),
            "words": self.words,
        }
        if heard is not None:
            found["shared"] = {
                "before": heard.shared_before.to_mapping(),
                "after": heard.shared_after.to_mapping(),
                "real": heard.shared_real.to_mapping(),
            }
        return found


def write_report(report: Report, folder: Path) -> None:
    """Write `report.md` and `report.json`, and the first prompt's takes as MIDI and as a picture.

    Raises:
        InputError: the folder cannot be written, or the disk is full.
    """
    make_folder(folder)
    write_bytes(folder / "report.json", json_bytes(report.to_mapping()))
    lines = [f"# {report.name}", *(f"- {line}" for line in report.words)]
    if report.heard is not None:
        before, after = report.heard.before[0], report.heard.after[0]
        before.save(folder / "before.mid")
        after.save(folder / "after.mid")
        draw_takes(
            report.heard.prompts[0],
            [before.score, after.score],
            folder / REPORT_PICTURE,
            labels=[f"before: {report.base}", f"after: {report.name}"],
        )
        lines.append(
            f"\nEight bars of a held-out song, and {BARS} that each model wrote after them with "
            f"one seed (`before.mid`, `after.mid`):\n\n![before and after]({REPORT_PICTURE})"
        )
    write_bytes(folder / "report.md", ("\n".join(lines) + "\n").encode())


def _copying(heard: Heard) -> list[str]:
    shares = [heard.shared_before, heard.shared_after, heard.shared_real]
    before, after, real = (f"{found.share:.0%}" for found in shares)
    longest = heard.shared_after.longest
    return [
        f"of what it writes after held-out songs, {after} of the short figures are in the songs "
        f"learned from ({before} before; {real} of what really comes there)",
        f"the longest passage in one part that it took from them has {longest} notes"
        if longest
        else "it took no passage from them",
    ]


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
