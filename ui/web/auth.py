"""Who may reach a page that is not on the loopback: HTTP Basic against a file of users and scrypt hashes."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from engine.errors import InputError, PrerequisiteError

SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""Cost of a hash (RFC 7914), about 50 ms and 16 MiB."""

_HASH = re.compile(r"scrypt\$[0-9a-f]{32}\$[0-9a-f]{128}")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hashed(password: str, salt: bytes | None = None) -> str:
    """`scrypt$SALT$HASH`, in hex."""
    salt = salt or secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **SCRYPT).hex()}"


def users(path: str) -> dict[str, str]:
    """Users and their hashes, from a file of `user:hash` lines. Raises `PrerequisiteError` where no file is named."""
    if not path:
        raise PrerequisiteError(
            "Another host than the loopback needs RUSHES_AUTH, a file of user:password-hash lines.",
            "rushes ui --add-user NAME (asks for the password and prints the line)",
        )
    try:
        lines = [line.strip() for line in Path(path).read_text().splitlines() if line.strip()]
    except OSError as error:
        raise InputError(f"RUSHES_AUTH names {path}, which can't be read: {error.strerror}.") from error
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    if not found or len(found) != len(lines) or not all(_HASH.fullmatch(v) for v in found.values()):
        raise InputError(f"{path} must hold lines of user:scrypt$SALT$HASH; make one with: rushes ui --add-user NAME")
    return found


def allowed(header: str, known: dict[str, str]) -> bool:
    """Whether an `Authorization` header names a known user with the right password."""
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    wanted = known.get(user, hashed("nobody", b"\0" * 16))
    salt = bytes.fromhex(wanted.split("$")[1])
    return hmac.compare_digest(hashed(password, salt), wanted) and user in known


class Guard:
    """ASGI middleware that answers 401 to whoever shows no right password, before any route is looked at."""

    def __init__(self, app: Callable[..., Awaitable[None]], users: dict[str, str]):
        self._app, self._users = app, users
        self._right: set[bytes] = set()
        """Digests of headers that were right: a page asks once a second, and a hash takes 50 ms on purpose."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or self._knows(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = [(b"www-authenticate", b'Basic realm="Rushes"'), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b"Rushes asks for a user and a password."})

    def _knows(self, scope: MutableMapping[str, Any]) -> bool:
        header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        digest = hashlib.sha256(header.encode()).digest()
        if digest in self._right:
            return True
        if not allowed(header, self._users):
            return False
        self._right.add(digest)
        return True
