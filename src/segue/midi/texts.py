"""The texts of a MIDI file: their encoding, and what of them may be shown.

Files do not say which it is. UTF-8, Shift-JIS (Japanese) and Windows' superset of Latin-1 are
distinguished by all texts of a file together, since one name is too short. The encoding can also be
given.

Shift-JIS is recognised by runs: its characters stand beside each other, two bytes each, the first
mostly 0x81 to 0x9f. Those bytes are quotes and dashes in Latin texts, which stand alone, and the
letters with accents are above 0xc0 and have plain letters beside them.
"""

import codecs
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from segue.errors import InputError

__all__ = ["Texts", "checked_encoding"]

_JAPANESE = "cp932"
_LATIN = "cp1252"
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Categories of characters that control a terminal or a line of text instead of being seen."""


@dataclass(frozen=True)
class Texts:
    """How a file's texts are encoded."""

    encoding: str = "utf-8"

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> "Texts":
        """The encoding that fits all texts of a file."""
        foreign = [t for t in texts if not t.isascii() and not t.startswith(codecs.BOM_UTF8)]
        if all(_decodes(text, "utf-8") for text in foreign):
            return cls()
        return cls(_JAPANESE if _are_japanese(foreign) else _LATIN)

    def decoded(self, text: bytes) -> str:
        """A text without invisible characters."""
        return shown(self._decoded(text))

    def encoded(self, text: str) -> bytes:
        """A text in the file's encoding, or in marked UTF-8 where that lacks the characters."""
        try:
            encoded = text.encode(self.encoding)
        except UnicodeEncodeError:
            return codecs.BOM_UTF8 + text.encode()
        return encoded if self._decoded(encoded) == text else codecs.BOM_UTF8 + text.encode()

    def _decoded(self, text: bytes) -> str:
        for encoding in (*_before(text, self.encoding), self.encoding):
            if _decodes(text, encoding):
                return text.decode(encoding)
        if self.encoding == _JAPANESE:  # a name that is cut off amid a character
            return text.decode(_JAPANESE, errors="replace")
        return text.decode("latin-1")


def checked_encoding(name: str) -> str:
    """The name of an encoding of texts that Python knows.

    Raises:
        InputError: there is no encoding of that name.
    """
    try:
        codec = codecs.lookup(name)
        "a".encode(codec.name)
    except (LookupError, ValueError, UnicodeError) as error:
        raise InputError(
            f"there is no text encoding {name!r}; for example utf-8, shift-jis, latin-1, cp1251"
        ) from error
    return codec.name


def shown(text: str) -> str:
    """A text in one line, without invisible characters and without spaces around it."""
    spaced = "".join(" " if character in "\t\r\n" else character for character in text)
    seen = (c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    return "".join(seen).strip()


def _before(text: bytes, encoding: str) -> tuple[str, ...]:
    """A text as UTF-8, which is tried before the file's encoding, since Segue may have written it.

    Two bytes that are one character in UTF-8 are two syllables in Japanese; three hardly happen.
    """
    is_marked = text.startswith(codecs.BOM_UTF8)
    is_short = any(0xC2 <= byte <= 0xDF for byte in text)
    return () if encoding == _JAPANESE and is_short and not is_marked else ("utf-8",)


def _decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _are_japanese(texts: list[bytes]) -> bool:
    in_runs = alone = 0
    for text in texts:
        whole = text if _decodes(text, _JAPANESE) else text[:-1]
        if not _decodes(whole, _JAPANESE):
            return False
        widths = [(c, len(c.encode(_JAPANESE))) for c in whole.decode(_JAPANESE)]
        for is_foreign, group in groupby(widths, lambda pair: not pair[0].isascii()):
            run = "".join(character for character, _ in group)
            if is_foreign and _is_japanese_run(run.encode(_JAPANESE), len(run), whole):
                in_runs += len(run)
            elif is_foreign:
                alone += len(run)
    return in_runs > alone


def _is_japanese_run(run: bytes, length: int, text: bytes) -> bool:
    """Whether some characters in a row are a Japanese word, as their bytes say."""
    usual = any(0x81 <= byte <= 0x9F for byte in run)
    if len(run) == length:  # syllables of one byte each
        return length > 1 and any(0xA6 <= byte <= 0xBF for byte in run)
    return usual and (length > 1 or run == text)
