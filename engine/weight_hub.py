"""Fetches files of one repository of a model hub, by name and hash, and goes on where an earlier pull broke off.

Whatever hub, mirror, proxy and access token the user has set up for huggingface_hub is the one that is asked. (That
library's own download begins each file anew after a break, which is 5 GB of a big model; so the bytes are read here.)
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import InputError, PrerequisiteError
from engine.weight_rows import PICKLES, HubWeight, Pin

BLOCK = 1 << 20
TIMEOUT_S = 30.0
TRIES = 4
"""Connections that break off without a byte, one after another, before the pull is given up; one that moves goes on."""
PAUSE_S = 1.0
"""After the first of them; twice as long after each further one."""


class Remote(NamedTuple):
    """One file as the hub tells of it."""

    path: str
    bytes: int
    sha256: str
    """Empty for a small file, which the hub knows by `blob`."""
    blob: str
    """Git's name for its content, 40 hex digits; empty where unknown."""

    def same(self, path: Path, sha256: str) -> bool:
        """True where the file at `path`, whose hash is `sha256`, is this one."""
        if path.stat().st_size != self.bytes or (self.sha256 and sha256 != self.sha256):
            return False
        return bool(self.sha256) or not self.blob or _git_blob(path) == self.blob


class Listing(NamedTuple):
    """What an entry is at one revision."""

    revision: str
    licence: str
    """Tag of the page, lower case; empty where it has none."""
    files: tuple[Remote, ...]
    """Those that the entry takes."""


def listing(name: str, entry: HubWeight, revision: str) -> Listing:
    """Ask the hub what the entry holds at `revision` (empty: the newest); PrerequisiteError or InputError."""
    from huggingface_hub import HfApi, get_token

    with _told(name, entry, revision):
        page = HfApi(endpoint=_endpoint()).model_info(entry.repository, revision=revision or None, files_metadata=True)
    if page.gated and not get_token():
        raise _gated(name, entry)
    found = {file.rfilename: file for file in page.siblings or ()}
    pickles = [path for path in found if entry.matches(path) and path.endswith(PICKLES) and path != entry.convert]
    taken = tuple(
        Remote(path, file.size or 0, file.lfs.sha256 if file.lfs else "", file.blob_id or "")
        for path, file in sorted(found.items())
        if entry.takes(path)
    )
    if pickles and not any(remote.path.endswith((".safetensors", ".onnx")) for remote in taken):
        raise InputError(
            f"{entry.repository} holds {name} as pickles only ({', '.join(pickles[:3])}), which can run code when they "
            "are read, so nothing was taken; Rushes takes safetensors and ONNX."
        )
    if lacking := entry.unmet(remote.path for remote in taken):
        raise PrerequisiteError(
            f"{entry.repository} has no {', '.join(lacking)} at revision {page.sha[:12]}, which {name} needs: "
            "its makers moved it, and a newer Rushes may know where to."
        )
    return Listing(page.sha, _licence(page), taken)


class Source(NamedTuple):
    """Where the files of a pull come from."""

    name: str
    """Of the entry."""
    entry: HubWeight
    revision: str

    def fetch(self, remote: Remote, target: Path, on_bytes: Callable[[int], None]) -> Pin:
        """Bring one file to `target`, and what it is. Half of one lies at `target` + `.part`: the next call goes on.

        `on_bytes` hears how much of it is there. PrerequisiteError where the hub breaks off, refuses, or gives another
        file than it told of; OSError where the disk refuses.
        """
        from huggingface_hub import hf_hub_url

        url = hf_hub_url(self.entry.repository, remote.path, revision=self.revision, endpoint=_endpoint())
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        with _Arriving(part, remote.bytes) as arriving:
            with _told(self.name, self.entry, self.revision):
                _persist(url, arriving, on_bytes)
            sha256 = arriving.digest.hexdigest()
        if not remote.same(part, sha256):
            part.unlink()
            raise PrerequisiteError(
                f"The hub gave another {remote.path} of {self.entry.repository} than the one it tells of "
                f"(sha256 {sha256[:12]}…), so it was not kept.",
                f"rushes weights pull {self.name}",
            )
        part.replace(target)
        return Pin(bytes=remote.bytes, sha256=sha256)


class _Arriving:
    """A file on its way: what of it is there, and the hash of that."""

    def __init__(self, path: Path, size: int):
        self.file = path.open("ab+")
        self.size = size
        self.here = 0
        self.digest = hashlib.sha256()
        self.file.seek(0)
        while block := self.file.read(BLOCK):
            self._count(block)
        if self.here > size:
            self.restart()

    def __enter__(self) -> "_Arriving":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    @property
    def whole(self) -> bool:
        return self.here == self.size

    def restart(self) -> None:
        self.file.truncate(0)
        self.here, self.digest = 0, hashlib.sha256()

    def write(self, block: bytes) -> None:
        self.file.write(block)
        self._count(block)

    def _count(self, block: bytes) -> None:
        self.here += len(block)
        self.digest.update(block)


def _persist(url: str, arriving: _Arriving, on_bytes: Callable[[int], None]) -> None:
    """Read until the file is whole; a broken connection is taken up again where it broke."""
    from huggingface_hub.errors import HfHubHTTPError, HTTPError

    idle, pause = 0, PAUSE_S
    while not arriving.whole:
        before = arriving.here
        try:
            _read(url, arriving, on_bytes)
            return
        except HfHubHTTPError:
            raise
        except HTTPError:
            idle = 0 if arriving.here > before else idle + 1
            if idle == TRIES:
                raise
            if idle:
                time.sleep(pause)
                pause *= 2


def _read(url: str, arriving: _Arriving, on_bytes: Callable[[int], None]) -> None:
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if arriving.here:
        headers["Range"] = f"bytes={arriving.here}-"
    with get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=TIMEOUT_S) as response:
        hf_raise_for_status(response)
        if response.status_code != 206:  # a server that knows no ranges begins again, and so do we
            arriving.restart()
        for block in response.iter_bytes():  # as it comes: what a break would take from a block is kept
            arriving.write(block)
            on_bytes(arriving.here)
            if arriving.here > arriving.size:
                return


@contextmanager
def _told(name: str, entry: HubWeight, revision: str) -> Iterator[None]:
    """What a hub and the way to it can refuse, as one sentence each with the command that mends it."""
    from huggingface_hub import errors

    pull, repository = f"rushes weights pull {name}", entry.repository
    try:
        yield
    except errors.GatedRepoError as error:
        raise _gated(name, entry) from error
    except errors.RepositoryNotFoundError as error:
        raise PrerequisiteError(
            f"The hub shows no repository {repository} for {name}: it is gone, or kept to accounts that were let in. "
            "If yours was, put its access token into HF_TOKEN.",
            pull,
        ) from error
    except errors.RevisionNotFoundError as error:
        raise PrerequisiteError(
            f"The hub has no revision {revision[:12]} of {repository}, which {name} is pinned to, any more. Carry it "
            "over from a machine that has it by rushes weights bundle, or use a newer Rushes."
        ) from error
    except errors.EntryNotFoundError as error:
        raise PrerequisiteError(f"A file of {repository} that {name} needs is no more on the hub.", pull) from error
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise PrerequisiteError(
                f"The hub refuses {repository} for {name} (status {status}): put an access token that may read it "
                "into HF_TOKEN.",
                pull,
            ) from error
        raise PrerequisiteError(
            f"The hub can't serve {repository} for {name} now (status {status}); what has arrived is kept.", pull
        ) from error
    except errors.OfflineModeIsEnabled as error:
        raise PrerequisiteError(f"{name} must be fetched, and HF_HUB_OFFLINE forbids it; unset it.", pull) from error
    except errors.HTTPError as error:
        raise PrerequisiteError(
            f"The model hub can't be reached for {name}, or broke off ({_reason(error)}); what has arrived is kept. "
            "Check the network, or carry it over from another machine by rushes weights bundle.",
            pull,
        ) from error


def _gated(name: str, entry: HubWeight) -> PrerequisiteError:
    return PrerequisiteError(
        f"{name} is gated: its makers let in accounts that agreed to their terms on the page of {entry.repository}. "
        "Agree there, put an access token of that account into HF_TOKEN, then pull again.",
        f"rushes weights pull {name}",
    )


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _licence(page: Any) -> str:
    card = page.card_data
    stated = card.get("license_name") if card and card.get("license") == "other" else card and card.get("license")
    return stated.lower() if isinstance(stated, str) else ""


def _endpoint() -> str | None:
    """As it stands now: the library reads it once, when it is imported."""
    return os.environ.get("HF_ENDPOINT") or None


def _git_blob(path: Path) -> str:
    """Git's name for the content of a small file."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
