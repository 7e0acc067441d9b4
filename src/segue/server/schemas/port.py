"""What is sent to the virtual MIDI port."""

from typing import Annotated

from pydantic import Field, Strict

from segue.server.schemas.asked import Asked, Tick

__all__ = ["ChannelMessage", "HeardMessages", "PlayRequest"]


class PlayRequest(Asked):
    """From where a piece is played."""

    from_tick: Tick = 0


ChannelMessage = tuple[
    Annotated[float, Field(ge=0, le=2**53, allow_inf_nan=False)],
    Annotated[int, Field(ge=0x80, le=0xEF)],
    Annotated[int, Field(ge=0, le=127)],
    Annotated[int, Field(ge=0, le=127)],
]


class HeardMessages(Asked):
    """What the page is about to play; times are in ms by the page's own clock."""

    sent_ms: float = Field(ge=0, le=2**53, allow_inf_nan=False, description="When this is sent.")
    messages: list[Annotated[ChannelMessage, Strict(False)]] = Field(
        max_length=20_000, description="[when in ms, status, data1, data2]"
    )
