"""Write which tones pychord finds in the chords that it knows: golden values for the tests.

    python -m venv chords && chords/bin/pip install pychord==1.4.1
    chords/bin/python scripts/write_chord_golden.py

It is not a dependency: of usual spellings it reads three in five.
"""

import json
from pathlib import Path

from pychord import Chord, QualityManager

GOLDEN = Path(__file__).parents[1] / "tests/golden/pychord.json"
ROOTS = ("C", "F#", "Bb")

if __name__ == "__main__":
    found = {
        f"{root}{quality}": sorted({tone % 12 for tone in Chord(root + quality).components(False)})
        for quality in QualityManager().get_qualities()
        for root in ROOTS
    }
    GOLDEN.write_text(json.dumps(found, indent=0) + "\n")
