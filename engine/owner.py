"""Who holds a job: a worker process, named so that another process can tell whether it still lives."""

import os
import socket
import subprocess
import uuid
from pathlib import Path
from typing import NamedTuple


class Owner(NamedTuple):
    """One worker. Two workers are never equal, nor is a worker equal to a later one with the same process id."""

    pid: int
    host: str
    """Name of the machine, for people."""
    realm: str
    """Where `pid` can be looked up: machine, boot and process namespace."""
    born: str
    """When the process started, as its system tells it; empty where it can't be told."""
    token: str
    """Drawn at random."""

    @classmethod
    def here(cls) -> "Owner":
        """This process."""
        return cls(os.getpid(), socket.gethostname(), _realm(), _born(os.getpid()) or "", uuid.uuid4().hex[:12])

    def gone(self) -> bool:
        """True where this process is seen to have ended; False where it lives or can't be seen from here."""
        return self.realm == _realm() and _born(self.pid) != self.born


def _realm() -> str:
    parts = [socket.gethostname()]
    boot, namespace = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")
    if boot.exists():
        parts.append(boot.read_text().strip())
    if namespace.is_symlink():
        parts.append(str(namespace.readlink()))
    return "|".join(parts)


def _born(pid: int) -> str | None:
    """Start of the process, or None where there is none; a zombie has ended, whoever forgot to reap it."""
    if not Path("/proc/self/stat").exists():
        return _born_by_ps(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(")")[2].split()  # the name before may hold spaces and brackets
    return None if fields[0] in "ZX" else fields[19]


def _born_by_ps(pid: int) -> str | None:
    told = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, start = told.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else start.strip()
