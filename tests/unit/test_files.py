"""A file is written whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from segue.errors import InputError
from segue.files import replacing, write_bytes


def test_the_content_takes_the_old_file_s_place(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"
    path.write_bytes(b"old")
    write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "take.mid"
    path.write_bytes(b"old")

    def write() -> None:
        with replacing(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)):
        write()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(InputError, match="be written: the disk is full"), replacing(path):
        raise full
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent does not exist; create it"):
        write_bytes(tmp_path / "absent" / "take.mid", b"")


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder; give the name of a file"):
        write_bytes(tmp_path, b"")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(InputError, match="no permission to write into"):
        write_bytes(tmp_path / "take.mid", b"")


@pytest.mark.skipif(os.name != "posix", reason="the umask is a matter of POSIX")
def test_the_file_is_as_readable_as_any_new_one(tmp_path: Path) -> None:
    write_bytes(tmp_path / "one", b"")
    (tmp_path / "two").write_bytes(b"")
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "two").stat().st_mode


@pytest.mark.skipif(os.name != "posix", reason="permissions are a matter of POSIX")
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "take.mid"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links are a matter of POSIX")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "take.mid", tmp_path / "link.mid"
    link.symlink_to(path)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_a_path_with_a_null_character_is_refused() -> None:
    with pytest.raises(InputError, match="no null characters"):
        write_bytes("take\0.mid", b"")
