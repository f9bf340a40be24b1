"""The project store: what a project holds, in `project.sqlite`."""

from agent.project.rows import Preset, Project, Prompt, Settled, Shot, Source, Still, Track

__all__ = ["Preset", "Project", "Prompt", "Settled", "Shot", "Source", "Still", "Track"]
