"""`segue train --from band FOLDER`: a personal model, and what was gained."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from segue.cli.messages import say
from segue.cli.progress import StepDisplay
from segue.errors import InputError

if TYPE_CHECKING:
    from segue.learning import Stage

__all__ = ["learn_from"]


def learn_from(
    folder: Path,
    *,
    base: str | None,
    out: Path | None,
    steps: int | None,
    seed: int | None,
    others: Sequence[str],
) -> None:
    """Learn from a folder, show how far it is, and print the report.

    Raises:
        InputError: options that do not go with a folder, or as `segue.learning.learn_folder`.
    """
    from segue.generation.composer import DEFAULT_MODEL
    from segue.learning import Learning, Teaching, learn_folder
    from segue.learning.report import REPORT_FOLDER
    from segue.models.folder import new_personal_folder

    if others:
        raise InputError(
            f"{', '.join(others)}: not with a folder to learn from; leave it out, or give the "
            "music as --corpus"
        )
    asked = {"steps": steps, "seed": seed}
    settings = replace(Learning(), **{k: v for k, v in asked.items() if v is not None})
    goal = out or new_personal_folder(folder.resolve().name)
    teaching = Teaching(source=folder, out=goal, base=base or DEFAULT_MODEL, settings=settings)
    with StepDisplay(settings.steps) as display:
        report = learn_folder(teaching, on_stage=lambda stage: _show(display, stage))
    for line in report.words:
        say(line)
    if report.is_better:
        model = shlex.quote(goal.name if out is None else str(goal))
        say(f"{goal}: the model; segue continue song.mid --model {model}")
    say(f"{goal / REPORT_FOLDER / 'report.md'}: the same, with a picture of both")


def _show(display: StepDisplay, stage: "Stage") -> None:
    if stage.name == "learning":
        display.move(stage.done, stage.words)
    else:
        display.move(0 if stage.name == "reading" else stage.total or 0, stage.name)
