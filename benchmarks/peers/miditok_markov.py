"""A Markov chain of order 3 over MidiTok's REMI tokens, counted on the prompt that it continues.

Neither MidiTok nor music21 has a Markov model to be called; this is the few lines that one writes
with the first, tokenising and going back to a score counted in.
"""

import random
from collections import defaultdict
from importlib.metadata import version

from miditok import REMI, TokenizerConfig
from symusic import Score
from timing import Prompt, read_task, report

ORDER = 3
_PITCHES = ("Pitch_", "PitchDrum_")


def main() -> None:
    """Time it on the task of standard input."""
    task = read_task()
    tokenizer = REMI(TokenizerConfig(use_programs=True, one_token_stream_for_programs=True))
    dice = random.Random(1)

    def read(prompt: Prompt) -> tuple[list[int], dict[tuple[int, ...], list[int]]]:
        tokens = tokenizer(Score(str(prompt.midi))).ids
        followers: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for at, token in enumerate(tokens):
            for order in range(ORDER + 1):
                if order <= at:
                    followers[tuple(tokens[at - order : at])].append(token)
        return tokens, followers

    def write(state: tuple[list[int], dict[tuple[int, ...], list[int]]], prompt: Prompt) -> int:
        tokens, followers = state
        written = 0
        for _ in range(task.takes):
            take, notes = list(tokens[-ORDER:]), 0
            while notes < prompt.notes:
                order = ORDER
                while not followers.get(tuple(take[len(take) - order :])):
                    order -= 1
                take.append(dice.choice(followers[tuple(take[len(take) - order :])]))
                notes += tokenizer[take[-1]].startswith(_PITCHES)
            written += sum(len(track.notes) for track in tokenizer(take[ORDER:]).tracks)
        return written

    report(
        task,
        what=f"order {ORDER} over MidiTok {version('miditok')}'s REMI",
        weights="counted on the prompt",
        read=read,
        write=write,
    )


if __name__ == "__main__":
    main()
