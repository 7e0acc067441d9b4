"""`python -m segue.examples` composes the examples and writes their MIDI files."""

from segue.examples import example_path
from segue.examples.compose import compose_all
from segue.midi import write_file

if __name__ == "__main__":
    for name, content in compose_all().items():
        write_file(example_path(name), content)
