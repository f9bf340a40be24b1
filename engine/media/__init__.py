"""Pixels in and out of files: footage, pictures, masters, deliveries. Loads PyAV, OpenCV and OpenEXR on first use.

Pixels between modules are uint16 (h, w, 3) RGB, 0..65535, display-referred; 8-bit sources are `v * 257`.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "probe": "clips",
    "check_unchanged": "clips",
    "frames": "clips",
    "frame_times": "clips",
    "MasterWriter": "master",
    "MasterChunk": "master",
    "chunk_name": "master",
    "chunk_frames": "master",
    "master_frames": "master",
    "pixel_sha256": "master",
    "master_ranges": "master",
    "export": "deliver",
    "check_target": "deliver",
    "read_image": "picture",
    "write_image": "picture",
    "resize": "picture",
    "to_float": "picture",
    "to_sixteen": "picture",
    "contact_sheet": "sheet",
}

__all__ = [
    "MasterChunk",
    "MasterWriter",
    "check_target",
    "check_unchanged",
    "chunk_frames",
    "chunk_name",
    "contact_sheet",
    "export",
    "frame_times",
    "frames",
    "master_frames",
    "master_ranges",
    "pixel_sha256",
    "probe",
    "read_image",
    "resize",
    "to_float",
    "to_sixteen",
    "write_image",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"engine.media has no {name}; it has {', '.join(_HOME)}")
    value = getattr(import_module(f"engine.media.{_HOME[name]}"), name)
    globals()[name] = value
    return value
