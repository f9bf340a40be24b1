"""`rushes eval`: the table, the floor's exit code, who may answer, and that no case leaves the machine."""

import json
import subprocess
import sys

import pytest

from engine.errors import InputError
from evals import cases, runner
from evals.__main__ import placed, table
from evals.results import BelowFloor, Result, Row, hold, means
from evals.suite import Baseline, Suite, Told
from tests.ui.ground import COMMAND
from ui.cli import main

ROWS = [
    {
        "id": "r/1",
        "source_caption": "A dog runs on grass.",
        "instruction": "change grass to snow",
        "target_caption": "A dog runs on snow.",
    },
    {
        "id": "r/2",
        "source_caption": "A red car on a road.",
        "instruction": "zzz",
        "target_caption": "Seven wild violins sing.",
    },
]


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def evaluate(*words, before=""):
    """Run `rushes eval` in a process of its own, after `before`."""
    code = f"import sys\n{before}\nfrom ui.cli import main\nsys.exit(main(['eval', *sys.argv[1:]]))"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True)


def test_the_floor_decides_the_exit_code_in_one_sentence(rows, capsys):
    assert main(["eval", "rewrite", "--cases", str(rows), "--floor", "0"]) == 0
    out, err = capsys.readouterr()
    assert err == "" and "echo" in out and "unchanged" in out and "concatenation" in out
    assert "r/2" in out and "Seven wild violins sing." in out
    assert main(["eval", "rewrite", "--cases", str(rows), "--floor", "0.9", "--json"]) == 1
    out, err = capsys.readouterr()
    assert err.count("\n") == 1 and "product" in err and "0.9" in err
    (told,) = json.loads(out)["suites"]
    assert told["cases"] == 2 and told["brain"] == "rules" and told["main"] == "product"
    assert told["baselines"]["unchanged"]["form"] == 1.0 and told["baselines"]["unchanged"]["added"] == 0.0
    assert told["worst"][0]["id"] == "r/2"


def test_no_case_leaves_the_machine(rows):
    watch = (
        "import socket\n"
        "def tell(self, address):\n    print('CALLED', address, file=sys.stderr)\n    raise OSError('no')\n"
        "socket.socket.connect = socket.socket.connect_ex = tell\n"
        "import atexit\n"
        "atexit.register(lambda: print('LOGFIRE', 'logfire' in sys.modules, file=sys.stderr))"
    )
    ran = evaluate("rewrite", "--cases", rows, before=watch)
    assert ran.returncode == 0 and ran.stderr == "LOGFIRE False\n"


def test_a_tracer_that_waits_in_the_environment_gets_nothing():
    code = (
        "import os\nos.environ['LANGSMITH_TRACING'] = 'true'\nimport evals.runner\n"
        "print(os.environ['LANGSMITH_TRACING'], os.environ['LOGFIRE_SEND_TO_LOGFIRE'], os.environ['OTEL_SDK_DISABLED'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.split() == ["false", "false", "true"]


def test_without_pydantic_evals_the_command_that_mends_it_is_named(rows):
    ran = evaluate("rewrite", "--cases", rows, before="sys.modules['pydantic_evals'] = None")
    assert ran.returncode == 3 and "pip install" in ran.stderr and ran.stderr.count("\n") == 1


def test_who_may_answer_what(rows, capsys):
    def refused(*words):
        assert main(["eval", *map(str, words)]) == 1
        return capsys.readouterr().err

    assert "no brain answers" in refused("rewrite", "--cases", rows, "--brain", "openai")
    assert "rewrite, decide" in refused("poetry")
    assert "are of: rewrite" in refused("decide", "--cases", rows)
    assert runner.serves("dialog", "openai") and not runner.serves("decide", "openai")


def test_the_command_without_a_run_loads_neither_evals_nor_pydantic():
    code = "import sys; from ui.cli import parser; parser(); print([m for m in sys.modules if 'evals' in m])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "['ui.commands.evals']\n"
    listed = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True).stdout
    assert "    eval " in listed


def test_a_case_that_ends_in_an_error_counts_nothing_and_fails_the_run(rows):
    def answer(case):
        if case.id == "r/2":
            raise ZeroDivisionError("a bug")
        return case.target_caption

    suite = Suite("rewrite", "product", lambda *_: {"product": 1.0}, lambda *_: Told("", "", ""), answer=answer)
    ran = runner.answered(suite, cases.load([rows]), "rules")
    assert [row.scores for row in ran] == [{"product": 1.0}, {}] and "a bug" in ran[1].error
    assert means(ran, "product") == {"product": 0.5}
    result = Result("rewrite", "product", "rules", "0", ran, means(ran, "product"), {})
    assert [row.id for row in result.worst()] == ["r/2"]
    with pytest.raises(BelowFloor, match="cases that ended in an error: 1"):
        hold([result], {})


def test_sets_of_cases_have_floors_of_their_own():
    row = Row("a", {"product": 0.8}, Told("", "", ""), 0.1)
    result = Result("rewrite", "product", "rules", "0", (row,), {"product": 0.8}, {}, sets={"blind": {"product": 0.6}})
    hold([result], {"rewrite": {"product": 0.8, "blind": {"product": 0.6}}})
    with pytest.raises(BelowFloor, match=r"rewrite on blind: product is 0\.600, below its floor of 0\.7"):
        hold([result], {"rewrite": {"product": 0.8, "blind": {"product": 0.7}}})


def test_a_baseline_shows_only_the_scores_that_mean_something_for_it(rows):
    baseline = Baseline("none", lambda _: lambda _case: "", frozenset({"f1"}))
    suite = Suite("rewrite", "f1", lambda *_: {"f1": 0.5, "form": 1.0}, lambda *_: Told("", "", ""), lambda _: "")
    assert runner._baseline(suite, baseline, cases.load([rows])) == {"f1": 0.5}


def test_languages_stand_beside_exactly_their_english_cases(tmp_path):
    unheard = {"suite": "advise", "symptom": "xqzt", "expect": {"none": True}}
    wrong = {**unheard, "expect": {"symptom": "soft_image"}}
    made = [
        {**unheard, "id": "a"},
        {**wrong, "id": "b"},
        {**unheard, "id": "a/de", "language": "de", "base": "a"},
        {**wrong, "id": "a/fr", "language": "fr", "base": "a"},
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in made))
    result = runner.run("languages", cases.load([path]))
    assert result.scores == {"margin": -1.0, "de": 1.0, "de advise": 1.0, "fr": 0.0, "fr advise": 0.0}
    assert result.baselines["English"] == {"de": 1.0, "de advise": 1.0, "fr": 1.0, "fr advise": 1.0}
    assert [row.id for row in result.worst()] == ["a/fr"]
    with pytest.raises(BelowFloor):
        hold([result], {"languages": {"margin": -0.08}})


def test_a_translation_needs_its_english_case(tmp_path):
    path = tmp_path / "cases.jsonl"
    row = {"id": "a/de", "suite": "ask", "language": "de", "base": "a", "message": "hallo", "expect": {"asks": None}}
    path.write_text(json.dumps(row))
    with pytest.raises(InputError, match="a/de translates a"):
        runner.run("languages", cases.load([path]))


def test_the_table_of_suites_goes_between_its_markers():
    text = "x\n<!-- dev -->\nold\n<!-- /dev -->\ny"
    assert placed(text, "dev", "new\n") == "x\n<!-- dev -->\nnew\n<!-- /dev -->\ny"
    with pytest.raises(ValueError, match="sealed"):
        placed(text, "sealed", "")
    row = Row("a", {"right": 1.0}, Told("", "", ""), 0.002)
    result = Result("ask", "right", "rules", "1", (row,), {"right": 1.0}, {"never ask": {"right": 0.5}})
    lines = table([result.plain()]).splitlines()
    assert lines[2] == "| ask | 1 | **Rushes** | **right 1.000** | 2.0 | rules 1 |"
    assert lines[3] == "| | | never ask | **right 0.500** | | |"
