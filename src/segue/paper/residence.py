"""Where a split's songs are while a model trains (the paper's section 4.3), by one switch.

- `mapped`: in the packed file; what a batch needs is read and coded when it is asked for.
- `memory`: coded once, in this process's memory.
- `shared`: the same in shared memory (/dev/shm on Linux), for DataLoader workers and the like.
- `device`: the same on the device that computes: batches are picked there, nothing is copied.
"""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from segue.errors import InputError
from segue.paper.config import Residence
from segue.paper.representation import Representation

__all__ = ["ResidentSongs"]

Float32Array: TypeAlias = npt.NDArray[np.float32]

_CHUNK: Final = 1024
"""Songs that are coded at once."""


class ResidentSongs:
    """A split's songs, coded, given in batches on a device."""

    def __init__(
        self,
        raw: Float32Array,
        representation: Representation,
        residence: Residence,
        device: torch.device,
    ) -> None:
        """`raw`: (songs, N, C), perhaps memory-mapped.

        Raises:
            InputError: memory does not suffice.
        """
        self.device = device
        self._raw = raw
        self._representation = representation
        self._coded: Tensor | None = None
        if residence != "mapped":
            self._coded = self._all_coded(residence)

    def __len__(self) -> int:
        """The number of songs."""
        return len(self._raw)

    def batch(self, songs: Tensor) -> Tensor:
        """The songs of these indices, (B,), on the device, (B, N, C)."""
        if self._coded is None:
            raw = np.asarray(self._raw[songs.cpu().numpy()])
            return torch.from_numpy(self._representation.code(raw)).to(self.device)
        return self._coded[songs.to(self._coded.device)].to(self.device, non_blocking=True)

    def _all_coded(self, residence: Residence) -> Tensor:
        try:
            home = self.device if residence == "device" else torch.device("cpu")
            coded = torch.empty(self._raw.shape, dtype=torch.float32, device=home)
            if residence == "shared":
                coded.share_memory_()  # type: ignore[no-untyped-call]
        except (RuntimeError, MemoryError) as error:  # OutOfMemoryError is a RuntimeError
            size = self._raw.nbytes / 2**30
            raise InputError(
                f"{size:.1f} GiB of songs have no room there ({residence}); set data.residence to "
                '"mapped", or take fewer songs'
            ) from error
        for first in range(0, len(self), _CHUNK):
            part = self._representation.code(np.asarray(self._raw[first : first + _CHUNK]))
            coded[first : first + len(part)] = torch.from_numpy(part)
        return coded
