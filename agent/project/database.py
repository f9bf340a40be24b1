"""The file `project.sqlite`: its tables, one connection, and transactions that hold across threads and processes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agent.disk import writing
from engine.errors import InputError

BUSY_S = 20.0
"""How long a write waits for another process before it gives up."""

_TABLES = """
CREATE TABLE project (name TEXT PRIMARY KEY, created TEXT NOT NULL) STRICT;
CREATE TABLE source (
    id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(name), name TEXT NOT NULL, sha256 TEXT NOT NULL,
    clip TEXT NOT NULL, created TEXT NOT NULL, UNIQUE (project, sha256)) STRICT;
CREATE TABLE shot (
    id TEXT PRIMARY KEY, project TEXT NOT NULL REFERENCES project(name), name TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES source(id), start INTEGER NOT NULL, stop INTEGER NOT NULL, transition TEXT NOT NULL,
    pinned TEXT, caption TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '{}', UNIQUE (project, name)) STRICT;
CREATE TABLE track (
    id TEXT PRIMARY KEY, shot TEXT NOT NULL REFERENCES shot(id) ON DELETE CASCADE, state TEXT NOT NULL,
    settings_hash TEXT NOT NULL, row TEXT NOT NULL) STRICT;
CREATE TABLE still (
    id TEXT PRIMARY KEY, shot TEXT NOT NULL REFERENCES shot(id) ON DELETE CASCADE, state TEXT NOT NULL,
    row TEXT NOT NULL) STRICT;
CREATE TABLE work (
    job TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, project TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, error TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '{}') STRICT;
CREATE TABLE approval (project TEXT NOT NULL, shots TEXT NOT NULL, row TEXT NOT NULL) STRICT;
CREATE TABLE prompt (
    project TEXT NOT NULL, prompt TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY (project, prompt)) STRICT;
CREATE TABLE preset (name TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT;
CREATE INDEX shot_of_source ON shot(source, start);
CREATE INDEX track_of_shot ON track(shot);
CREATE INDEX still_of_shot ON still(shot);
"""

_VERSION = 1
_WHAT = "The project list"


class Database:
    """One connection for all threads of this process. Other processes hold their own."""

    def __init__(self, path: Path):
        self._path = path
        self._lock = threading.RLock()
        self._inside = False
        with writing(path, _WHAT):
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode = wal")
            self._db.execute("PRAGMA synchronous = full")
            self._db.execute("PRAGMA foreign_keys = on")
        with self.write():
            found = self._db.execute("PRAGMA user_version").fetchone()[0]
            if found > _VERSION:
                raise InputError(
                    f"The workspace {path.parent} was written by a newer Rushes (project list version {found}, this "
                    f"one reads {_VERSION}): update Rushes or choose another workspace."
                )
            if found < _VERSION:
                for statement in filter(str.strip, _TABLES.split(";\n")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all of it or nothing. A transaction opened inside another belongs to the outer one."""
        with self._lock, writing(self._path, _WHAT):
            if self._inside:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._inside = True
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                self._inside = False
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def run(self, sql: str, *values: Any) -> int:
        """One statement that writes; answers how many rows it touched."""
        with self.write():
            return self._db.execute(sql, values).rowcount

    def insert(self, table: str, values: dict[str, Any], instead: str = "ABORT") -> int:
        """Insert one row; `instead` says what becomes of one that is there: ABORT, IGNORE or REPLACE."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        return self.run(f"INSERT OR {instead} INTO {table} ({names}) VALUES ({marks})", *values.values())

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, writing(self._path, _WHAT):
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    def close(self) -> None:
        with self._lock:
            self._db.close()
