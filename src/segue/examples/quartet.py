"""A string quartet: the first strain of a minuet in D major, eight bars of 3/4.

Four bars lead to a half close, four repeat their opening and close in A major, the dominant. Four
real parts: the sevenths fall, the leading notes rise, no fifths or octaves run in parallel.
"""

from segue.examples.notation import TICKS_PER_QUARTER, Dynamics, line
from segue.score import MetreMap, Score, TempoMap, Track

__all__ = ["compose"]

FIRST_VIOLIN = """
    f#5:1.5~ g5:.25~ a5~ f#5:1 | e5:1.5~ f#5:.25~ g5~ e5:1
  | d5:.5~ f#5~ b5:1> g5 | f#5:1~ e5:1.5 r:.5
  | f#5:1.5~ g5:.25~ a5~ d6:1> | c#6:.5~ b5:1 f#5:.5. d6. b5.
  | c#6:1.5~ a5:.5~ b5:1~ | a5:2 r:1 |"""

SECOND_VIOLIN = """
    r:1 a4:1. a4. | r g4. g4. | f#4 g4 b4 | a4:1~ a4:1.5 r:.5
  | a4:.5 f#4 a4 f#4 a4 f#4 | f#4 b4 f#4 b4 f#4 b4 | a4:2~ g#4:1~ | a4:2 r:1 |"""

VIOLA = """
    r:1 d4:1. d4. | r a3. a3. | d4 d4 d4 | d4:1~ c#4:1.5 r:.5
  | d4:3~ | d4:3~ | c#4:2~ d4:1~ | c#4:2 r:1 |"""

CELLO = """
    d3:3~ | c#3:3~ | d3:1 g3 g3 | a3:1. a2:1.5 r:.5
  | d3:2 f#3:1 | b2:2 d3:1 | e3:2 e2:1 | a2:1 e3:.5. c#3. a2:1. |"""

ACCOMPANIMENT = [(0, 52), (8, 66), (11, 54), (12, 68), (20, 82), (23, 60)]
MELODY = [(0, 66), (7, 86), (11, 64), (12, 82), (18, 100), (23, 70)]


def compose() -> Score:
    """The eight bars."""

    def part(name: str, program: int, text: str, dynamics: Dynamics) -> Track:
        return Track(name=name, program=program, notes=line(text, dynamics, quarters_per_bar=3))

    return Score(
        ticks_per_quarter=TICKS_PER_QUARTER,
        name="Segue example: string quartet",
        tempo_map=TempoMap.constant(555_556),
        metre_map=MetreMap.constant(numerator=3, denominator=4),
        tracks=(
            part("Violin I", 40, FIRST_VIOLIN, MELODY),
            part("Violin II", 40, SECOND_VIOLIN, ACCOMPANIMENT),
            part("Viola", 41, VIOLA, ACCOMPANIMENT),
            part("Cello", 42, CELLO, [(quarter, level + 6) for quarter, level in ACCOMPANIMENT]),
        ),
    )
