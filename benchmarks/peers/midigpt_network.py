"""MIDI-GPT's network at the size of its wheel's default configuration, untrained.

Its engine and grammar need an encoder's configuration that comes with its weights, which are behind
a licence on a hub; so the network alone is timed, by its own class and its own cache, a token at a
time for all takes at once, without the masks of its grammar.
"""

from importlib.metadata import version
from typing import Any

import torch
from midigpt.inference.model.gpt2 import GPT2Config, GPT2LMHeadModel
from timing import Prompt, read_task, report, use_threads

TOKENS_A_NOTE = 3
"""Time, onset, duration; velocity only where it changes, time only where it does."""


@torch.inference_mode()
def main() -> None:
    """Time it on the task of standard input."""
    task = read_task()
    use_threads(task)
    torch.manual_seed(1)
    config = GPT2Config()
    model = GPT2LMHeadModel(config).eval()
    size = sum(p.numel() for p in model.parameters()) / 1e6

    def room(notes: int) -> int:
        return int(min(notes * TOKENS_A_NOTE, config.n_positions))

    def read(prompt: Prompt) -> tuple[torch.Tensor, Any]:
        length = min(room(prompt.prompt_notes), config.n_positions - room(prompt.notes))
        tokens = torch.randint(config.vocab_size, (1, length)).expand(task.takes, -1)
        logits, cache = model(tokens, _empty(model, task.takes))[:2]
        return logits[:, -1], cache

    def write(state: tuple[torch.Tensor, Any], prompt: Prompt) -> int:
        logits, cache = state
        for _ in range(room(prompt.notes)):
            token = torch.multinomial(logits.softmax(-1), 1)
            logits, cache = model(token, cache)[:2]
            logits = logits[:, -1]
        return int(task.takes) * room(prompt.notes) // TOKENS_A_NOTE

    report(
        task,
        what=f"midigpt {version('midigpt')}, network alone, {size:.1f} M",
        weights="untrained",
        read=read,
        write=write,
    )


def _empty(model: GPT2LMHeadModel, takes: int) -> Any:
    return tuple(tuple(part.expand(takes, *part.shape[1:]) for part in layer) for layer in
                 model.make_empty_kv())  # fmt: skip


if __name__ == "__main__":
    main()
