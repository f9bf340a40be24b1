"""How fast craft answers, cold and line by line, in processor seconds: a busy machine lies less that way."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import cycle, islice
from statistics import median

import pytest

from evals import cases

ONE = {
    "decide": ["make him a werewolf, keep the room"],
    "advise": ["it flickers at the start"],
    "rewrite": ["change the dog to a fox", "--caption", "A dog runs on grass."],
}
COLD_S, LINES_S, LINES = 0.6, 10.0, 1000
CROWD = 2.0
"""A core shared with others does half the work in its second; the figure itself is in the test's report."""
CODE = (
    "import sys; from ui.cli import main; code = main();"
    "sys.exit(code or 99 * any(m in sys.modules for m in ('torch', 'av', 'cv2', 'gradio', 'langgraph', 'onnxruntime')))"
)


def seconds(words: Sequence[str], stdin: str = "") -> float:
    """Processor seconds of one `rushes` call, which must do well and load nothing heavy."""
    with subprocess.Popen(
        [sys.executable, "-c", CODE, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(stdin.encode())
        process.stdin.close()
        told = process.stderr.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"exit {process.returncode}: {told}"
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("command", ONE)
def test_a_cold_call_answers_at_once(command, record_property):
    took = [seconds([command, *ONE[command]]) for _ in range(5)]
    record_property("seconds", median(took))
    assert min(took) < COLD_S * CROWD, f"{command} took {[f'{t:.2f}' for t in took]} s"


@pytest.mark.slow
@pytest.mark.parametrize("command", ONE)
def test_a_thousand_lines_take_seconds(command, record_property):
    known = cases.of_suite(cases.load(cases.usual()), command)
    fields = ("message", "symptom", "instruction", "source_caption", "context", "settings", "measures")
    lines = [
        json.dumps({"id": number, **{name: value for name in fields if (value := getattr(case, name, None))}})
        for number, case in enumerate(islice(cycle(known), LINES))
    ]
    took = seconds([command, "--jsonl"], "\n".join(lines))
    record_property("seconds", took)
    assert took < LINES_S * CROWD, f"{LINES} lines of {command} took {took:.1f} s"
