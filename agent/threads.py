"""Where talks are kept: LangGraph's checkpoints in the workspace's `threads.sqlite`, one thread a project."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

if TYPE_CHECKING:
    from agent.workspace import Workspace

BUSY_S = 30.0
"""How long a checkpoint waits for another process that is writing one."""


def saver(workspace: "Workspace") -> SqliteSaver:
    """The checkpoints of this workspace, write-ahead logged; whoever asks closes `saver.conn`."""
    connection = sqlite3.connect(workspace.threads, check_same_thread=False, timeout=BUSY_S)
    kept = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    kept.setup()
    return kept


def forget(workspace: "Workspace", project: str) -> None:
    """Remove the talk of a project; a new project of that name begins with none."""
    kept = saver(workspace)
    with closing(kept.conn):
        kept.delete_thread(project)
