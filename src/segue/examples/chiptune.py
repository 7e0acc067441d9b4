"""A chip tune: eight bars in A minor, 150 quarters a minute, for the voices of an old console.

One pulse wave leads, the other breaks the chords into sixteenths, a triangle wave leaps in octaves
below, noise keeps time. The tune climbs from A minor through F and G to C, sinks through D minor,
and stops on E, open.
"""

from segue.examples.notation import TICKS_PER_QUARTER, line, strokes
from segue.score import Score, TempoMap, Track

__all__ = ["compose"]

KICK, SNARE, HAT, CRASH = 36, 40, 42, 49

LEAD = """
    a4:.75 c5 e5:.5 a5:1> g5:.5 e5
  | f5:.75 e5:.25 c5:.5 a4 c5 f5:1> e5:.5
  | g5:.75 d5 b4:.5 d5 g5 a5 b5
  | c6:1> b5:.5 g5 e5:1 g5:.25 f5 e5 d5
  | f5:.75 d5 a4:.5 d5 f5 a5:1>
  | e5:.75 c5 a4:.5 c5:.25 d5 e5 f5 e5:1
  | a5:.75 g5:.25 f5:.5 c6:1> b5:.25 a5 g5 f5 a5:.5
  | g#5:1> b5:.5 e5 g#5:.25 b5 e6:.5> d6:.25 c6 b5 g#5 |"""

CHORDS = [
    ("a3", "c4", "e4", "a4"),
    ("a3", "c4", "f4", "a4"),
    ("g3", "b3", "d4", "g4"),
    ("g3", "c4", "e4", "g4"),
    ("a3", "d4", "f4", "a4"),
    ("a3", "c4", "e4", "a4"),
    ("a3", "c4", "f4", "c5"),
    ("g#3", "b3", "e4", "g#4"),
]
UP_AND_DOWN = (0, 1, 2, 3, 2, 1, 2, 3, 0, 1, 2, 3, 2, 3, 2, 1)

BASS = """
    a2:.5 a3:.25. a2. a2:.5 a3. a2 a3:.25. a2. e2:.5 g2
  | f2:.5 f3:.25. f2. f2:.5 f3. f2 f3:.25. f2. c3:.5 f2
  | g2:.5 g3:.25. g2. g2:.5 g3. g2 g3:.25. g2. d3:.5 b2
  | c3:.5 c4:.25. c3. c3:.5 c4. b2 b3:.25. b2. c3:.5 c#3
  | d3:.5 d4:.25. d3. d3:.5 d4. d3 d4:.25. d3. a2:.5 f2
  | a2:.5 a3:.25. a2. a2:.5 a3. c3 c4:.25. c3. b2:.5 a2
  | f2:.5 f3:.25. f2. f2:.5 f3. f2 f3:.25. f2. c3:.5 f2
  | e2:.5 e3:.25. e2. e2:.5 e3. g#2 g#3:.25. g#2. b2:.5 e3 |"""

NOISE = {
    KICK: """
        X.....x.X....... X.....x.X...x... X.....x.X....... X.....x.X.x.....
        X.....x.X....... X.....x.X...x... X.....x.X....... X.x...x.X.......""",
    SNARE: """
        ....X.......X... ....X.......X..o ....X.......X... ....X.......X.xx
        ....X.......X... ....X.......X..o ....X.......X... ....X...XoxoXxXx""",
    HAT: """
        x.oox.oox.oox.oo x.oox.oox.oox.oo x.oox.oox.oox.oo x.oox.oox.oox...
        x.oox.oox.oox.oo x.oox.oox.oox.oo x.oox.oox.oox.oo x.oox.oo........""",
    CRASH: "X" + "." * 63 + "X",
}


def compose() -> Score:
    """The eight bars."""
    arpeggios = " | ".join(
        " ".join(f"{chord[step]}:.25" for step in UP_AND_DOWN) for chord in CHORDS
    )
    return Score(
        ticks_per_quarter=TICKS_PER_QUARTER,
        name="Segue example: chip tune",
        tempo_map=TempoMap.constant(400_000),
        tracks=(
            Track(name="Pulse 1", program=80, notes=line(LEAD, [(0, 94), (16, 96), (31, 108)])),
            Track(name="Pulse 2", program=80, notes=line(arpeggios, [(0, 62), (31, 70)])),
            Track(name="Triangle", program=38, notes=line(BASS, [(0, 92), (31, 104)])),
            Track(name="Noise", is_drum=True, notes=strokes(NOISE, [(0, 84), (28, 88), (31, 104)])),
        ),
    )
