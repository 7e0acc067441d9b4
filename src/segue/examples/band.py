"""A band: eight bars of a soul groove in A minor, 100 quarters a minute.

Am9 and D13 take turns for four bars, then F, G and A minor climb to an open E7#9. The saxophone's
phrase of bars 1-2 is answered in bars 3-4, and bars 5-7 lift one figure step by step to the top.
The bass drum, the bass and the electric piano share their syncopations; the drums fill the last
bar.
"""

from segue.examples.notation import TICKS_PER_QUARTER, line, strokes
from segue.score import Score, TempoMap, Track

__all__ = ["compose"]

KICK, SNARE, CLOSED_HAT, OPEN_HAT, CRASH = 36, 38, 42, 46, 49
LOW_TOM, MIDDLE_TOM, HIGH_TOM = 45, 47, 50

KIT = {
    KICK: """
        X..x..x...x..... X..x......x..x.. X..x..x...x..... X..x......x..x..
        X..x..x...x..... X..x......x..x.. X..x..x...x..x.. X..x..x...X.....""",
    SNARE: """
        ....X..o.o..X..o ....X..o....X.o. ....X..o.o..X..o ....X..o....X.oo
        ....X..o.o..X..o ....X..o....X.o. ....X..o.o..X..o ....X..oXox.....""",
    CLOSED_HAT: """
        x.o.x.o.x.o.x.o. x.o.x.o.x.o.x... x.o.x.o.x.o.x.o. x.o.x.o.x.o.x...
        x.o.x.o.x.o.x.o. x.o.x.o.x.o.x... x.oox.oox.oox.o. x.o.x.o.........""",
    OPEN_HAT: """
        ................ ..............x. ................ ..............x.
        ................ ..............x. ................ ................""",
    HIGH_TOM: "." * 7 * 16 + "...........xx...",
    MIDDLE_TOM: "." * 7 * 16 + ".............x..",
    LOW_TOM: "." * 7 * 16 + "..............Xx",
    CRASH: "X" + "." * 63 + "X",
}

BASS = """
    a1:.5 r:.25 a1:.25. r:.5 c2:.5 r:.5 e2:.5 d2:.5 g1:.5
  | d2:.5 r:.25 d2:.25. r:.5 f#1:.5 r:.5 a1:.5 c2:.5 b1:.5
  | a1:.5 r:.25 a1:.25. r:.5 c2:.5 r:.5 e2:.5 g2:.5 e2:.5.
  | d2:.5 r:.25 d2:.25. r:.5 f#1:.5 r:.25 a1:.25 c2:.5 d2:.25 c2:.25 e1:.5
  | f1:.5 r:.25 f1:.25. r:.5 a1:.5 r:.5 c2:.5 a1:.5 f1:.5
  | g1:.5 r:.25 g1:.25. r:.5 b1:.5 r:.5 d2:.5 b1:.5 g#1:.5
  | a1:.5 r:.25 a1:.25. r:.5 c2:.5 r:.5 a1:.5 g1:.5 f1:.5
  | e1:.5 r:.25 e1:.25. r:.5 g#1:.5 b1:.5 d2:.5 e2:.5 g#1:.5 |"""

PIANO = """
    g3+b3+c4+e4:1.25 r:.25 g3+b3+c4+e4:.5. r:.5 g3+b3+c4+e4:1.5~
  | f#3+b3+c4+e4:1.25 r:.25 f#3+b3+c4+e4:.5. r:.5 f#3+b3+c4+e4:1 f#3+a3+c4+e4:.5.
  | g3+b3+c4+e4:1.25 r:.25 g3+b3+c4+e4:.5. r:.5 g3+b3+c4+e4:1.5~
  | f#3+b3+c4+e4:1.25 r:.25 f#3+b3+c4+e4:.5. r:.5 f#3+b3+c4+e4:1 f#3+a3+c4+d4:.5.
  | g3+a3+c4+e4:1.25 r:.25 g3+a3+c4+e4:.5. r:.5 g3+a3+c4+e4:1.5~
  | a3+b3+d4+e4:1.25 r:.25 a3+b3+d4+e4:.5. r:.5 a3+b3+d4+g4:1 a3+b3+d4+e4:.5.
  | g3+b3+c4+e4:1.25 r:.25 g3+b3+c4+e4:.5. r:.5 g3+c4+e4:1.5~
  | g#3+d4+g4:1.25> r:.25 g#3+d4+g4:.5. r:.5 g#3+d4+g4:1.5~ |"""

SCRATCH = "r:.5 {0}:.25. {0}. r:.75 {0}:.25.> r:.5 {0}:.25. {0}. r:.75 {0}:.25.>"
"""The guitar's bar: two strokes before the backbeat, one after it."""

GUITAR = [
    "e4+a4+c5",
    "f#4+a4+c5",
    "e4+a4+c5",
    "f#4+a4+c5",
    "f4+a4+c5",
    "g4+b4+d5",
    "e4+a4+c5",
    "e4+g#4+d5",
]

SAXOPHONE = """
    r:.5 e5 g5~ a5:1> g5:.5~ e5:1
  | r:.5 d5 e5:.25~ d5~ c5:.5~ a4:2
  | r:.5 e5 g5~ a5:1> c6:.5~ a5:1
  | r:.5 b5 a5~ f#5 e5~ f#5~ d5:1
  | c6:1.5> a5:.5~ g5~ a5~ e5:1
  | d6:1.5> b5:.5~ a5~ b5~ g5:1
  | e6:1> d6:.5~ c6 d6:.25~ c6~ a5:.5~ g5~ e5
  | g5:.5~ e5~ d5~ e5:1.5 r:1 |"""


def compose() -> Score:
    """The eight bars."""
    guitar = " | ".join(SCRATCH.format(chord) for chord in GUITAR)
    return Score(
        ticks_per_quarter=TICKS_PER_QUARTER,
        name="Segue example: band",
        tempo_map=TempoMap.constant(600_000),
        tracks=(
            Track(name="Drums", is_drum=True, notes=strokes(KIT, [(0, 88), (24, 92), (31, 104)])),
            Track(name="Bass", program=33, notes=line(BASS, [(0, 92), (16, 92), (31, 102)])),
            Track(
                name="Electric piano", program=4, notes=line(PIANO, [(0, 66), (16, 66), (31, 80)])
            ),
            Track(name="Guitar", program=27, notes=line(guitar, [(0, 62), (16, 62), (31, 76)])),
            Track(
                name="Saxophone",
                program=65,
                notes=line(SAXOPHONE, [(0, 82), (8, 80), (15, 86), (24, 104), (29, 90)]),
            ),
        ),
    )
