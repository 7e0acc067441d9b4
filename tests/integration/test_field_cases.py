"""Every file of a folder of real cases: read, kept and continued, or refused in one line.

The folder is not part of the project; `SEGUE_FIELD_CASES` names it. `test_field_kinds.py` has
examples of the same kinds that the project writes itself.
"""

import os
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.midi import read_document
from tests.field import require_sound
from tests.studios import running

FOLDER = os.environ.get("SEGUE_FIELD_CASES", "")
CASES = sorted(path for path in Path(FOLDER).iterdir() if path.is_file()) if FOLDER else []

pytestmark = pytest.mark.skipif(not CASES, reason="SEGUE_FIELD_CASES names no folder of files")


def refusal(data: bytes, name: str) -> str | None:
    """Why a file is not read or not continued, in one line; None if it is."""
    try:
        require_sound(data, name)
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_field_case_goes_on_with_everything_it_held_or_is_refused_in_one_line(
    path: Path,
) -> None:
    reason = refusal(path.read_bytes(), path.name)
    if reason is not None:
        assert path.name in reason
        assert "\n" not in reason
        assert len(reason) < 400


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_the_untouched_export_of_a_field_case_is_the_upload(path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    try:
        read_document(data)
    except InputError:
        pytest.skip(f"{path.name} is refused, in one line by the test above, and has no export")
    with running(tmp_path) as studio:
        project = studio.upload(data)["id"]

        assert studio.midi(f"/projects/{project}/nodes/1/midi") == data
