"""How a job passes from state to state, within a transaction that the caller has opened."""

import sqlite3
from datetime import UTC, datetime

from engine.job_rows import Ending, Job, State, never_heard_of
from engine.owner import Owner
from engine.roster import dead

DEATHS = 25
"""Workers in a row that may die on a job without finishing a chunk of it before it is given up: high, for a machine
that kills at random is no fault of the job, but not endless, for a job that kills its worker is."""


def now() -> str:
    """The time, as the job list writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def job_of(row: sqlite3.Row) -> Job:
    """The job in a row."""
    return Job(**{name: row[name] for name in Job.model_fields})


def find(db: sqlite3.Connection, job_id: str) -> Job:
    """The job of that id; InputError, with the nearest ones, where there is none."""
    row = db.execute("select * from jobs where id = ?", (job_id,)).fetchone()
    if row is None:
        known = [row[0] for row in db.execute("select id from jobs order by number desc")]
        raise never_heard_of(job_id, known)
    return job_of(row)


def is_held(db: sqlite3.Connection, job_id: str, worker: Owner) -> bool:
    """True while the job is this worker's."""
    found = db.execute(
        "select 1 from jobs where id = ? and state = 'running' and token = ?", (job_id, worker.token)
    ).fetchone()
    return found is not None


def tell(db: sqlite3.Connection, job_id: str, kind: str, state: State) -> None:
    """Note the event for whoever watches."""
    db.execute("insert into events (job, kind, state, at) values (?, ?, ?, ?)", (job_id, kind, state, now()))


_FREE = "pid = null, host = null, realm = null, born = null, token = null, lease_until = null, eta_s = null"


def end(db: sqlite3.Connection, job: Job, state: State, ending: Ending) -> None:
    """End a job; nobody holds it any more."""
    db.execute(
        f"update jobs set state = ?, error = ?, fix = ?, exit_code = ?, ended = ?, {_FREE} where id = ?",
        (state, *ending, now(), job.id),
    )
    tell(db, job.id, job.kind, state)


def requeue(db: sqlite3.Connection, job: Job) -> None:
    """Put a job back into the queue, or end it where somebody has cancelled it meanwhile."""
    if job.cancel_asked:
        end(db, job, "cancelled", Ending("It was cancelled.", exit_code=130))
        return
    db.execute(f"update jobs set state = 'queued', {_FREE} where id = ?", (job.id,))
    tell(db, job.id, job.kind, "queued")


def expire(db: sqlite3.Connection) -> None:
    """Put the jobs of dead workers back into the queue."""
    for row in db.execute("select * from jobs where state = 'running'").fetchall():
        if not dead(row):
            continue
        job = job_of(row)
        if row["deaths"] + 1 >= DEATHS:
            end(
                db,
                job,
                "failed",
                Ending(f"{DEATHS} workers in a row died on this job without finishing a chunk of it."),
            )
            continue
        db.execute("update jobs set deaths = deaths + 1 where id = ?", (job.id,))
        requeue(db, job)
