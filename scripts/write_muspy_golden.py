"""Write what MusPy says of Segue's example pieces: golden values for tests of the metrics.

    python -m venv muspy && muspy/bin/pip install muspy==0.5.0
    muspy/bin/python scripts/write_muspy_golden.py

MusPy reads the MIDI files itself. It is not a dependency, since it pulls in two dozen packages. Its
groove consistency and empty-measure rate always add a bar after the last end of a note; the tests
say how they allow for that.
"""

import json
from pathlib import Path

import muspy

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "src/segue/examples"
GOLDEN = ROOT / "tests/golden/muspy.json"
STEPS_PER_QUARTER = 12


def measured(path: Path) -> dict[str, float]:
    """MusPy's metrics of one file; those of a grid at 12 steps a quarter."""
    music = muspy.read_midi(str(path))
    found = {
        "pitch_class_entropy": muspy.pitch_class_entropy(music),
        "scale_consistency": muspy.scale_consistency(music),
        "pitch_range": muspy.pitch_range(music),
        "n_pitches_used": muspy.n_pitches_used(music),
        "n_pitch_classes_used": muspy.n_pitch_classes_used(music),
        "pitch_entropy": muspy.pitch_entropy(music),
        "polyphony": muspy.polyphony(music),
        "polyphony_rate_of_2": muspy.polyphony_rate(music, threshold=1),
        "polyphony_rate_default": muspy.polyphony_rate(music),
    }
    music.adjust_resolution(STEPS_PER_QUARTER)
    metre = music.time_signatures[0]
    bar = 4 * STEPS_PER_QUARTER * metre.numerator // metre.denominator
    end = max(track.get_end_time() for track in music.tracks)
    found["groove_consistency"] = muspy.groove_consistency(music, bar)
    found["measures_of_groove"] = end // bar + 1
    drums = muspy.drum_pattern_consistency(music)
    found["drum_pattern_consistency"] = drums if drums == drums else None
    return found


if __name__ == "__main__":
    golden = {path.stem: measured(path) for path in sorted(EXAMPLES.glob("*.mid"))}
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
