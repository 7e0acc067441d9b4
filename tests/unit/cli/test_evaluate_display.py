"""What `segue evaluate` prints."""

import pytest

from segue.cli.evaluate_display import _by_reason, show_obedience
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.trials.asked_and_written import Section
from segue.evaluation.trials.obedience import Obedience
from segue.evaluation.trials.trial import Figure, Row


def test_one_line_names_all_who_are_missing_for_one_reason() -> None:
    missing = {
        "riffly": "not installed",
        "the paper's model": "not installed",
        "5-gram": "no songs",
    }

    assert _by_reason(missing) == {
        "not installed": ["riffly", "the paper's model"],
        "no songs": ["5-gram"],
    }


def test_every_table_of_asked_and_written_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    figures = (Figure(name="inside", title="in the scale", better="higher"),)
    half = Row(name="a fifth", n=8, values={"inside": Estimate(value=0.5, low=0.25, high=0.75)})
    none = Row(name="a third", n=0, values={"inside": None})
    sections = [
        Section(name=name, title=name.title(), figures=figures, rows=[row])
        for name, row in (("keys", half), ("more", none))
    ]

    show_obedience(Obedience(title="", about="8 takes.", sections=sections, traps=(), settings={}))

    printed = capsys.readouterr().out
    for word in ("Keys", "a fifth", "0.500 ± 0.250", "More", "a third", "8 takes."):
        assert word in printed
