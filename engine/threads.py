"""How many cores this process may use: what nets are given, and what a proof names."""

import os


def threads() -> int:
    """Cores this process may use: those of its machine, or as many as OMP_NUM_THREADS leaves it.

    They change the speed of the preview's nets and never their bytes; a diffusion model's last bits they do change.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
