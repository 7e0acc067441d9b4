"""What a run trains: a network, its examples, and what they measure.

The loop knows batches by number and sums by their names; a task knows the music.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import Field, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import torch
from torch import Tensor, nn

from segue.training.config import RunSettings

__all__ = ["Batch", "Share", "Sums", "Task"]


class Batch(Protocol):
    """What the network is called with."""

    def to(self, device: torch.device | str) -> Self:
        """The same on a device."""
        ...


class Sums(Protocol):
    """A dataclass of tensors that are sums over a batch: those of several devices are added."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    events: Tensor
    """What progress is counted in."""


BatchT = TypeVar("BatchT", bound=Batch)
SumsT = TypeVar("SumsT", bound=Sums)


@dataclass(frozen=True)
class Share:
    """The part of the examples that is a device's: number `number`, from 0, of `of`."""

    number: int
    of: int

    def numbers(self, count: int) -> list[int]:
        """Which of so many examples are the device's."""
        return list(range(self.number, count, self.of))


class Task(ABC, Generic[BatchT, SumsT]):
    """What a run trains.

    Attributes:
        config: the run's settings.
        hidden: how the names of the matrices begin that Muon moves.
        about: what the model's card says of the run beside its settings.
        notices: what whoever watches the run should know of its music.
    """

    config: RunSettings
    hidden: tuple[str, ...]
    about: dict[str, Any]
    notices: list[str]

    @abstractmethod
    def build_model(self) -> nn.Module:
        """The network, which returns `Sums` of a batch; asked once, after the seed is set."""

    @abstractmethod
    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[BatchT]:
        """A batch of the examples of each list of numbers, all below `n_examples`.

        Raises:
            CorpusError: the songs are too short.
        """

    @abstractmethod
    def loss(self, sums: SumsT) -> Tensor:
        """What a step makes smaller."""

    @abstractmethod
    def measures(self, sums: SumsT) -> dict[str, float]:
        """What a batch says, as numbers to log; `nll/event` among them, if it has nats."""

    @abstractmethod
    def validation_sums(self, share: Share, device: torch.device) -> Sequence[SumsT]:
        """A device's share of the validation, by the model as it is now."""

    @abstractmethod
    def validation_measures(self, found: Sequence[SumsT]) -> dict[str, float]:
        """What all of the validation says; `nll/event` among it, if it has nats."""

    @abstractmethod
    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a model with these weights.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
