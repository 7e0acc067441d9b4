"""Published sizes as GPT-2 networks of `transformers`, untrained; which one is option `size`.

- `mmt`: the Multitrack Music Transformer, 6 layers, 8 heads, width 512, six fields an event, one
  step a note (its paper's table 2 has 19.94 M parameters and 11.79 notes a second).
- `amt`: the Anticipatory Music Transformer, 12 layers, 12 heads, width 768, a vocabulary of 55,028,
  context 1,024, three tokens a note (its model cards call it 128 M).

Both write with a key-value cache, all takes at once, as fast as the network alone can; neither
project's own sampling does, nor are its rules for valid events computed.
"""

import torch
from timing import Prompt, Task, read_task, report, use_threads
from torch import nn
from transformers import GPT2Config, GPT2Model
from transformers import __version__ as transformers_version

MMT_FIELDS = {"type": 5, "beat": 257, "position": 13, "pitch": 129, "duration": 33, "program": 65}
AMT_VOCABULARY = 55_028


class Decoder(nn.Module):
    """Some tables in, a GPT-2, as many heads out."""

    def __init__(self, fields: list[int], *, layers: int, heads: int, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(size, width) for size in fields)
        self.body = GPT2Model(
            GPT2Config(vocab_size=1, n_positions=1024, n_embd=width, n_layer=layers, n_head=heads)
        )
        self.outs = nn.ModuleList(nn.Linear(width, size, bias=False) for size in fields)

    def forward(self, tokens: torch.Tensor, cache: object) -> tuple[list[torch.Tensor], object]:
        """Tokens (B, T, fields) and what was cached -> the last logits of each field, the cache."""
        x = sum(table(tokens[..., i]) for i, table in enumerate(self.tables))
        found = self.body(inputs_embeds=x, past_key_values=cache, use_cache=True)
        last = found.last_hidden_state[:, -1]
        return [out(last) for out in self.outs], found.past_key_values


@torch.inference_mode()
def main() -> None:
    """Time the network of the size that the task names."""
    task = read_task()
    use_threads(task)
    torch.manual_seed(1)
    name = task.options["size"]
    if name == "mmt":
        fields, steps_a_note, title = list(MMT_FIELDS.values()), 1, "Multitrack Music Transformer"
        model = Decoder(fields, layers=6, heads=8, width=512).eval()
    else:
        fields, steps_a_note, title = [AMT_VOCABULARY], 3, "Anticipatory Music Transformer"
        model = Decoder(fields, layers=12, heads=12, width=768).eval()
        model.outs[0].weight = model.tables[0].weight  # tied, as GPT-2's are
    _time(task, model, fields, steps_a_note, title)


def _time(task: Task, model: Decoder, fields: list[int], steps_a_note: int, title: str) -> None:
    size = sum(p.numel() for p in model.parameters()) / 1e6
    context = model.body.config.n_positions

    def read(prompt: Prompt) -> tuple[list[torch.Tensor], object]:
        written = min(prompt.notes * steps_a_note, context // 2)
        length = max(1, min(prompt.prompt_notes * steps_a_note, context - written))
        tokens = torch.stack([torch.randint(n, (1, length)) for n in fields], dim=-1)
        found: tuple[list[torch.Tensor], object] = model(tokens.expand(task.takes, -1, -1), None)
        return found

    def write(state: tuple[list[torch.Tensor], object], prompt: Prompt) -> int:
        logits, cache = state
        steps = min(prompt.notes * steps_a_note, context // 2)
        for _ in range(steps):
            drawn = [torch.multinomial(each.softmax(-1), 1) for each in logits]
            logits, cache = model(torch.stack(drawn, dim=-1), cache)
        return int(task.takes * steps // steps_a_note)

    report(
        task,
        what=f"{title}'s size, {size:.0f} M, transformers {transformers_version}",
        weights="untrained",
        read=read,
        write=write,
    )


if __name__ == "__main__":
    main()
