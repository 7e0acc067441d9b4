"""What a trial has measured so far, a line an answer, so that one that was interrupted goes on.

The first line is what the trial is of; where it differs, the notebook is begun anew. Lines that an
interruption cut short are not read.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segue.errors import InputError

__all__ = ["Notebook"]


class Notebook:
    """Answers by name."""

    def __init__(self, path: Path | None, about: Mapping[str, Any]) -> None:
        """Read what `path` has of the same trial; None keeps answers in memory alone.

        `about`: everything that the answers depend on, as JSON holds it.
        """
        self._path, self._about = path, json.dumps(about, sort_keys=True)
        self.found: dict[str, Any] = {}
        if path is None:
            return
        lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        if lines[:1] == [self._about]:
            self.found = dict(_whole(lines[1:-1]))
        self._write("w", self._about, *(json.dumps(each) for each in self.found.items()))

    def add(self, name: str, answer: Any) -> None:
        """Keep an answer, what JSON can hold."""
        self.found[name] = answer
        self._write("a", json.dumps([name, answer]))

    def _write(self, mode: str, *lines: str) -> None:
        if self._path is None:
            return
        try:
            with self._path.open(mode, encoding="utf-8") as file:
                file.writelines(line + "\n" for line in lines)
        except OSError as error:
            raise InputError(
                f"{self._path} cannot be written ({error.strerror}); give another folder with --out"
            ) from error


def _whole(lines: list[str]) -> list[tuple[str, Any]]:
    """The lines up to the first that was cut short."""
    found: list[tuple[str, Any]] = []
    for line in lines:
        try:
            name, answer = json.loads(line)
        except ValueError:
            break
        found.append((name, answer))
    return found
