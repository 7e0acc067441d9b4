"""What `segue evaluate` prints."""

from segue.cli.evaluate_display import _by_reason


def test_one_line_names_all_who_are_missing_for_one_reason() -> None:
    missing = {"riffly": "not installed", "plain decoder": "not installed", "5-gram": "no songs"}

    assert _by_reason(missing) == {
        "not installed": ["riffly", "plain decoder"],
        "no songs": ["5-gram"],
    }
