"""The queue of a workspace: who may work on what, until when, and what came of it. Knows no pixels and starts nothing.

A worker holds a job by a lease that it renews. A lease ends when it runs out, or at once where the worker's process is
seen to be gone; then another worker takes the job over and goes on after its finished chunks.
"""

import json
import sqlite3
import statistics
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from engine.chunks import Chunk
from engine.errors import InputError
from engine.job_file import JobFile
from engine.job_rows import (
    TRADES,
    ChunkRecord,
    Ending,
    Event,
    Job,
    Lane,
    State,
    frames_of,
    kind_of,
    priority_of,
)
from engine.job_states import end, expire, find, is_held, job_of, now, requeue, tell
from engine.owner import Owner
from engine.request import RenderResult
from engine.roster import dead

UNMEASURED_TAIL = 0.2
"""Share of the time for making frames that measures and proof are taken to need before any render has told: what the
preview's style mode needed at 640x360."""


class Progress(NamedTuple):
    """How far a job is."""

    done: int
    frames: int
    eta_s: float | None = None


class Queue:
    """The jobs of a workspace. Safe to use from many processes and threads."""

    def __init__(self, workspace: Path):
        self.workspace = Path(workspace)
        self._file = JobFile(self.workspace)

    # -- asking for work -------------------------------------------------------------------------------------------

    def submit(
        self, request: BaseModel, job_id: str = "", priority: int | None = None, shot: str = "", track: str = ""
    ) -> Job:
        """Queue a request and return its job. An id that is there already returns that job and adds nothing."""
        kind = kind_of(request)
        job_id = job_id or f"job_{uuid.uuid4().hex[:12]}"
        row = {
            "id": job_id,
            "kind": kind,
            "lane": TRADES[kind].lane,
            "priority": priority_of(request) if priority is None else priority,
            "state": "queued",
            "shot": shot or getattr(request, "shot", ""),
            "track": track or getattr(request, "track", "") or getattr(request, "still", ""),
            "frames": frames_of(request),
            "created": now(),
            "request_json": request.model_dump_json(),
        }
        with self._file.write() as db:
            added = db.execute(
                f"insert or ignore into jobs ({', '.join(row)}) values ({', '.join(f':{name}' for name in row)})", row
            )
            if added.rowcount:
                tell(db, job_id, kind, "queued")
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """The job as it stands; InputError where there is none."""
        with self._file.read() as db:
            return find(db, job_id)

    def list(self, *states: State) -> list[Job]:
        """All jobs, or those in the given states, newest first."""
        with self._file.read() as db:
            rows = db.execute("select * from jobs order by number desc").fetchall()
        return [job_of(row) for row in rows if not states or row["state"] in states]

    def cancel(self, job_id: str) -> Job:
        """Cancel a queued job at once; ask a running one to stop at its next frame. One that is over stays as it is."""
        with self._file.write() as db:
            expire(db)
            job = find(db, job_id)
            if job.state == "queued":
                end(db, job, "cancelled", Ending("It was cancelled before it began.", exit_code=130))
            elif job.state == "running":
                db.execute("update jobs set cancel_asked = 1 where id = ?", (job_id,))
        return self.get(job_id)

    def resume(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again; its finished chunks are kept."""
        with self._file.write() as db:
            job = find(db, job_id)
            if job.state not in ("failed", "cancelled"):
                raise InputError(f"Job {job_id} is {job.state}: only a failed or cancelled job can be resumed.")
            db.execute(
                "update jobs set state = 'queued', cancel_asked = 0, deaths = 0, error = '', fix = '', exit_code = 0,"
                " ended = '', eta_s = null where id = ?",
                (job_id,),
            )
            tell(db, job_id, job.kind, "queued")
        return self.get(job_id)

    def orphans(self) -> "list[str]":
        """Ids of running jobs whose worker is gone: the next one takes them over."""
        with self._file.read() as db:
            return [row["id"] for row in db.execute("select * from jobs where state = 'running'") if dead(row)]

    def events_after(self, number: int) -> "list[Event]":
        """What happened since event `number` (0: ever), in order."""
        with self._file.read() as db:
            rows = db.execute("select * from events where number > ? order by number", (number,)).fetchall()
        return [Event(*row) for row in rows]

    def pace(self, runs: str, profile: str) -> float | None:
        """Seconds that a frame of a million pixels took, the whole road included: the median of the last ten renders
        that were made without a break. None where there is none."""
        paces = [_pace(result) for result, _ in self._last_renders(runs, profile)]
        return statistics.median(paces) if paces else None

    def tail(self, runs: str, profile: str) -> float:
        """Seconds that measures, proof and delivery took for each second of making frames."""
        tails = [result.seconds / made - 1 for result, made in self._last_renders(runs, profile) if made]
        return max(0.0, statistics.median(tails)) if tails else UNMEASURED_TAIL

    # -- doing it --------------------------------------------------------------------------------------------------

    def claim(self, worker: Owner, lanes: Sequence[Lane], lease_s: float) -> Job | None:
        """Take the best queued job of the lanes, after dead workers' jobs went back into the queue."""
        marks = ", ".join("?" * len(lanes))
        with self._file.read() as db:
            if db.execute("select 1 from jobs where state in ('queued', 'running') limit 1").fetchone() is None:
                return None
        with self._file.write() as db:
            expire(db)
            row = db.execute(
                f"select * from jobs where state = 'queued' and lane in ({marks})"
                " order by priority desc, number limit 1",
                tuple(lanes),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "update jobs set state = 'running', claims = claims + 1, pid = ?, host = ?, realm = ?, born = ?,"
                " token = ?, lease_until = ?, eta_s = null, started = case started when '' then ? else started end"
                " where id = ?",
                (*worker, time.time() + lease_s, now(), row["id"]),
            )
            tell(db, row["id"], row["kind"], "running")
            return find(db, row["id"])

    def beat(self, job_id: str, worker: Owner, lease_s: float, progress: Progress | None = None) -> bool:
        """Renew the lease and note how far the job is. False: stop, it was cancelled or is no longer yours."""
        done, frames, eta_s = progress or (None, None, None)
        with self._file.write() as db:
            mine = db.execute(
                "update jobs set lease_until = ?, done = coalesce(?, done), frames = coalesce(?, frames),"
                " eta_s = coalesce(?, eta_s) where id = ? and state = 'running' and token = ? returning cancel_asked",
                (time.time() + lease_s, done, frames, eta_s, job_id, worker.token),
            ).fetchone()
        return mine is not None and not mine[0]

    def holds(self, job_id: str, worker: Owner) -> bool:
        """True while the job is this worker's."""
        return self._held(job_id, worker) is not None

    def stop_asked(self, job_id: str, worker: Owner) -> bool:
        """True where the job was cancelled or isn't this worker's any more. Cheap: meant for each frame."""
        held = self._held(job_id, worker)
        return held is None or bool(held["cancel_asked"])

    def chunk_begun(self, job_id: str, worker: Owner, chunk: Chunk) -> bool:
        """Note that a chunk is being made. False: the job is no longer yours."""
        with self._file.write() as db:
            if not is_held(db, job_id, worker):
                return False
            db.execute(
                'insert into chunks (job, "index", start, stop, begun) values (?, ?, ?, ?, 1) on conflict do update set'
                " start = excluded.start, stop = excluded.stop, sha256 = '', begun = begun + 1",
                (job_id, chunk.index, chunk.start, chunk.stop),
            )
        return True

    def chunk_done(self, job_id: str, worker: Owner, made: ChunkRecord) -> bool:
        """Note a finished chunk. False: the job is no longer yours."""
        with self._file.write() as db:
            if not is_held(db, job_id, worker):
                return False
            db.execute(
                'update chunks set name = ?, sha256 = ?, pixel_sha256 = ?, seconds = ? where job = ? and "index" = ?',
                (made.name, made.sha256, json.dumps(made.pixel_sha256), made.seconds, job_id, made.index),
            )
            db.execute("update jobs set deaths = 0 where id = ?", (job_id,))
        return True

    def chunks(self, job_id: str) -> "list[ChunkRecord]":
        """The finished chunks of a job, in order."""
        with self._file.read() as db:
            rows = db.execute(
                'select "index", start, stop, name, sha256, pixel_sha256, seconds, begun from chunks'
                " where job = ? and sha256 != '' order by \"index\"",
                (job_id,),
            ).fetchall()
        return [ChunkRecord(*row)._replace(pixel_sha256=tuple(json.loads(row["pixel_sha256"]))) for row in rows]

    def finish(self, job_id: str, worker: Owner, outcome: BaseModel | Ending) -> bool:
        """End a job with its result, or with why there is none. Only who holds it may; False for anybody else."""
        with self._file.write() as db:
            if not is_held(db, job_id, worker):
                return False
            job = find(db, job_id)
            if isinstance(outcome, Ending):
                end(db, job, "cancelled" if outcome.exit_code == 130 else "failed", outcome)
                return True
            db.execute(
                "update jobs set result_json = ?, proof = ?, done = frames where id = ?",
                (outcome.model_dump_json(), getattr(outcome, "proof", ""), job_id),
            )
            end(db, job, "done", Ending("", exit_code=0))
        return True

    def give_back(self, job_id: str, worker: Owner) -> None:
        """Put a job that this worker holds back into the queue: the worker has to leave."""
        with self._file.write() as db:
            if is_held(db, job_id, worker):
                requeue(db, find(db, job_id))

    def _last_renders(self, runs: str, profile: str) -> "list[tuple[RenderResult, float]]":
        """Results of unbroken renders, newest first, each with the seconds that its chunks took."""
        with self._file.read() as db:
            rows = db.execute(
                "select result_json, (select coalesce(sum(seconds), 0) from chunks where job = jobs.id) from jobs"
                " where kind = 'render' and state = 'done' and claims = 1"
                " and json_extract(request_json, '$.spec.runs') = ?"
                " and json_extract(request_json, '$.spec.profile') = ? order by number desc limit 10",
                (runs, profile),
            ).fetchall()
        return [(RenderResult.model_validate_json(text), made) for text, made in rows]

    def _held(self, job_id: str, worker: Owner) -> sqlite3.Row | None:
        with self._file.read() as db:
            return db.execute(
                "select cancel_asked from jobs where id = ? and state = 'running' and token = ?", (job_id, worker.token)
            ).fetchone()


def _pace(result: RenderResult) -> float:
    return result.seconds / max(1e-6, result.frames_out * result.width * result.height / 1e6)
