"""Where a run computes: precision, devices, and the processes that torchrun started.

Lightning Fabric does the work. What is added: under torchrun the numbers of devices and machines
are torchrun's, and a Mac's GPU is passed over, since it lacks operations that the model needs.
"""

import os
from typing import Literal

import torch
from lightning_fabric import Fabric

from segue.errors import InputError


def build_fabric(
    *, precision: Literal["bf16-mixed", "32-true"], devices: int, accelerator: str
) -> Fabric:
    """A launched Fabric: with several devices, this process is one of several from here on.

    `devices`: processes on this machine; under torchrun it is torchrun's to say and is not read.
    `accelerator`: "cpu", "cuda", or "auto".

    Raises:
        InputError: there are not so many devices.
    """
    if accelerator == "auto":
        accelerator = "cuda" if torch.cuda.is_available() else "cpu"
    nodes = 1
    if torch.distributed.is_available() and torch.distributed.is_torchelastic_launched():
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    if devices < 1 or (accelerator == "cuda" and devices > torch.cuda.device_count()):
        found = torch.cuda.device_count() if accelerator == "cuda" else "the CPU"
        raise InputError(f"{devices} devices were asked for, and there is {found}")
    several = devices * nodes > 1
    fabric = Fabric(
        accelerator=accelerator,
        strategy="ddp" if several else "auto",
        devices=devices,
        num_nodes=nodes,
        precision=precision,
    )
    fabric.launch()
    return fabric


def is_one_of_several() -> bool:
    """Whether torchrun started this process beside others."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1
