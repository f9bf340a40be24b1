"""The project store: what a project holds, in `project.sqlite`."""

from agent.project.rows import Preset, Project, Prompt, Settled, Shot, Source, Still, Track
from agent.project.store import ProjectStore, Watched

__all__ = ["Preset", "Project", "ProjectStore", "Prompt", "Settled", "Shot", "Source", "Still", "Track", "Watched"]
