"""The decoder: a plain causal transformer over the notes of several tracks.

One step is one note, its five attributes predicted in turn (`decoder_heads`); the visible notes of
a window are read first, the masked ones written after them (`segue.encoding.sequence`), so
that one network continues, infills, regenerates and composes. Attention turns with musical time as
well as with the event's index (`segue.nn.transformer`).

Shapes: B batch, T events, NB bars, D width.
"""

from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.sequence import ATTRIBUTES, MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import END, MAX_PARTS, N_INSTRUMENTS
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_heads import AttributeHeads, AttributeWalk
from segue.models.decoder_shape import BAR_COLUMNS, EVENT_COLUMNS, LONGEST_TIME, NOTE_COLUMNS
from segue.models.embedding import TABLE_STD, ColumnEmbedding
from segue.models.latent_reader import CellLatents, LatentReader, ReadLatents
from segue.nn.norm import RMSNorm
from segue.nn.transformer import Block, LayerCache, rotary_angles


@dataclass
class Windows:
    """Windows of music side by side, and what of each the model knows beforehand."""

    columns: Tensor
    """(B, T, N_COLUMNS) int64; controls that are not asked are 0; after the end, kind PAD."""
    weights: Tensor
    """(B, T - 1) float: how much the prediction of event t + 1 counts."""
    instruments: Tensor
    """(B, MAX_PARTS) int64: of the roster's parts; `NO_PART` where there is none."""
    masked_parts: Tensor
    """(B, NB, MAX_PARTS) float: the parts to be written in each bar; all 0 where not given."""
    latents: CellLatents | None = None
    """Of some of the cells to be written."""
    read: Tensor | None = None
    """The columns as the model reads them, where they are not what came: with mistakes."""

    def to(self, device: torch.device | str) -> "Windows":
        """The same on a device."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{k: v.to(device) for k, v in given.items() if v is not None})


@dataclass
class Terms:
    """What the loss is made of: sums over windows, in nats, and what to divide them by."""

    nll: Tensor
    """Of each attribute, weighted, (5,)."""
    events: Tensor
    """The weight of all events."""
    notes: Tensor
    """The weight of the notes among them."""


class Decoder(nn.Module):
    """The network; see the module."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = EventEmbedding(config.width)
        self.blocks = nn.ModuleList(Block(config.width, config.heads) for _ in range(config.layers))
        self.norm = RMSNorm(config.width)
        self.heads = AttributeHeads(config.width)
        self.latents: LatentReader | None = None
        if config.slices:
            self.latents = LatentReader(config.width, config.slices, config.latent_width)

    def begin_with(self, other: "Decoder") -> None:
        """Take over the weights of another, which may lack what reads latents."""
        lacking = self.load_state_dict(other.state_dict(), strict=False)
        wrong = [*lacking.unexpected_keys, *lacking.missing_keys]
        assert all(name.startswith("latents.") for name in wrong), wrong

    def decode(
        self,
        columns: Tensor,
        masked_parts: Tensor,
        instruments: Tensor,
        latents: ReadLatents | None = None,
    ) -> Tensor:
        """Hidden states after each event, (B, T, D). The arguments: see `Windows`."""
        return self.read(columns, self.embed.asked(masked_parts, instruments), latents)

    def read(
        self,
        columns: Tensor,
        asked: Tensor,
        latents: ReadLatents | None = None,
        caches: list[LayerCache] | None = None,
        at: int = 0,
    ) -> Tensor:
        """`decode`, where what bars are asked is known already: `EventEmbedding.asked`.

        With caches, `columns` are the events from index `at`.
        """
        angles = rotary_angles(
            columns[..., Column.TIME],
            at,
            head_width=self.config.width // self.config.heads,
            longest_time=LONGEST_TIME,
        )
        x = self.embed(columns, asked)
        if latents is not None:
            x = x + latents.of_events(columns)
        for i, block in enumerate(self.blocks):
            x = block(x, angles, None if caches is None else caches[i], at)
        out: Tensor = self.norm(x)
        return out

    def read_latents(self, latents: CellLatents | None) -> ReadLatents | None:
        """What they say; None where none are given."""
        if latents is None:
            return None
        assert self.latents is not None, "this decoder reads no latents"
        said: ReadLatents = self.latents(latents)
        return said

    def walk(self, windows: Windows) -> AttributeWalk:
        """Begin to choose every event after the first, given all before it as they are read."""
        before = windows.columns[:, :-1]
        read = before if windows.read is None else windows.read[:, :-1]
        latents = self.read_latents(windows.latents)
        hidden = self.decode(read, windows.masked_parts, windows.instruments, latents)
        return self.heads.walk(hidden, before, windows.instruments, latents)

    def forward(self, windows: Windows) -> Terms:
        """The terms of the loss: every event after the first, given all before it."""
        target, walk = windows.columns[:, 1:], self.walk(windows)
        truth, is_note = true_attributes(target)
        nll = []
        for attribute in range(len(ATTRIBUTES)):
            logits = walk.logits()
            loss = F.cross_entropy(
                logits.float().flatten(0, 1), truth[attribute].flatten(), reduction="none"
            ).view_as(is_note)
            counted = windows.weights if attribute == 0 else windows.weights * is_note
            nll.append((loss * counted).sum())
            if attribute < len(ATTRIBUTES) - 1:
                walk.choose(truth[attribute], target if attribute == 0 else None)
        return Terms(
            nll=torch.stack(nll),
            events=windows.weights.sum(),
            notes=(windows.weights * is_note).sum(),
        )


class EventEmbedding(nn.Module):
    """A whole event: kind and role, then what a note or a bar says, then its cell's controls."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.sum = ColumnEmbedding((*EVENT_COLUMNS, *NOTE_COLUMNS, *BAR_COLUMNS), width)
        self.masked_instruments = nn.Embedding(N_INSTRUMENTS + 1, width)
        self.masked_parts = nn.Linear(MAX_PARTS, width, bias=False)
        nn.init.normal_(self.masked_instruments.weight, std=TABLE_STD)
        nn.init.zeros_(self.masked_parts.weight)
        sizes = [len(EVENT_COLUMNS), len(NOTE_COLUMNS), len(BAR_COLUMNS)]
        kinds = torch.arange(3).repeat_interleave(torch.tensor(sizes))
        self.of_note: Tensor
        self.of_bar: Tensor
        self.register_buffer("of_note", kinds <= 1, persistent=False)
        self.register_buffer("of_bar", kinds != 1, persistent=False)

    def asked(self, masked_parts: Tensor, instruments: Tensor) -> Tensor:
        """What the event that begins a written bar says of its parts, (B, NB, width)."""
        by_instrument: Tensor = masked_parts @ self.masked_instruments(instruments)
        by_part: Tensor = self.masked_parts(masked_parts)
        return by_instrument + by_part

    def forward(self, columns: Tensor, asked: Tensor) -> Tensor:
        """Events (B, T, N_COLUMNS) as vectors, (B, T, width)."""
        is_note = (columns[..., Column.KIND] == NOTE_EVENT)[..., None]
        applies = torch.where(is_note, self.of_note, self.of_bar)
        bar = columns[..., Column.BAR].clamp(max=asked.shape[1] - 1)
        of_bar = asked.gather(1, bar[..., None].expand(-1, -1, asked.shape[-1]))
        begins = (columns[..., Column.ROLE, None] == MASKED) & ~is_note
        out: Tensor = self.sum(columns, applies) + of_bar * begins
        return out


def true_attributes(target: Tensor) -> tuple[list[Tensor], Tensor]:
    """The classes of each attribute of events, five of (B, T), and which events are notes.

    Of the beginning of a bar, the part is `END`.
    """
    is_note = target[..., Column.KIND] == NOTE_EVENT
    part = torch.where(is_note, target[..., Column.PART], END)
    columns = (Column.POSITION, Column.PITCH, Column.DURATION, Column.VELOCITY)
    return [part, *(target[..., column] * is_note for column in columns)], is_note.float()
