"""What is said of an experiment is what its logs say."""

import shutil
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.paper.findings import beta_rows, verdicts
from segue.paper.results import read_results
from tests.unit.paper.logs import write_logs


def test_the_table_has_final_and_best_of_each_beta(tmp_path: Path) -> None:
    config = write_logs(tmp_path, {1.0: 7000.0, 20.0: 2000.0}, seeds=(1, 2, 3))
    one, twenty = beta_rows(read_results(tmp_path, config))

    assert one.final == one.best == "7,002 (7,001 to 7,003)"
    assert twenty.given_best == "1,000 (1,000 to 1,000)"
    assert twenty.order_final == "3.0 (3.0 to 3.0)"
    assert "7,760" in one.paper
    assert "2,450" in twenty.paper


def test_a_loss_has_converged_when_nine_tenths_of_its_fall_are_done(tmp_path: Path) -> None:
    config = write_logs(tmp_path, {1.0: 1.0})
    (curves,) = read_results(tmp_path, config).curves

    assert curves.converged("test/cross_entropy/instrument") == 5  # 1/2 ... 1/32 < 0.1/2 + ...


@pytest.mark.parametrize(
    ("best", "says"),
    [
        ({1.0: 9.0, 20.0: 5.0}, "beta = 20 wins (6), as in the paper"),
        ({1.0: 5.0, 20.0: 9.0}, "beta = 1 wins (6), where in the paper beta = 20"),
        ({1.0: 5.0}, "cannot be seen"),
    ],
)
def test_the_winner_is_named(tmp_path: Path, best: dict[float, float], says: str) -> None:
    config = write_logs(tmp_path, best)

    assert says in verdicts(read_results(tmp_path, config))[0]


def test_few_seeds_are_a_caution(tmp_path: Path) -> None:
    few = write_logs(tmp_path / "few", {1.0: 9.0, 20.0: 5.0})
    many = write_logs(tmp_path / "many", {1.0: 9.0, 20.0: 5.0}, seeds=(1, 2, 3))

    assert "chance" in verdicts(read_results(tmp_path / "few", few))[0]
    assert "chance" not in verdicts(read_results(tmp_path / "many", many))[0]


def test_what_has_not_trained_is_named(tmp_path: Path) -> None:
    config = write_logs(tmp_path, {1.0: 9.0, 20.0: 5.0, 40.0: 6.0})
    shutil.rmtree(tmp_path / "beta-20")
    steps = tmp_path / "beta-40" / "seed-1" / "steps.csv"
    steps.write_text("".join(steps.read_text().splitlines(keepends=True)[:4]))
    results = read_results(tmp_path, config)

    assert results.betas == [1.0, 40.0]
    told = verdicts(results)[-1]
    assert "beta 20 seed 1 has not begun" in told
    assert "beta 40 seed 1 is not finished" in told


def test_a_seed_on_its_way_is_left_out_where_another_is_finished(tmp_path: Path) -> None:
    config = write_logs(tmp_path, {1.0: 9.0, 20.0: 5.0}, seeds=(1, 2))
    steps = tmp_path / "beta-20" / "seed-2" / "steps.csv"
    steps.write_text("".join(steps.read_text().splitlines(keepends=True)[:4]))
    results = read_results(tmp_path, config)

    assert [each.job.seed for each in results.of_beta(20.0)] == [1]
    assert [each.job.seed for each in results.of_beta(1.0)] == [1, 2]
    assert "Of 4 models: beta 20 seed 2 is not finished" in verdicts(results)[-1]


def test_an_experiment_that_never_began_is_told(tmp_path: Path) -> None:
    config = write_logs(tmp_path, {1.0: 9.0})
    shutil.rmtree(tmp_path / "beta-1")

    with pytest.raises(InputError, match="no model has trained yet"):
        read_results(tmp_path, config)
