"""Who takes part: nobody is left out without a word."""

import pytest

from segue.errors import InputError
from segue.evaluation.candidates import trained
from segue.evaluation.candidates.roster import Absent, ceiling_and_baselines
from segue.evaluation.candidates.task import Candidate


def not_installed() -> Candidate:
    raise InputError("it is not installed")


def test_without_their_data_the_trained_baselines_are_there_to_say_why_they_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trained, "PACKAGE", "segue_baselines_that_nobody_has")

    found = ceiling_and_baselines(not_installed, paper_name="the paper's model", workers=1)

    assert [each.name for each in found if isinstance(each, Absent)] == [
        "the paper's model",
    ]
    assert found[0].kind == "ceiling"
    assert {each.kind for each in found[1:]} == {"baseline"}
