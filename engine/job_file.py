"""The file behind the queue: its tables, version and transactions, and a sentence for each way a disk can refuse."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InputError

VERSION = 1

TABLES = """
create table jobs (
    number integer primary key autoincrement, id text not null unique, kind text not null, lane text not null,
    priority integer not null, state text not null, shot text not null, track text not null,
    proof text not null default '', done integer not null default 0, frames integer not null, eta_s real,
    pid integer, host text, realm text, born text, token text, lease_until real,
    error text not null default '', fix text not null default '', exit_code integer not null default 0,
    claims integer not null default 0, deaths integer not null default 0, cancel_asked integer not null default 0,
    created text not null, started text not null default '', ended text not null default '',
    request_json text not null, result_json text not null default '');
create index jobs_by_state on jobs (state, lane, priority);
create table chunks (
    job text not null references jobs (id), "index" integer not null, start integer not null, stop integer not null,
    name text not null default '', sha256 text not null default '', pixel_sha256 text not null default '',
    seconds real not null default 0, begun integer not null default 0, primary key (job, "index"));
create table events (
    number integer primary key autoincrement, job text not null, kind text not null, state text not null,
    at text not null);
create table workers (
    token text primary key, pid integer not null, host text not null, realm text not null, born text not null,
    lanes text not null, lease_until real not null);
"""


class JobFile:
    """`jobs.sqlite` of a workspace: one connection for each thread, made on first use."""

    def __init__(self, workspace: Path):
        self.path = workspace / "jobs.sqlite"
        self._local = threading.local()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection to look with."""
        with self._in_words():
            yield self._connection()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that nobody else can write beside: all of it is kept, on disk, or none."""
        with self._in_words():
            db = self._connection()
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit")
            finally:
                if db.in_transaction:
                    db.execute("rollback")

    def _connection(self) -> sqlite3.Connection:
        db = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self._open()
        return db

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"The workspace {self.path.parent} can't be made ({error.strerror}): choose another with --workspace."
            ) from error
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        db.row_factory = sqlite3.Row
        if db.execute("pragma user_version").fetchone()[0] != VERSION:
            self._make(db)
        db.execute("pragma synchronous = full")
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        db.execute("pragma journal_mode = wal")
        db.execute("begin immediate")
        found = db.execute("pragma user_version").fetchone()[0]  # again: another process may have made it just now
        if found == 0:
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            db.execute(f"pragma user_version = {VERSION}")
        db.execute("commit")
        if found > VERSION:
            raise InputError(
                f"The workspace {self.path.parent} was written by a newer Rushes (job list version {found}, this one "
                f"reads {VERSION}): update Rushes or choose another workspace."
            )

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        where = self.path.parent
        try:
            yield
        except sqlite3.DatabaseError as error:
            match getattr(error, "sqlite_errorcode", 0) & 0xFF:
                case sqlite3.SQLITE_FULL:
                    said = f"The disk of the workspace {where} is full: free some space and try again."
                case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                    said = f"The workspace {where} can't be written: allow it or choose another with --workspace."
                case sqlite3.SQLITE_IOERR:
                    said = f"The disk of the workspace {where} fails or is full ({error}): free some space or mend it."
                case sqlite3.SQLITE_BUSY:
                    said = f"The job list {self.path} has been held by another process for 30 s: try again."
                case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                    said = f"The job list {self.path} is damaged: move it away, finished tracks stay where they are."
                case _:
                    raise
            raise InputError(said) from error
