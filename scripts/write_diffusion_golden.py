"""Ask diffusers' own schedulers for noise levels and steps, as golden values for `tests`.

Segue's samplers must run without PyTorch, which diffusers' schedulers are written in; so diffusers
judges them, and is no dependency. This runs in an environment of its own:

    python -m venv build/diffusers
    build/diffusers/bin/pip install torch diffusers==0.42.1
    build/diffusers/bin/python scripts/write_diffusion_golden.py

The velocities are a made-up function of the noisy latents, so that a whole walk can be repeated.
"""

import json
from pathlib import Path

import diffusers
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from torch import Tensor

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "diffusers.json"
LEVELS = 40
STEPS = 10
COMMON = {
    "num_train_timesteps": LEVELS,
    "beta_schedule": "squaredcos_cap_v2",
    "prediction_type": "v_prediction",
    "clip_sample": False,
    "timestep_spacing": "trailing",
}


def velocity(noisy: Tensor) -> Tensor:
    """Any function will do."""
    return torch.sin(3 * noisy) - 0.5 * noisy


def walk(scheduler: DDIMScheduler, steps: int, eta: float, begin: Tensor) -> dict[str, object]:
    """DDIM from noise, with the noise that it added."""
    scheduler.set_timesteps(steps)
    random, x, added = torch.Generator().manual_seed(2), begin, []
    for timestep in scheduler.timesteps:
        fresh = torch.randn(begin.shape, generator=random)
        x = scheduler.step(
            velocity(x), timestep, x, eta=eta, variance_noise=fresh if eta else None
        ).prev_sample
        added.append(fresh.tolist())
    return {"steps": steps, "eta": eta, "noise": added if eta else [], "end": x.tolist()}


def ancestral(begin: Tensor) -> dict[str, object]:
    """DDPM from noise, every level."""
    scheduler = DDPMScheduler(variance_type="fixed_small", **COMMON)
    scheduler.set_timesteps(LEVELS)
    random, x = torch.Generator().manual_seed(3), begin
    for timestep in scheduler.timesteps:
        x = scheduler.step(velocity(x), timestep, x, generator=random).prev_sample
    again = torch.Generator().manual_seed(3)  # it draws once a step, but for the last
    noise = [torch.randn(begin.shape, generator=again).tolist() for _ in range(LEVELS - 1)]
    return {"steps": LEVELS, "eta": 1.0, "noise": noise, "end": x.tolist()}


def main() -> None:
    """Write the file."""
    begin = torch.randn((2, 3, 2), generator=torch.Generator().manual_seed(1))
    scheduler = DDIMScheduler(**COMMON)
    found = {
        "by": f"diffusers {diffusers.__version__}",
        "power": scheduler.alphas_cumprod.double().tolist(),
        "begin": begin.tolist(),
        "ddim": [walk(scheduler, STEPS, eta, begin) for eta in (0.0, 0.6, 1.0)],
        "ddpm": ancestral(begin),
    }
    GOLDEN.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print(GOLDEN)


if __name__ == "__main__":
    main()
