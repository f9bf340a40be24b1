"""Whether the end of a file is there, where the container can tell but the demuxer does not."""

from pathlib import Path

EBML, SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
TS_PACKET = 188


def missing_end(path: Path, container: str, size: int) -> str:
    """Why the file is known to be cut off; empty where nothing says so."""
    if "matroska" in container:
        with path.open("rb") as file:
            promised = _matroska_size(file.read(4096))
        if promised and promised > size:
            return f"{size} of {promised} bytes are there"
    if container == "mpegts" and size % TS_PACKET:
        return "the last packet is cut off"
    return ""


def _matroska_size(head: bytes) -> int:
    """Size of the file by its EBML header, 0 where it tells none (a live recording)."""
    if head[:4] != EBML:
        return 0
    length, at = _number(head, 4)
    at += length
    if head[at : at + 4] != SEGMENT:
        return 0
    length, after = _number(head, at + 4)
    unknown = (1 << 7 * (after - at - 4)) - 1
    return 0 if length == unknown else after + length


def _number(data: bytes, at: int) -> tuple[int, int]:
    """An EBML number and where it ends: the leading zeros of its first byte tell its length."""
    width = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    return value, at + width
