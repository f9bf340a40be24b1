"""Which workers are there, and which lanes they serve. Whoever submits a job learns here whether to start one."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from engine.job_file import JobFile
from engine.job_rows import LANES, Lane
from engine.owner import Owner


class Roster:
    """The workers of a workspace."""

    def __init__(self, workspace: Path):
        self._file = JobFile(Path(workspace))

    def enrol(self, worker: Owner, lanes: Sequence[Lane], lease_s: float) -> None:
        """Note that this worker serves these lanes; say it again before `lease_s` runs out."""
        with self._file.write() as db:
            for row in db.execute("select * from workers").fetchall():
                if dead(row):
                    db.execute("delete from workers where token = ?", (row["token"],))
            db.execute(
                "insert or replace into workers (pid, host, realm, born, token, lanes, lease_until)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (*worker, " ".join(lanes), time.time() + lease_s),
            )

    def leave(self, worker: Owner, lanes: Sequence[Lane] = ()) -> bool:
        """Strike this worker off. False, and it stays, where work has come into `lanes` meanwhile."""
        with self._file.write() as db:
            waiting = {row[0] for row in db.execute("select lane from jobs where state = 'queued'")}
            if waiting & set(lanes):
                return False
            db.execute("delete from workers where token = ?", (worker.token,))
        return True

    def wanted(self) -> set[Lane]:
        """The lanes in which a job waits or runs."""
        with self._file.read() as db:
            return {row[0] for row in db.execute("select lane from jobs where state in ('queued', 'running')")}

    def served(self) -> set[Lane]:
        """The lanes that a living worker serves."""
        with self._file.read() as db:
            rows = db.execute("select * from workers").fetchall()
        living = [row for row in rows if not dead(row)]
        return {lane for row in living for lane in LANES if lane in row["lanes"].split()}


def dead(row: sqlite3.Row) -> bool:
    """True where the lease of a job or a worker has run out, or its process is seen to be gone."""
    owner = Owner(*(row[name] for name in Owner._fields))
    return row["lease_until"] < time.time() or owner.gone()
