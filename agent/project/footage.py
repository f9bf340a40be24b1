"""Projects, sources and shots in the store: who exists, how shots tile their source, and what a name means."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agent.names import nearest, new_id, project_name
from agent.project.database import Database
from agent.project.rows import Project, Shot, Source
from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary

STEP = 10
"""Film numbers go in tens, so that a split finds a number between."""


class Added(NamedTuple):
    """A source in the project, and whether this call brought it in."""

    source: Source
    added: bool


def now() -> str:
    """ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Footage(Database):
    """The part of the store that knows footage."""

    # -- projects --------------------------------------------------------------------------------------------------

    def projects(self) -> list[Project]:
        """All projects, by name."""
        return [Project(**row) for row in self.rows("SELECT name, created FROM project ORDER BY name")]

    def project(self, name: str) -> Project:
        """The project of that name, or `InputError` with the nearest right ones."""
        project_name(name)
        row = self.row("SELECT name, created FROM project WHERE name = ?", name)
        if row is None:
            known = [p.name for p in self.projects()]
            hint = nearest(name, known) or " The workspace holds no project yet; rushes import makes one."
            raise InputError(f"There is no project {name!r}.{hint}")
        return Project(**row)

    # -- sources ---------------------------------------------------------------------------------------------------

    def sources(self, project: str) -> list[Source]:
        """The sources of a project, in the order they came."""
        return [_source(r) for r in self.rows("SELECT * FROM source WHERE project = ? ORDER BY rowid", project)]

    def source(self, source: str) -> Source:
        """The source of that id."""
        row = self.row("SELECT * FROM source WHERE id = ?", source)
        if row is None:
            raise InputError(f"There is no source {source!r}.{nearest(source, self._ids('source'))}")
        return _source(row)

    def find_source(self, project: str, sha256: str) -> Source | None:
        """The source with these bytes, where the project holds it already."""
        row = self.row("SELECT * FROM source WHERE project = ? AND sha256 = ?", project, sha256)
        return _source(row) if row else None

    def add_source(self, project: str, clip: Clip, boundaries: Sequence[Boundary], name: str) -> Added:
        """Bring a counted clip in, one shot from each boundary to the next. The same bytes again add nothing."""
        project_name(project)
        starts = [b.start for b in boundaries]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= clip.frames:
            raise InputError(
                f"Cuts must begin at frame 0, rise, and lie below the clip's {clip.frames} frames; these are {starts}."
            )
        with self.write():
            held = self.find_source(project, clip.sha256)
            if held:
                return Added(held, False)
            self.insert("project", {"name": project, "created": now()}, "IGNORE")
            source = Source(id=new_id("source"), project=project, name=name, clip=clip, created=now())
            row = {**source.model_dump(exclude={"clip"}), "sha256": clip.sha256, "clip": clip.model_dump_json()}
            self.insert("source", row)
            number = self._next_number(project)
            for boundary, stop in zip(boundaries, [*starts[1:], clip.frames], strict=True):
                place = {"start": boundary.start, "stop": stop, "transition": boundary.transition}
                self._add_shot({"project": project, "name": f"{number:03d}", "source": source.id, **place})
                number += STEP
        return Added(source, True)

    # -- shots -----------------------------------------------------------------------------------------------------

    def shots(self, project: str) -> list[Shot]:
        """The shots of a project in film order: by source as they came, then by frame."""
        self.project(project)
        rows = self.rows(
            "SELECT shot.* FROM shot JOIN source ON source.id = shot.source WHERE shot.project = ?"
            " ORDER BY source.rowid, shot.start",
            project,
        )
        return [_shot(row) for row in rows]

    def shot(self, name: str, project: str = "") -> Shot:
        """The shot of an id, of `PROJECT/010`, or of `010` in the given project."""
        row = self.row("SELECT * FROM shot WHERE id = ?", name)
        if row is None and not name.startswith("shot_"):
            place, _, number = name.rpartition("/")
            place = place or project
            if place:
                self.project(place)
                row = self.row("SELECT * FROM shot WHERE project = ? AND name = ?", place, number)
        if row is None:
            raise InputError(f"There is no shot {name!r}.{nearest(name, self._shot_names(name, project))}")
        return _shot(row)

    def split_shot(self, shot: Shot, frame: int) -> tuple[Shot, Shot]:
        """Two shots in place of one; the second begins at `frame`, relative to the shot."""
        if shot.frames < 2:
            raise InputError(f"Shot {shot.title} has one frame; there is nothing to split.")
        if not 0 < frame < shot.frames:
            raise InputError(
                f"Shot {shot.title} has frames 0 to {shot.frames - 1}: a second shot can begin at 1 to "
                f"{shot.frames - 1}, not {frame}."
            )
        with self.write():
            shot = self.shot(shot.id)
            self._refuse_tracks(shot, "split")
            self.run("UPDATE shot SET stop = ?, facts = '{}' WHERE id = ?", shot.start + frame, shot.id)
            place = {"start": shot.start + frame, "stop": shot.stop, "transition": "cut"}
            name = self._number_after(shot)
            same = {"project": shot.project, "source": shot.source, "caption": shot.caption}
            second = self._add_shot({**same, "name": name, **place})
        return self.shot(shot.id), self.shot(second)

    def merge_shots(self, first: Shot, second: Shot) -> Shot:
        """One shot in place of two neighbours of one source."""
        with self.write():
            first, second = sorted((self.shot(first.id), self.shot(second.id)), key=lambda s: s.start)
            if first.source != second.source or first.stop != second.start:
                raise InputError(
                    f"Shots {first.title} and {second.title} can't be merged: they are no neighbours in one source."
                )
            for shot in (first, second):
                self._refuse_tracks(shot, "merged")
            self.run("DELETE FROM shot WHERE id = ?", second.id)
            self.run("UPDATE shot SET stop = ?, facts = '{}' WHERE id = ?", second.stop, first.id)
        return self.shot(first.id)

    def caption_shot(self, shot: str, caption: str) -> None:
        """Remember what a shot shows."""
        self.run("UPDATE shot SET caption = ? WHERE id = ?", caption, shot)

    def keep_facts(self, shot: str, facts: dict[str, Any]) -> None:
        """Remember what was measured on a shot's pixels."""
        self.run("UPDATE shot SET facts = ? WHERE id = ?", json.dumps(facts), shot)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _add_shot(self, values: dict[str, Any]) -> str:
        shot = new_id("shot")
        self.insert("shot", {"id": shot, **values})
        return shot

    def _numbers(self, project: str) -> list[int]:
        return sorted(int(r["name"]) for r in self.rows("SELECT name FROM shot WHERE project = ?", project))

    def _next_number(self, project: str) -> int:
        return (self._numbers(project) or [0])[-1] // STEP * STEP + STEP

    def _number_after(self, shot: Shot) -> str:
        mine = int(shot.name)
        after = next((n for n in self._numbers(shot.project) if n > mine), mine + STEP)
        between = (mine + after) // 2
        return f"{between if between > mine else self._next_number(shot.project):03d}"

    def _refuse_tracks(self, shot: Shot, done: str) -> None:
        held = [
            row["id"]
            for table in ("track", "still")
            for row in self.rows(f"SELECT id FROM {table} WHERE shot = ?", shot.id)
        ]
        if held:
            raise InputError(
                f"Shot {shot.title} can't be {done}: {len(held)} tracks or stills stand on its frames "
                f"({', '.join(held[:3])}{' …' if len(held) > 3 else ''}); delete these first."
            )

    def _ids(self, table: str) -> list[str]:
        return [row["id"] for row in self.rows(f"SELECT id FROM {table}")]

    def _shot_names(self, name: str, project: str) -> list[str]:
        if name.startswith("shot_"):
            return self._ids("shot")
        place = name.rpartition("/")[0] or project
        if place:
            return [f"{place}/{s.name}" if "/" in name else s.name for s in self.shots(place)]
        return [f"{r['project']}/{r['name']}" for r in self.rows("SELECT project, name FROM shot")]


def _source(row: sqlite3.Row) -> Source:
    return Source(
        id=row["id"],
        project=row["project"],
        name=row["name"],
        clip=Clip.model_validate_json(row["clip"]),
        created=row["created"],
    )


def _shot(row: sqlite3.Row) -> Shot:
    return Shot(**{**row, "facts": json.loads(row["facts"])})
