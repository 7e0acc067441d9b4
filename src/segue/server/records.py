"""What a project's file holds, as records: nodes, suggestions and takes without their music."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Facts", "NewNode", "NodeRow", "SuggestionRow", "TakeRow"]


@dataclass(frozen=True, kw_only=True)
class NewNode:
    """A node to add."""

    kind: str
    label: str
    midi: bytes
    n_bars: int
    n_notes: int
    name: str | None = None
    region: dict[str, Any] | None = None
    novelty: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class NodeRow:
    """A node without its music."""

    id: int
    parent: int | None
    kind: str
    label: str
    name: str | None
    starred: bool
    note: str
    created: str
    region: dict[str, Any] | None
    n_bars: int
    n_notes: int
    novelty: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Name, times and current node of a project."""

    name: str
    created: str
    changed: str
    current: int
    n_nodes: int


@dataclass(frozen=True, kw_only=True)
class TakeRow:
    """A finished take without its piece."""

    number: int
    rank: int
    details: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SuggestionRow:
    """A suggestion and its finished takes, by their numbers."""

    number: int
    node: int
    asked: dict[str, Any]
    region: dict[str, Any]
    state: str
    message: str | None
    takes: list[TakeRow]
