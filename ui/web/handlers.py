"""What the page does when the artist does something: each handler calls the talk or a tool and answers plain values."""

import getpass
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from agent import keys, painting
from agent.config import config
from agent.names import lent_name, project_name, untitled
from engine.errors import ApprovalNeeded, InputError, RushesError
from ui.terminal import duration
from ui.web import chat, desk_view, markup, panel
from ui.web.desk_view import Here, Marks
from ui.web.player import mask_in_use, masks, player
from ui.web.sheet import sheet
from ui.web.talks import PANEL, Asked, Talks

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.tools.write_prompt import Written
    from agent.workspace import Workspace

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr")
"""Uploads that a setting may name as an image."""

NOWHERE = Here("", "", "")


class Handlers:
    """What the handlers share: the workspace and its open talks. Knows no widget."""

    def __init__(self, workspace: "Workspace"):
        self.workspace, self.talks = workspace, Talks(workspace)

    # -- looking ---------------------------------------------------------------------------------------------------

    def arrive(self) -> list[str]:
        """Where a fresh page begins: the project somebody worked in last, else the newest."""
        projects = sorted(self.workspace.store.projects(), key=lambda p: p.created)
        coming = [w.project for w in self.workspace.store.watching()]
        project = self.talks.latest or (coming or [p.name for p in projects] or [""])[-1]
        return list(Here(project, "", ""))

    def look(self, here: Here, seen: dict[str, Any]) -> dict[str, Any]:
        """Everything the page shows, by the name of the piece. While somebody speaks, the talk is left as it is."""
        workspace = self.workspace
        workspace.store.settle(workspace.queue)
        shown = self._talk(here.project)
        newest = desk_view.newest_take(workspace, here.project)
        if newest != seen.get("newest"):
            here = desk_view.followed(workspace, here, newest)
        here = desk_view.standing(workspace, here.project, here)
        newest_mask = [here.shot, *(mask.id for mask in masks(workspace, here.shot)[:1])]
        if newest_mask != seen.get("newest_mask"):
            here = here._replace(mask="")
        desk_view.look_ahead(workspace, here.project)
        rows = desk_view.jobs(workspace)
        return {
            **shown,
            "here": list(here),
            "newest": newest,
            "newest_mask": newest_mask,
            "viewer": player(workspace, here),
            "strip": markup.strip(desk_view.slots(workspace, here)),
            "progress": markup.progress(desk_view.at_work(rows), bool(here.shot)),
            "sheet": sheet(workspace, here.take),
            "files": markup.files(desk_view.files(workspace, here.project)),
            "jobs": markup.jobs(rows),
            "project": [self.talks.projects(), here.project],
        }

    def _talk(self, project: str) -> dict[str, Any]:
        if not project:
            return {"talk": [], "bar": markup.bar({}, []), "brand": markup.brand(config().brain)}
        with self.talks.if_free(project) as session:
            if session is None:
                return {}
            for _ in session.settle():
                pass
            events, pending, brain = session.history(), session.pending(), session.brain.name
        asked = chat.asking(pending[0].id, pending[0].quote) if pending else self._asked(project)
        return {
            "talk": self._messages(events, brain),
            "bar": markup.bar(asked, chat.choices(events)),
            "brand": markup.brand(brain),
        }

    def _asked(self, project: str) -> dict[str, Any]:
        held = self.talks.asked.get(project)
        return chat.asking(PANEL, held.quote.model_dump(mode="json")) if held else {}

    def _messages(self, events: Sequence[Any], brain: str) -> list[dict[str, Any]]:
        return chat.messages(events, lambda still: desk_view.stands(self.workspace, still), brain)

    # -- talking ---------------------------------------------------------------------------------------------------

    def about_to_speak(self) -> None:
        """The artist goes to the message box: what a first message takes is loaded while it is typed."""
        self.talks.warm()

    def speak(self, said: dict[str, Any], here: Here) -> Iterator[tuple[Here, list[Any]]]:
        """What the artist typed or dropped, and the talk as it grows. A first clip lends its name to the project."""
        kept = self.talks.keep(said.get("files") or [])
        project = here.project
        if not project:
            taken = self.talks.projects()
            project = lent_name(kept[0], taken) if kept else untitled(taken)
            here = Here(project, "", "")
        self.talks.latest = project
        here = here._replace(follows=True)
        with self.talks.of(project) as session:
            events = session.history()
            for event in session.say(said.get("text") or "", kept):
                events.append(event)
                yield here, self._messages(events, session.brain.name)

    def answer(self, approval_id: str, yes: bool, here: Here) -> str:
        """The approve bar's answer to what waits; what is to be said about it, or nothing."""
        if approval_id == PANEL:
            return self._answer_panel(yes, here)
        with self.talks.of(here.project) as session:
            for _ in session.answer(approval_id, yes):
                pass
        return ""

    def _answer_panel(self, yes: bool, here: Here) -> str:
        from agent import gates
        from agent.tools.render_full import render_full

        held = self.talks.asked.pop(here.project, None)
        if held is None or not yes:
            return "" if held is None else "Left as it is; nothing was rendered."
        made = render_full(self._desk(here, gates.grant(held.quote, getpass.getuser())), held.wish)
        return self._on_its_way(made.quote)

    # -- choosing --------------------------------------------------------------------------------------------------

    def choose_project(self, name: str) -> Here:
        """Another project, or a new one of that name."""
        self.talks.latest = project_name(name.strip())
        return Here(self.talks.latest, "", "")

    def new_project(self) -> Here:
        """A project that nobody has named yet: its first clip will."""
        self.talks.latest = ""
        return NOWHERE

    # -- prompts ---------------------------------------------------------------------------------------------------

    def draft(self, here: Here, model: str, seed: int) -> "Written":
        """Auto Prompt: a draft for the chosen render or still, else for the shot; another seed is another draft."""
        from agent.tools.write_prompt import WritePrompt, write_prompt

        subject = here.take or _shot(here)
        return write_prompt(self._desk(here), WritePrompt(shot=subject, model=model, auto=True, seed=seed))

    def tidy(self, here: Here, model: str, text: str) -> "Written":
        """The artist's own words, tidied into what the model reads best."""
        from agent.tools.write_prompt import WritePrompt, write_prompt

        if not text.strip():
            raise InputError("There is no prompt to tidy yet: write one, or let Auto Prompt draft it.")
        return write_prompt(self._desk(here), WritePrompt(model=model, optimise=text))

    # -- rendering -------------------------------------------------------------------------------------------------

    def test(self, here: Here, model: str, values: dict[str, Any]) -> str:
        """Test the panel's settings on the chosen shot, through the tool of the talk."""
        from agent.tools.test_render import TestRender, test_render

        given = self._given(here, model, values)
        span = _marked(here, given)
        made = test_render(self._desk(here), TestRender(shot=_shot(here), model=model, settings=given, range=span))
        return self._on_its_way(made.quote)

    def render(self, here: Here, model: str, values: dict[str, Any]) -> str:
        """Render the shot with the panel's settings; where the gates ask for a yes, the approve bar shows the quote."""
        from agent.tools.plan_render import PlanRender, plan_render
        from agent.tools.render_full import RenderFull, render_full

        wish = RenderFull(shots=[_shot(here)], model=model, settings=self._given(here, model, values))
        try:
            return self._on_its_way(render_full(self._desk(here), wish).quote)
        except ApprovalNeeded as need:
            if "test" in need.needs:
                raise
            quote = plan_render(self._desk(here), PlanRender(**wish.model_dump()))
            self.talks.asked[here.project] = Asked(wish, quote)
            return "It waits for your yes, beside the talk."

    def _given(self, here: Here, model: str, values: dict[str, Any]) -> dict[str, Any]:
        """What the panel changed, and the mask that the player shows where the model takes one and none is named."""
        from agent.profiles import best_profile
        from knowledge import catalog

        spec = catalog().spec(model, best_profile(model))
        given = panel.changed(spec, values)
        shown = mask_in_use(self.workspace, here)
        takes_one = any(s.id == "mask_track" and s.effect for s in spec.under(values).settings)
        return {**given, "mask_track": shown.id} if shown and takes_one and "mask_track" not in given else given

    def _on_its_way(self, quote: Any) -> str:
        idle = f" Without effect here: {', '.join(quote.no_effect)}." if quote.no_effect else ""
        lint = f" On the prompt: {' '.join(quote.prompt_faults)}" if quote.prompt_faults else ""
        mask = quote.settings.get("mask_track")
        inside = f", inside {self.workspace.store.track(mask).name}" if mask else ""
        told = f"{quote.frames} frames{inside}, about {duration(quote.estimate_s)} (an estimate)"
        return f"On its way: {told}.{idle}{lint}"

    def settings_of(self, take: str) -> dict[str, Any]:
        """Where the panel may start from: model and changed settings of a render."""
        if not take.startswith("track_"):
            return {}
        track = self.workspace.store.track(take)
        return {"take": take, "model": track.model, "settings": track.changed}

    def pictures(self, here: Here) -> list[tuple[str, str]]:
        """Stills of the project and uploaded images, as a setting names them."""
        store = self.workspace.store
        names = {shot.id: shot.name for shot in desk_view.shots(self.workspace, here.project)}
        stills = [s for shot in names for s in store.stills(shot) if s.state == "done"]
        made = [(f"still, frame {s.frame} of shot {names[s.shot]}", s.id) for s in reversed(stills)]
        return [*made, *((name, name) for name in self._uploaded())]

    def renders(self, here: Here) -> list[tuple[str, str]]:
        """Finished renders of the chosen shot."""
        takes = desk_view.takes(self.workspace, here.shot)
        return [(desk_view.take_label(t), t.id) for t in takes if t.id.startswith("track_")]

    def masks(self, here: Here) -> list[tuple[str, str]]:
        """Finished masks of the chosen shot."""
        return [(mask.name, mask.id) for mask in masks(self.workspace, here.shot)]

    # -- on the player ---------------------------------------------------------------------------------------------

    def make_mask(self, sent: Any) -> str:
        """Make the mask that was painted, pointed at or named on the player, through the tool of the talk."""
        made = painting.make(self.workspace, painting.read(sent))
        return f"{self.workspace.store.track(made.track).name} is on its way: {made.range[1] - made.range[0]} frames."

    def take_offer(self, offer: Any) -> str:
        """Do what the player offered for a key frame: make the still, or render with it."""
        track = self.workspace.store.finished_render(str(offer.get("track", "")))
        desk = self._desk(Here(self.workspace.store.shot(track.shot).project, track.shot, ""))
        if offer.get("act") == keys.MAKE and type(offer.get("frame")) is int:
            made = keys.make_key(desk, track.id, offer["frame"])
            return f"A still of frame {made.frame} is on its way; look at it before it is carried."
        return self._on_its_way(keys.use_key(desk, track.id, str(offer.get("still", ""))).quote)

    def mark(self, here: Here, marks: Any) -> Here:
        """Set the marks of the player, `[start, stop]` in frames of the shot, or take them away."""
        if marks is None:
            return here._replace(marks=None)
        shot = self.workspace.store.shot(_shot(here))
        start, stop = marks
        if not (type(start) is type(stop) is int and 0 <= start < stop <= shot.frames):
            raise InputError(f"Marks lie in the {shot.frames} frames of shot {shot.name}, not at {start} to {stop}.")
        return here._replace(marks=Marks(shot.id, start, stop))

    # -- delivering and jobs ---------------------------------------------------------------------------------------

    def export(self, here: Here, form: str) -> str:
        """Write the chosen render to files, through the tool of the talk."""
        from agent.tools.export import Export, export

        if not here.take.startswith("track_"):
            return "Choose a render under the player first; a still is a picture already."
        export(self._desk(here), Export(tracks=[here.take], format=form, overwrite=True))
        return f"Writing {desk_view.FORMATS[form]}; it is listed below once it stands."

    def cancel(self, job: str) -> None:
        """Stop a job at its next frame."""
        self.workspace.queue.cancel(job)

    def resume(self, job: str) -> None:
        """Take a stopped or failed job up again; what is finished of it stays."""
        from engine.worker import ensure

        self.workspace.queue.resume(job)
        ensure(self.workspace.root)

    def _desk(self, here: Here, approval: Any = None) -> "Desk":
        from agent.desk import Desk

        return Desk(self.workspace, here.project, approval=approval, files=self._uploaded())

    def _uploaded(self) -> dict[str, Any]:
        return {p.name: p for p in sorted(self.workspace.uploads.iterdir()) if p.suffix.lower() in PICTURES}


def told(error: RushesError) -> str:
    """An error as the page says it: what, why, what to do."""
    command = getattr(error, "command", "")
    return f"{error} Run: {command}" if command and command not in str(error) else str(error)


def warn(error: RushesError) -> None:
    """Say an error over the page."""
    gr.Warning(told(error), duration=12)


def _shot(here: Here) -> str:
    if not here.shot:
        raise InputError("There is no shot yet: drop a clip into the talk first.")
    return here.shot


def _marked(here: Here, given: dict[str, Any]) -> tuple[int, int] | None:
    """The marks of the player, where they lie on this shot; InputError where the panel names a range too."""
    if here.marks is None or here.marks.shot != here.shot:
        return None
    if {"range_start_frame", "range_end_frame"} & set(given):
        raise InputError(
            f"The panel names a range and the player is marked from frame {here.marks.start} to {here.marks.stop - 1}: "
            "clear one of them."
        )
    return here.marks.start, here.marks.stop
