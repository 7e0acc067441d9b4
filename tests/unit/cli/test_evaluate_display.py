"""What `segue evaluate` prints."""

from segue.cli.evaluate_display import _by_reason


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
