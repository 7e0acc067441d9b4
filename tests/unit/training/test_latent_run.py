"""A run of a network that denoises: resumed to the bit, and good where the best is known."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.denoiser import DenoiserTerms, NoisyLatents, predict_with
from segue.diffusion.sampling import Plan, denoise_by_velocity, sample
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import CheckpointError, ConfigError
from segue.models.denoiser_folder import load_denoiser
from segue.training.config import LatentTrainingConfig, OptimiserConfig
from segue.training.interruption import Stopped
from segue.training.latent_examples import CleanLatents, LatentExamples, collate_latents
from segue.training.latent_task import LatentTask
from segue.training.loop import MODEL_FOLDER, Report, Trainer

SMALL = DenoiserConfig(latents=2, about=1, width=16, heads=2, layers=1)
MEANS = np.array([-4.0, 6.0], np.float32)
SCALE = LatentScale((0.0, 1.0), (5.0, 5.0), 3.0)

LatentTrainer = Trainer[NoisyLatents, DenoiserTerms]


class TwoHills:
    """Sequences about one of two places, all tokens about the same; `about` says which."""

    def draw(self, rng: np.random.Generator) -> CleanLatents:
        n = int(rng.integers(2, 5))
        side = int(rng.integers(2))
        values = MEANS[side] + 0.5 * rng.standard_normal((n, 2), np.float32)
        about = np.full((n, 1), 2.0 * side - 1, np.float32)
        return CleanLatents(values, about)


def trainer(folder: Path, **changes: Any) -> LatentTrainer:
    shortest: dict[str, Any] = {
        "steps": 4, "batch": 4, "validate_every": 2, "validate_windows": 8, "levels": 50,
        "model": SMALL,
    }  # fmt: skip
    config = LatentTrainingConfig(**{**shortest, **changes})
    task = LatentTask(config, TwoHills(), TwoHills(), SCALE, about={"of": "hills"})
    return Trainer(task, folder, accelerator="cpu")


def test_a_run_that_is_stopped_goes_on_to_the_bit(tmp_path: Path) -> None:
    def stop(report: Report) -> None:
        if report.step == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    straight = trainer(tmp_path / "straight")
    found = straight.run()
    with pytest.raises(Stopped):
        trainer(tmp_path / "run").run(stop)
    resumed = trainer(tmp_path / "run")
    assert resumed.step == 2
    again = resumed.run()

    assert again == found
    kept = load_denoiser(tmp_path / "run" / MODEL_FOLDER)
    assert (kept.scale, kept.schedule) == (SCALE, NoiseSchedule(50))
    for name, value in straight.average.weights.items():
        assert torch.equal(resumed.average.weights[name], value)
        assert torch.equal(kept.model.state_dict()[name], value)


@pytest.mark.parametrize("change", [{"levels": 60}, {"model": DenoiserConfig()}])
def test_a_run_of_another_kind_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    trainer(tmp_path, steps=1).run()

    with pytest.raises(CheckpointError, match="is of a run with "):
        trainer(tmp_path, **change)


def test_a_trained_network_draws_what_it_is_told_of(tmp_path: Path) -> None:
    """Which of two places the samples are about is what `about` says."""
    quickly = OptimiserConfig(muon_lr=0.03, adam_lr=0.01, warm_up=5, ema=0.9)
    run = trainer(tmp_path, steps=150, batch=64, optimiser=quickly, validate_every=150)
    losses: list[float] = []
    found = run.run(lambda report: losses.append(report.values["loss"]))
    assert found["error"] < 0.3 * losses[0]

    saved = load_denoiser(tmp_path / MODEL_FOLDER)
    about = np.repeat(np.array([-1.0, 1.0], np.float32), 100)[:, None, None] * np.ones((1, 3, 1))
    predict = predict_with(saved.model, about.astype(np.float32))
    denoise = denoise_by_velocity(predict, saved.schedule)
    rngs = [np.random.default_rng(seed) for seed in range(200)]
    made = saved.scale.decode(sample(denoise, rngs, (3, 2), saved.schedule, Plan(20)))

    for side, mean in zip((made[:100], made[100:]), MEANS, strict=True):
        assert side.mean(axis=(0, 1)) == pytest.approx([mean, mean], abs=0.5)
        assert 0.2 < side.std() < 1.0


def test_an_example_is_a_function_of_its_number() -> None:
    def draw(index: int) -> Any:
        return LatentExamples(TwoHills(), SCALE, NoiseSchedule(50), seed=3, length=9, min_snr=None)[
            index
        ]

    one, two, other = draw(4), draw(4), draw(5)

    assert np.array_equal(one.noisy, two.noisy)
    assert np.array_equal(one.velocity, two.velocity)
    assert one.share != other.share


def test_tokens_are_as_noisy_as_the_level_says() -> None:
    schedule = NoiseSchedule(50)
    examples = LatentExamples(TwoHills(), SCALE, schedule, seed=3, length=99, min_snr=None)
    for index in range(99):
        one = examples[index]
        level = round(one.share * 50)
        clean = schedule.clean(one.noisy, one.velocity, level)
        about = SCALE.encode(np.full((1, 2), MEANS[int(one.about[0, 0] > 0)], np.float32))
        assert 1 <= level <= 50
        assert np.abs(clean - about).max() < 0.6


def test_levels_of_a_batch_are_spread_evenly() -> None:
    examples = LatentExamples(
        TwoHills(), SCALE, NoiseSchedule(1000), seed=1, length=64, min_snr=None
    )
    shares = np.sort([examples[index].share for index in range(64)])

    assert np.diff(shares, prepend=0, append=1).max() < 3 / 64


def test_a_high_ratio_of_signal_to_noise_counts_no_more_than_the_bound() -> None:
    schedule = NoiseSchedule(50)
    plain, bounded = (
        LatentExamples(TwoHills(), SCALE, schedule, seed=1, length=64, min_snr=bound)
        for bound in (None, 5.0)
    )
    for index in range(64):
        power = schedule.power[round(plain[index].share * 50)]
        of_clean = bounded[index].weight / (1 - power)  # an error of v is one of x_0 over its noise
        assert plain[index].weight == 1
        assert of_clean == pytest.approx(min(5.0, power / (1 - power)))


def test_examples_of_different_lengths_are_padded_side_by_side() -> None:
    examples = LatentExamples(TwoHills(), SCALE, NoiseSchedule(5), seed=1, length=9, min_snr=None)
    some = [examples[index] for index in range(9)]
    batch = collate_latents(some)

    for row, one in enumerate(some):
        n = len(one.noisy)
        assert batch.present[row].tolist() == [at < n for at in range(batch.present.shape[1])]
        for name in ("noisy", "velocity", "about"):
            assert np.array_equal(getattr(batch, name)[row, :n].numpy(), getattr(one, name))
            assert not getattr(batch, name)[row, n:].any()


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"levels: must be at least 1.*\nmin_snr: must be above"):
        LatentTrainingConfig(levels=0, min_snr=0.0)
