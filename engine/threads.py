"""How many cores this process may use: what nets are given, and what a proof names."""

import os


def threads() -> int:
    """Cores this process may use. They change the speed, never the bytes."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
