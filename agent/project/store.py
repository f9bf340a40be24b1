"""The project store, whole: footage and takes, and the jobs behind them booked as they end."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.disk import writing
from agent.project.rows import Settled, Shot, Track
from agent.project.takes import Takes
from engine.errors import InputError
from engine.request import MaskResult, MeasureResult, RenderResult, SplitResult

if TYPE_CHECKING:
    from engine.job_rows import Job, Kind
    from engine.jobs import Queue


class Watched(NamedTuple):
    """A job the store waits for."""

    job: str
    kind: "Kind"
    subject: str
    """Track or still it makes, measures or exports; empty for a split."""
    project: str
    name: str = ""
    """For a split: what to call the source."""


class ProjectStore(Takes):
    """Projects, sources, shots, tracks and stills of a workspace. Safe from many threads and processes."""

    def __init__(self, path: Path, media: Path):
        super().__init__(path)
        self._media = media

    # -- jobs ------------------------------------------------------------------------------------------------------

    def watch(self, watched: Watched) -> None:
        """Book the outcome of a job when it ends. Watching it twice is watching it once."""
        self.insert("work", {**watched._asdict(), "state": "queued"}, "IGNORE")

    def watching(self, project: str = "") -> list[Watched]:
        """Jobs that are not over, as far as the store knows, oldest first."""
        rows = self.rows(
            "SELECT job, kind, subject, project, name FROM work WHERE state IN ('queued', 'running')"
            " AND ? IN ('', project) ORDER BY rowid",
            project,
        )
        return [Watched(*row) for row in rows]

    def settled(self, job: str) -> Settled:
        """What became of a watched job, as far as it is booked."""
        row = self.row("SELECT job, kind, subject, state, error, result FROM work WHERE job = ?", job)
        if row is None:
            raise InputError(f"The project store waits for no job {job!r}.")
        return _settled(row)

    def settle(self, queue: "Queue") -> list[Settled]:
        """Book what the queue has done since: a split brings source and shots in, a still and a render finish. Answers
        the jobs that this call found over. Any process may call it at any time; each outcome is booked once."""
        rows = self.rows("SELECT job FROM work WHERE state != 'done' ORDER BY rowid")
        if not rows:
            return []
        jobs = {job.id: job for job in queue.list()}
        found = [self._book(jobs[row["job"]]) for row in rows if row["job"] in jobs]
        return [settled for settled in found if settled]

    def _book(self, job: "Job") -> Settled | None:
        with self.write():
            row = self.row("SELECT * FROM work WHERE job = ?", job.id)
            if row is None or row["state"] == job.state:
                return None
            subject, error = row["subject"], job.error
            if job.state == "done":
                subject, error = self._take_in(job, Watched(*(row[f] for f in Watched._fields)))
            elif job.kind in ("render", "mask"):
                self.change_track(subject, state=job.state, error=error)
            elif job.kind == "still":
                self.change_still(subject, state=job.state, error=error)
            self.run(
                "UPDATE work SET state = ?, subject = ?, error = ?, result = ? WHERE job = ?",
                *(job.state, subject, error, job.result_json or "{}", job.id),
            )
            return self.settled(job.id) if job.over else None

    def _take_in(self, job: "Job", watched: Watched) -> tuple[str, str]:
        """Book a result; answers the subject and a sentence about it, where there is one to say."""
        match job.result:
            case SplitResult() as made:
                source, added = self.add_source(watched.project, made.clip, made.boundaries, watched.name)
                if added and made.facts:
                    mine = [shot for shot in self.shots(watched.project) if shot.source == source.id]
                    for shot, told in zip(mine, made.facts, strict=True):
                        self.keep_facts(shot.id, told)
                return source.id, "" if added else f"The project held it already as {source.name}."
            case RenderResult() as made:
                judged = _judged(made, self.track(watched.subject))
                result = made.model_dump(mode="json")
                self.change_track(watched.subject, state="done", error="", result=result, measures=judged)
            case MaskResult() as made:
                self.change_track(watched.subject, state="done", error="", result=made.model_dump(mode="json"))
            case MeasureResult() as made:
                track = self.track(watched.subject)
                self.change_track(track.id, measures={**track.measures, **_judged(made, track)})
            case made if job.kind == "still":
                self.change_still(watched.subject, state="done", error="", result=made.model_dump(mode="json"))
        return watched.subject, ""

    # -- removing --------------------------------------------------------------------------------------------------

    def delete(self, name: str, queue: "Queue | None" = None) -> list[str]:
        """Remove a project, a shot or a track, and its files in the workspace's `media/`; answers the ids that went.
        What was exported or delivered stays. Refuses while a job of it isn't over, as booked; with the queue at hand
        it books first."""
        if queue:
            self.settle(queue)
        if name.startswith("track_"):
            return self._delete_track(name)
        if any(p.name == name for p in self.projects()):
            if coming := self.watching(name):
                raise _busy(f"Project {name}", coming[0].job)
            gone = self.shots(name)
        else:
            try:
                gone = [self.shot(name)]
            except InputError as error:
                raise InputError(f"Nothing is called {name!r}: no project, shot or track. {error}") from error
        return self._delete_shots(gone)

    def _delete_track(self, track: str) -> list[str]:
        with self.write():
            found = self.track(track)
            self._refuse_busy(f"Track {track}", [track])
            readers = [t.id for t in self.tracks(found.shot) if t.source_track == track and t.state != "done"]
            if readers:
                raise InputError(f"Track {track} can't be deleted: {readers[0]} reads its frames and isn't done.")
            self.run("UPDATE shot SET pinned = NULL WHERE pinned = ?", track)
            self.run("DELETE FROM work WHERE subject = ?", track)
            self.run("DELETE FROM track WHERE id = ?", track)
        self._remove_files([track])
        return [track]

    def _delete_shots(self, shots: list[Shot]) -> list[str]:
        gone: list[str] = []
        with self.write():
            for shot in shots:
                made = [*(t.id for t in self._tracks(shot.id)), *(s.id for s in self.stills(shot.id))]
                self._refuse_busy(f"Shot {shot.title}", made)
                gone += [shot.id, *made]
                self.run("DELETE FROM shot WHERE id = ?", shot.id)
            for subject in gone:
                self.run("DELETE FROM work WHERE subject = ?", subject)
            for source in self.rows("SELECT id FROM source WHERE id NOT IN (SELECT source FROM shot)"):
                gone.append(source["id"])
                self.run("DELETE FROM source WHERE id = ?", source["id"])
            for empty in self.rows("SELECT name FROM project WHERE name NOT IN (SELECT project FROM shot)"):
                for table in ("approval", "prompt"):
                    self.run(f"DELETE FROM {table} WHERE project = ?", empty["name"])
                self.run("DELETE FROM project WHERE name = ?", empty["name"])
        self._remove_files(gone)
        return gone

    def _refuse_busy(self, what: str, ids: list[str]) -> None:
        for made in ids:
            row = self.row("SELECT job FROM work WHERE subject = ? AND state IN ('queued', 'running')", made)
            if row:
                raise _busy(what, row["job"])

    def _remove_files(self, ids: list[str]) -> None:
        # After the rows: a crash between the two leaves files that nobody names, never a row without its files.
        for made in ids:
            folder = self._media / made
            if folder.is_dir():
                with writing(self._media.parent):
                    shutil.rmtree(folder)


def _judged(made: RenderResult | MeasureResult, track: Track) -> dict[str, Any]:
    from knowledge import measures  # the catalog is read when a result comes in, not when a workspace is opened

    return measures.judge(made.measures, track.profile)


def _busy(what: str, job: str) -> InputError:
    return InputError(f"{what} can't be deleted while job {job} of it isn't over; cancel that first.")


def _settled(row: Any) -> Settled:
    return Settled(**{**row, "result": json.loads(row["result"])})
