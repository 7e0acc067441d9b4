"""The DDPM on a VAE's latents: whose they are, how they are drawn, and what is measured."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.diffusion.sampling import Plan
from segue.errors import InputError
from segue.paper.diffusion import (
    DIFFUSION_FOLDER,
    BestVAE,
    open_best_vae,
    train_diffusion,
    trained_denoiser,
)
from segue.paper.diffusion_measures import (
    DDPM_LATENTS,
    MEASURES_NAME,
    PRIOR,
    TRAINING,
    draw_latents,
    measure_diffusion,
)
from segue.paper.diffusion_report import diffusion_music, read_diffusion
from segue.paper.latents import KINDS, kinds_of
from segue.paper.sweep import Sweep
from tests.unit.paper.experiments import settings, write_array


def experiment(folder: Path, **changes: object) -> Path:
    run = folder / "run"
    config = settings(**changes)
    Sweep(config, write_array(folder), run, devices=[torch.device("cpu")]).run(lambda _: None)
    return run


PLANS = {"in a few steps": Plan(2), DDPM_LATENTS: Plan(3)}


@pytest.fixture(scope="module", autouse=True)
def _quick_judge_and_few_steps() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("segue.paper.judge._STEPS", 2)
        patch.setattr("segue.paper.diffusion_measures._PLANS", PLANS)
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment whose networks have trained for three steps each and have been measured."""
    made = experiment(tmp_path_factory.mktemp("experiment"))
    vae = open_best_vae(made)
    train_diffusion(made, vae, lambda *_: None, steps=3)
    measure_diffusion(made, vae)
    return made


@pytest.fixture
def vae(run: Path) -> BestVAE:
    return open_best_vae(run)


@pytest.mark.parametrize("kind", KINDS)
def test_a_song_s_z_is_drawn_from_its_posterior(vae: BestVAE, kind: str) -> None:
    latents = vae.latents("train", kind)  # type: ignore[arg-type]
    draws = np.stack([latents.draws(seed) for seed in range(400)])

    assert np.abs((draws.mean(axis=0) - latents.mean) / latents.deviation).max() < 0.3
    assert np.abs(draws.std(axis=0) / latents.deviation - 1).max() < 0.2
    assert (latents.given.shape[1] > 0) == (kind == "conditional")
    rng = np.random.default_rng(3)
    for _ in range(5):
        one = latents.draw(rng)
        far = np.abs((one.values - latents.mean) / latents.deviation).max(axis=1)
        assert one.values.shape == (1, latents.mean.shape[1])
        assert far.min() < 6


def test_what_is_given_is_what_the_conditional_decoder_reads(vae: BestVAE) -> None:
    n = vae.model.config.partial_notes
    raw = np.asarray(vae.data.splits["test"])
    partial = torch.from_numpy(vae.data.representation.code(raw)[:, :n])
    with torch.no_grad():
        read = vae.model.read_partial(partial).numpy()

    np.testing.assert_allclose(vae.latents("test", "conditional").given, read, atol=1e-6)


def test_an_autoencoder_has_latents_without_deviation(tmp_path: Path) -> None:
    vae = open_best_vae(
        experiment(tmp_path, model__kind="autoencoder", model__conditional=False, betas=(0.0,))
    )
    latents = vae.latents("valid", "unconditional")

    assert kinds_of(vae.model) == ("unconditional",)
    assert np.array_equal(latents.draws(1), latents.mean)


def test_each_z_has_a_seed_of_its_own(run: Path, vae: BestVAE) -> None:
    given = vae.latents("test", "conditional").given
    saved = trained_denoiser(run, "conditional")
    all_of_them = draw_latents(saved, given, Plan(4), seed=2)

    np.testing.assert_allclose(
        draw_latents(saved, given[:1], Plan(4), seed=2), all_of_them[:1], atol=1e-5
    )
    assert len(np.unique(all_of_them.round(4), axis=0)) == len(given)


def test_every_set_is_measured_and_the_same_again(run: Path, vae: BestVAE) -> None:
    path = run / DIFFUSION_FOLDER / MEASURES_NAME
    found = json.loads(path.read_text())
    told: list[tuple[str, str]] = []
    measure_diffusion(run, vae, lambda kind, name: told.append((kind, name)))

    assert json.loads(path.read_text()) == found
    assert found["vae"] == vae.about
    assert told == [(kind, name) for kind in KINDS for name in found["measures"][kind]]
    for kind in KINDS:
        rows = found["measures"][kind]
        for name in (TRAINING, PRIOR, DDPM_LATENTS):
            assert rows[name]["columns"] > 0
            assert rows[name]["latent_frechet"] > 0
        assert "latent_mmd" not in rows["reconstructions of test songs"]
        # This VAE knows nothing: its z are all N(0, I), and no set's noise is another's.
        by_chance = rows[TRAINING]["latent_frechet"]
        assert rows[PRIOR]["latent_frechet"] == pytest.approx(by_chance, rel=0.8)


def test_the_section_says_what_was_measured(run: Path) -> None:
    section = read_diffusion(run)

    assert section is not None
    assert [title for title, _ in section.tables] == [
        "From nothing", "Given the first third of test songs",
    ]  # fmt: skip
    for _, rows in section.tables:
        assert len({len(row) for row in rows}) == 1
        assert rows[1][0] == TRAINING
    assert all("nearer" in verdict for verdict in section.verdicts)


def test_the_first_notes_of_a_continuation_are_the_song_s_own(run: Path, vae: BestVAE) -> None:
    pieces = {name: piece for name, _, piece in diffusion_music(run, vae, samples=1, songs=2)}
    song = np.asarray(vae.data.splits["test"][1])
    n = vae.model.config.partial_notes

    assert set(pieces) == {"ddpm-1", "ddpm-continuation-1", "ddpm-continuation-2"}
    np.testing.assert_allclose(pieces["ddpm-continuation-2"].table[:n], song[:n], atol=1e-3)


def test_finished_networks_are_passed_over_and_more_steps_go_on(run: Path, vae: BestVAE) -> None:
    seen: list[tuple[str, int]] = []
    train_diffusion(run, vae, lambda kind, report: seen.append((kind, report.step)), steps=3)
    assert seen == []

    before = (run / DIFFUSION_FOLDER / "conditional" / "model" / "model.safetensors").read_bytes()
    train_diffusion(run, vae, lambda kind, report: seen.append((kind, report.step)), steps=4)
    assert seen == [("unconditional", 4), ("conditional", 4)]
    path = run / DIFFUSION_FOLDER / "conditional" / "model" / "model.safetensors"
    assert path.read_bytes() != before


def test_latents_of_another_model_are_refused(run: Path, vae: BestVAE) -> None:
    path = run / DIFFUSION_FOLDER / "vae.json"
    was = path.read_text()
    try:
        path.write_text(json.dumps({**vae.about, "sha256": "another"}))
        with pytest.raises(InputError, match=r"is of the latents of beta-1/seed-1 after epoch \d"):
            train_diffusion(run, vae, lambda *_: None, steps=3)
        path.write_text("[")
        with pytest.raises(InputError, match=r"vae\.json cannot be read"):
            train_diffusion(run, vae, lambda *_: None, steps=3)
    finally:
        path.write_text(was)


def test_an_experiment_without_a_sampled_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no experiment"):
        open_best_vae(tmp_path)


def test_damaged_measures_are_told_of(run: Path, tmp_path: Path) -> None:
    assert read_diffusion(tmp_path) is None
    path = tmp_path / DIFFUSION_FOLDER / MEASURES_NAME
    path.parent.mkdir()
    for text in ("{", "[]", '{"measures": {"unconditional": {}}, "vae": {}}'):
        path.write_text(text)
        with pytest.raises(InputError, match="damaged"):
            read_diffusion(tmp_path)
