"""Running the studio: a socket, an address to print, and uvicorn until Ctrl-C."""

import asyncio
import errno
import logging
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from segue.errors import InputError
from segue.server.app import create_app
from segue.server.connections import ImpatientProtocol
from segue.server.gate import Policy
from segue.server.loopback import in_url, is_loopback
from segue.server.studio import Settings, Studio

__all__ = ["DEFAULT_PORT", "name_of", "serve"]

DEFAULT_PORT: Final = 8765
_GRACE_S: Final = 1
_ALL_ADDRESSES: Final = {
    "": (socket.AF_INET, "192.0.2.1"),
    "0.0.0.0": (socket.AF_INET, "192.0.2.1"),
    "::": (socket.AF_INET6, "2001:db8::1"),
}
"""How "all addresses" is written, each with an address elsewhere that is reserved for examples."""


def serve(
    settings: Settings, *, host: str, port: int, on_ready: Callable[[str, Studio], None]
) -> None:
    """Run the studio until it is interrupted.

    Args:
        settings: folders and model.
        host: 127.0.0.1, or an address that other machines reach; then a token is asked for.
        port: 0 takes any free one.
        on_ready: gets the address, token included, once requests are answered.

    Raises:
        InputError: the port is taken, the host is not this machine's, or a folder cannot be made.
    """
    with _bound(host, port) as listener:
        own_port = listener.getsockname()[1]
        token = None if is_loopback(host) else secrets.token_urlsafe(24)
        studio = Studio(settings)
        app = create_app(studio, Policy(own_port, token))
        address = f"http://{name_of(host)}:{own_port}/" + (f"?token={token}" if token else "")
        server = _Server(
            uvicorn.Config(
                app,
                http=ImpatientProtocol,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=_GRACE_S,
                server_header=False,
                h11_max_incomplete_event_size=64 * 1024,
            ),
            lambda: on_ready(address, studio),
            studio,
        )
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        with suppress(KeyboardInterrupt):  # uvicorn passes Ctrl-C on after it has closed everything
            server.run(sockets=[listener])


def name_of(host: str) -> str:
    """What a browser, here or elsewhere, calls the machine that listens at a host.

    0.0.0.0 and :: stand for all addresses of this machine; this is the one by which it reaches
    others.
    """
    if host not in _ALL_ADDRESSES:
        found = host
    else:
        family, elsewhere = _ALL_ADDRESSES[host]
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((elsewhere, 9))  # nothing is sent
                found = str(probe.getsockname()[0])
            except OSError:  # no network
                found = socket.gethostname()
    return in_url(found)


class _Server(uvicorn.Server):
    """Reports when it is ready, and ends open event streams when it has to stop."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], studio: Studio
    ) -> None:
        super().__init__(config)
        self._on_ready, self._studio = on_ready, studio

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams end when their suggestions do; uvicorn would wait for them.
        await asyncio.to_thread(self._studio.suggesting.close)
        await super().shutdown(sockets)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"port {port} is in use, perhaps by another studio: open "
                f"http://{name_of(host)}:{port}/ , or give --port 0 for any free one"
            ) from error
        raise InputError(
            f"cannot listen at {host}, port {port}: {error.strerror}; give an address of this "
            "machine, or leave out --host"
        ) from error
    return listener
