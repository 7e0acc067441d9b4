"""The errors that Segue raises on purpose.

Everything a user can cause derives from `InputError`: the command line prints its message without a
traceback and exits with 2, the server answers 4xx. Any other exception is a defect of Segue.
A message names the file, the place, the value and the way out.
"""

__all__ = [
    "CheckpointError",
    "ConfigError",
    "CorpusError",
    "FormatError",
    "InputError",
    "SegueError",
]


class SegueError(Exception):
    """The root of every error that Segue raises on purpose."""


class InputError(SegueError):
    """What the user gave cannot be used; the message says how to correct it."""


class FormatError(InputError):
    """A file is damaged or is not of the format that it should be."""


class ConfigError(InputError):
    """A configuration has unknown keys or values out of range; all of them are reported at once."""


class CorpusError(InputError):
    """A corpus cannot be built, opened or verified."""


class CheckpointError(InputError):
    """A checkpoint is missing, damaged, or of a version that this Segue cannot read."""
