"""The report of a trial: one HTML page, and its picture and JSON beside it."""

import json
from pathlib import Path
from typing import Final

from segue.evaluation.report.figures import draw_trial
from segue.evaluation.report.page import PAGE_NAME, REPORT_NAME
from segue.evaluation.trials.trial import Trial
from segue.files import make_folder, write_bytes
from segue.page import render_page
from segue.version import __version__

__all__ = ["write_trial"]

_PICTURE: Final = "trial.svg"
_TEMPLATE: Final = Path(__file__).with_name("trial.html")


def write_trial(trial: Trial, out: Path) -> Path:
    """Write all three into `out`, which is made if it is not there; returns the page's path.

    Raises:
        InputError: `out` cannot be written.
    """
    make_folder(out)
    data = {"segue": __version__, **trial.to_mapping()}
    write_bytes(out / REPORT_NAME, (json.dumps(data, indent=1, allow_nan=False) + "\n").encode())
    draw_trial(trial, out / _PICTURE)
    page = render_page(
        _TEMPLATE,
        title=trial.title,
        trial=trial,
        table=trial.table(),
        picture=_PICTURE,
        version=__version__,
        json=REPORT_NAME,
    )
    write_bytes(out / PAGE_NAME, page.encode())
    return out / PAGE_NAME
