"""The address that is printed: one that a browser can open."""

import ipaddress
import socket

import pytest

from segue.server.serve import name_of


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("box.local", "box.local"),
        ("::1", "[::1]"),
        ("fe80::1", "[fe80::1]"),
    ],
)
def test_a_host_that_was_named_is_called_by_its_name(host: str, name: str) -> None:
    assert name_of(host) == name


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::"])
def test_all_addresses_of_a_machine_are_told_as_one_that_others_can_open(host: str) -> None:
    name = name_of(host).strip("[]")
    try:
        assert not ipaddress.ip_address(name).is_unspecified
    except ValueError:
        assert name == socket.gethostname()


def test_without_a_network_the_machine_is_called_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", fail)
    assert name_of("0.0.0.0") == socket.gethostname()
