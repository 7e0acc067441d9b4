"""The figures are of the logs and of the modules, and the same ones every time."""

from pathlib import Path

import pytest

from segue.evaluation.report.saving import save_figure
from segue.paper.architecture import draw_architecture, trace
from segue.paper.figures import FIGURES, draw_figures
from segue.paper.results import read_results
from tests.unit.models.paper_models import smallest
from tests.unit.paper.logs import write_logs


def test_every_figure_is_drawn_as_svg_and_png(tmp_path: Path) -> None:
    config = write_logs(tmp_path / "run", {1.0: 9.0, 20.0: 5.0}, seeds=(1, 2))
    captions = draw_figures(read_results(tmp_path / "run", config), tmp_path)

    assert list(captions) == list(FIGURES)
    for name in FIGURES:
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (tmp_path / f"{name}.svg").read_text()
    assert "beta = 20" in (tmp_path / "figure-7.svg").read_text()
    assert "beta = 20" not in (tmp_path / "figure-5.svg").read_text()


def test_the_same_logs_give_the_same_picture(tmp_path: Path) -> None:
    config = write_logs(tmp_path / "run", {1.0: 9.0})
    results = read_results(tmp_path / "run", config)
    draw, _ = FIGURES["figure-4"]
    for name in ("one.svg", "two.svg"):
        figure = draw(results)
        assert figure is not None
        save_figure(figure, tmp_path / name)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_without_beta_1_there_is_no_baseline(tmp_path: Path) -> None:
    config = write_logs(tmp_path / "run", {20.0: 9.0})

    captions = draw_figures(read_results(tmp_path / "run", config), tmp_path)
    assert "figure-4" not in captions
    assert "figure-6" in captions


@pytest.mark.parametrize("encoder", ["gru", "lstm", "rnn", "linear"])
def test_what_ran_is_what_is_drawn(encoder: str, tmp_path: Path) -> None:
    model = smallest(encoder=encoder)
    steps = trace(model)

    counted = {step.name: step.parameters for step in steps}
    assert sum(counted.values()) == sum(each.numel() for each in model.parameters())
    kinds = {step.kind for step in steps if step.name.startswith("encoder")}
    assert (encoder.upper() in kinds) or encoder == "linear"
    captions = draw_architecture(model, tmp_path)
    assert list(captions) == ["figure-1", "figure-2", "figure-3"]
    drawn = (tmp_path / "figure-3.svg").read_text()
    for part in ("encoder of x", "p(x | z,", "pitch", "program", "onset_s"):
        assert part in drawn
