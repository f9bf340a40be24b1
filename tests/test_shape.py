"""The shape of the code: which room may import which, how long a file may grow, what is banned, what loads lazily."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("agent", "engine", "evals", "knowledge", "ui")
SOURCES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
MAY_IMPORT = {
    "engine": {"engine"},
    "knowledge": {"knowledge", "engine.spec", "engine.row", "engine.errors"},
    "agent": {"agent", "knowledge", "engine"},
    "ui": {"ui", "agent", "knowledge", "engine"},
    "evals": {"evals", "agent", "knowledge", "engine", "ui"},
}
UI_ENGINE = ("engine.weights", "engine.worker", "engine.doctor", "engine.errors", "engine.spec", "engine.version")
"""What `ui/` may take from the engine itself; all else goes through the agent's tools."""
HEAVY = {"torch", "diffusers", "transformers", "cv2", "av", "OpenEXR", "gradio", "chromadb", "controlnet_aux"} | {
    "langchain_openai",
    "langchain_anthropic",
}


def imports(path: Path) -> set[str]:
    """Dotted names of everything a file imports, at any depth."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_arrows(path):
    room = room_of(path)
    for name in imports(path):
        if name.split(".")[0] in ROOMS:
            allowed = any(name == a or name.startswith(a + ".") for a in MAY_IMPORT[room]) or name == "engine"
            assert allowed, f"{path.relative_to(ROOT)} imports {name}: {room} may import {sorted(MAY_IMPORT[room])}"


@pytest.mark.parametrize("path", [p for p in SOURCES if room_of(p) == "ui"], ids=lambda p: p.name)
def test_ui_reaches_the_engine_only_for_its_own_errands(path):
    for name in imports(path):
        if name.startswith("engine."):
            assert name.startswith(UI_ENGINE), (
                f"{path.relative_to(ROOT)} imports {name}: go through a tool of the agent"
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 500, f"{path.relative_to(ROOT)} has over 500 lines: split it by subject"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= 100, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"
            args = node.args
            count = len([a for a in args.posonlyargs + args.args + args.kwonlyargs if a.arg not in ("self", "cls")])
            assert count <= 6, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} takes {count} parameters"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_knows(path):
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} has no opening sentence"


def test_no_banned_names_and_no_notes_to_self():
    files = [p for p in [*SOURCES, *(ROOT / "tests").rglob("*.py")] if p != Path(__file__)]
    for path in files:
        assert path.stem not in ("utils", "helpers", "common", "misc"), path
        assert not re.search(r"TODO|FIXME|NotImplementedError", path.read_text()), path


def test_code_asks_the_spec_and_never_compares_its_id():
    for path in SOURCES:
        if room_of(path) != "engine":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                for side in [node.left, *node.comparators]:
                    assert not ast.unparse(side).endswith("spec.id"), f"{path}:{node.lineno} compares a model's id"


def test_every_package_has_its_three_lines():
    for room in (
        "agent",
        "agent/tools",
        "engine",
        "engine/media",
        "engine/models",
        "engine/shots",
        "knowledge",
        "ui",
        "evals",
    ):
        assert (ROOT / room / "README.md").is_file(), f"{room} has no README.md"


def test_committed_text_names_no_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    banned = re.compile(
        "|".join(["/" + "work/", "/" + "root/", "py" + "pi\\.org", "python" + "hosted", "npm" + "js\\.org"])
    )
    for name in listed:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", "") and path.is_file():
            hit = banned.search(path.read_text(errors="ignore"))
            assert not hit, f"{name} names {hit.group()}"


def loaded_by(code: str) -> set[str]:
    """Top-level modules in `sys.modules` after running `code` in a fresh Python."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, cwd=ROOT
    )
    assert run.returncode == 0, run.stderr
    return {m.split(".")[0] for m in run.stdout.split()}


def test_imports_load_nothing_heavy():
    heavy = loaded_by("import agent, knowledge, engine, ui.cli") & (HEAVY | {"onnxruntime"})
    assert not heavy, f"import agent, knowledge, engine, ui.cli loads {sorted(heavy)}"


@pytest.mark.parametrize(
    "package",
    [
        "engine.media",
        "engine.shots",
        "engine.models",
        "engine.measure",
        "engine.jobs",
        "engine.worker",
        "agent.session",
        "agent.tools",
    ],
)
def test_packages_load_nothing_heavy(package):
    heavy = loaded_by(f"import {package}") & HEAVY
    assert not heavy, f"import {package} loads {sorted(heavy)}"


def test_dependencies_are_constrained():
    constrained = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    for requirement in (r for r in wanted if not r.startswith(f"{project['name']}[")):
        name = re.split(r"[<>=\[]", requirement)[0].lower()
        assert name in constrained, f"{name} has no version in constraints.txt"
