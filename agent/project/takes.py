"""Tracks, stills, approvals, prompts and presets in the store: what was made of the shots, and with what."""

import json
from collections.abc import Sequence
from typing import Any

from agent.names import nearest
from agent.project.footage import Footage
from agent.project.rows import Preset, Prompt, Shot, Still, Track
from engine.errors import InputError
from engine.request import OWN_TO_A_RENDER, Approval


class Takes(Footage):
    """The part of the store that knows what was made."""

    # -- tracks ----------------------------------------------------------------------------------------------------

    def tracks(self, shot: str) -> list[Track]:
        """The renders of a shot (by id), oldest first."""
        return [track for track in self._tracks(shot) if track.kind == "render"]

    def masks(self, shot: str) -> list[Track]:
        """The mask tracks of a shot (by id), oldest first."""
        return [track for track in self._tracks(shot) if track.kind == "mask"]

    def _tracks(self, shot: str) -> list[Track]:
        return [_track(r) for r in self.rows("SELECT row FROM track WHERE shot = ? ORDER BY rowid", shot)]

    def tracks_of(self, project: str) -> list[Track]:
        """All renders of a project, oldest first."""
        rows = self.rows(
            "SELECT track.row FROM track JOIN shot ON shot.id = track.shot WHERE shot.project = ? ORDER BY track.rowid",
            project,
        )
        return [track for track in map(_track, rows) if track.kind == "render"]

    def track(self, track: str) -> Track:
        """The track of that id."""
        row = self.row("SELECT row FROM track WHERE id = ?", track)
        if row is None:
            hint = nearest(track, self._ids("track")) or " The workspace holds no track yet."
            raise InputError(f"There is no track {track!r}.{hint}")
        return _track(row)

    def finished_track(self, track: str) -> Track:
        """The track of that id, where its render is done."""
        found = self.track(track)
        if found.state != "done":
            raise InputError(f"Track {track} is {found.state}: only a finished render will do.")
        return found

    def finished_render(self, track: str) -> Track:
        """The track of that id, where it is a render and done; a mask shows what may change, not how it looks."""
        found = self.finished_track(track)
        if found.kind == "mask":
            raise InputError(f"Track {track} is a mask: only a render will do here.")
        return found

    def finished_mask(self, track: str) -> Track:
        """The track of that id, where it is a mask and done."""
        found = self.track(track)
        if found.kind != "mask":
            raise InputError(f"Track {track} is a render, not a mask: make one with make_mask (`rushes mask SHOT`).")
        return self.finished_track(track)

    def add_track(self, track: Track) -> Track:
        """Book a render or a mask. A track that stands there already stays as it is."""
        hashed = {"settings_hash": track.settings_hash}
        self.insert("track", {"id": track.id, "shot": track.shot, **hashed, **_kept(track)}, "IGNORE")
        return self.track(track.id)

    def change_track(self, track: str, **fields: Any) -> Track:
        """Change fields of a track."""
        with self.write():
            changed = Track.model_validate({**self.track(track).model_dump(), **fields})
            self.run(
                "UPDATE track SET state = ?, row = ? WHERE id = ?", changed.state, changed.model_dump_json(), track
            )
        return changed

    def track_name(self, shot: str, label: str) -> str:
        """A name for the next track of a shot: `Style Transfer 2`."""
        taken = {t.name for t in self._tracks(shot)}
        return next(name for n in range(1, len(taken) + 2) if (name := f"{label} {n}") not in taken)

    def rate(self, track: str, stars: int) -> Track:
        """Give a track 0 to 3 stars."""
        if not 0 <= stars <= 3:
            raise InputError(f"A track is rated 0 to 3, not {stars}.")
        return self.change_track(track, rating=stars)

    def pin(self, track: str) -> Shot:
        """Let a finished render stand for its shot; the one pinned before is pinned no more."""
        found = self.finished_render(track)
        self.run("UPDATE shot SET pinned = ? WHERE id = ?", track, found.shot)
        return self.shot(found.shot)

    # -- stills ----------------------------------------------------------------------------------------------------

    def stills(self, shot: str) -> list[Still]:
        """The stills of a shot (by id), oldest first."""
        return [_still(r) for r in self.rows("SELECT row FROM still WHERE shot = ? ORDER BY rowid", shot)]

    def still(self, still: str) -> Still:
        """The still of that id."""
        row = self.row("SELECT row FROM still WHERE id = ?", still)
        if row is None:
            hint = nearest(still, self._ids("still")) or " The workspace holds no still yet."
            raise InputError(f"There is no still {still!r}.{hint}")
        return _still(row)

    def add_still(self, still: Still) -> Still:
        """Book a still. One that stands there already stays as it is."""
        self.insert("still", {"id": still.id, "shot": still.shot, **_kept(still)}, "IGNORE")
        return self.still(still.id)

    def change_still(self, still: str, **fields: Any) -> Still:
        """Change fields of a still."""
        with self.write():
            changed = Still.model_validate({**self.still(still).model_dump(), **fields})
            self.run(
                "UPDATE still SET state = ?, row = ? WHERE id = ?", changed.state, changed.model_dump_json(), still
            )
        return changed

    # -- approvals, prompts, presets -------------------------------------------------------------------------------

    def record_approval(self, project: str, shots: Sequence[str], approval: Approval) -> None:
        """Keep who said yes to what."""
        self.run("INSERT INTO approval VALUES (?, ?, ?)", project, json.dumps([*shots]), approval.model_dump_json())

    def approvals(self, project: str) -> list[Approval]:
        """Every yes given in a project, oldest first."""
        rows = self.rows("SELECT row FROM approval WHERE project = ? ORDER BY rowid", project)
        return [Approval.model_validate_json(row["row"]) for row in rows]

    def record_prompt(self, project: str, prompt: Prompt) -> None:
        """Keep where each clause of a prompt came from."""
        row = {"project": project, "prompt": prompt.prompt, "row": prompt.model_dump_json()}
        self.insert("prompt", row, "REPLACE")

    def prompt(self, project: str, text: str) -> Prompt:
        """A prompt with its origins; without any where nobody recorded them."""
        row = self.row("SELECT row FROM prompt WHERE project = ? AND prompt = ?", project, text)
        return Prompt.model_validate_json(row["row"]) if row else Prompt(prompt=text)

    def presets(self) -> list[Preset]:
        """The artist's own presets, by name."""
        return [Preset.model_validate_json(r["row"]) for r in self.rows("SELECT row FROM preset ORDER BY name")]

    def save_preset(self, name: str, track: str) -> Preset:
        """Make a preset of a track's settings; one of that name is replaced."""
        if not name.strip() or len(name) > 80 or not name.isprintable():
            raise InputError("A preset's name has 1 to 80 printable letters.")
        found = self.track(track)
        if found.kind == "mask":
            raise InputError(f"Track {track} is a mask: a preset is made of a render.")
        kept = {setting: value for setting, value in found.changed.items() if setting not in OWN_TO_A_RENDER}
        preset = Preset(name=name, model=found.model, settings=kept)
        self.run("INSERT OR REPLACE INTO preset VALUES (?, ?)", name, preset.model_dump_json())
        return preset

    def delete_preset(self, name: str) -> None:
        """Forget a preset."""
        known = [p.name for p in self.presets()]
        if name not in known:
            raise InputError(f"There is no preset {name!r} of your own.{nearest(name, known)}")
        self.run("DELETE FROM preset WHERE name = ?", name)


def _kept(made: Track | Still) -> dict[str, str]:
    return {"state": made.state, "row": made.model_dump_json()}


def _track(row: Any) -> Track:
    return Track.model_validate_json(row["row"])


def _still(row: Any) -> Still:
    return Still.model_validate_json(row["row"])
