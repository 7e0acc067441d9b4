"""Segue's `band`: eight bars in four takes, as `segue continue` writes them."""

import segue
from benchmarks.peers.timing import Prompt, read_task, report, use_threads
from segue.midi import MidiDocument, read_document


def main() -> None:
    """Time it on the task of standard input."""
    task = read_task()
    use_threads(task)
    model = segue.load(task.options.get("model", "band"))
    size = model.n_parameters / 1e6

    def write(document: MidiDocument, _: Prompt) -> int:
        made = model.continue_(document, bars=task.bars, takes=task.takes, seed=1)
        return sum(take.n_new_notes for take in made)

    report(
        task,
        what=f"segue {segue.__version__}, {model.name.partition('@')[0]}, {size:.1f} M",
        weights="trained",
        read=lambda prompt: read_document(prompt.midi),
        write=write,
    )


if __name__ == "__main__":
    main()
