"""The names of this machine to itself: the one list of them."""

from typing import Final

__all__ = ["LOOPBACK", "LOOPBACK_HOST", "in_url", "is_loopback"]

LOOPBACK_HOST: Final = "127.0.0.1"
LOOPBACK: Final = (LOOPBACK_HOST, "localhost", "::1")


def is_loopback(host: str | None) -> bool:
    """Whether a host's name or address, without brackets, is this machine's own."""
    return host in LOOPBACK


def in_url(host: str) -> str:
    """A host as a URL and the header `Host` have it: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host
