"""The lint meets every prompt before a render, wherever that starts; drafts begin with what is known of a shot."""

import ast
from pathlib import Path

import pytest

import agent
from agent import origins as origins_of
from agent import prompting
from agent.tools.modify_frame import ModifyFrame, modify_frame
from agent.tools.plan_render import PlanRender, plan_render
from agent.tools.render_full import RenderFull, render_full
from agent.tools.test_render import TestRender as Trial
from agent.tools.test_render import test_render as render_test
from engine.request import RenderRequest, StillRequest
from knowledge import prompt_style
from knowledge.catalog import catalog
from tests.agent.store_ground import LOOK, finish, no_worker, project_of  # noqa: F401

ORDER = {"prompt": "Turn it into a watercolour painting."}
FAULTS = prompt_style.lint(ORDER["prompt"], "description")


def test_a_plan_says_what_the_lint_holds_against_its_prompt_and_hinders_nobody(tmp_path):
    desk = project_of(tmp_path, [100])
    quote = plan_render(desk, PlanRender(shots=["010"], model="style_transfer", settings=ORDER))
    assert FAULTS and quote.prompt_faults == FAULTS
    assert set(FAULTS) < set(quote.notes)
    good = plan_render(desk, PlanRender(shots=["010"], model="style_transfer", settings=LOOK))
    assert good.prompt_faults == []


@pytest.mark.parametrize("road", ["test", "full"])
def test_a_render_records_it_whatever_tool_starts_it(tmp_path, road):
    desk = project_of(tmp_path, [100])
    if road == "test":
        made = render_test(desk, Trial(shot="010", model="style_transfer", settings=ORDER))
    else:
        made = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=ORDER))
    track = desk.workspace.store.track(made.renders[0].track)
    assert set(FAULTS) < set(RenderRequest.model_validate(track.request).notes)
    assert made.quote.prompt_faults == FAULTS


def test_settings_that_are_taken_over_are_linted_again(tmp_path):
    desk = project_of(tmp_path, [100])
    first = render_full(desk, RenderFull(shots=["010"], model="style_transfer", settings=ORDER))
    again = plan_render(desk, PlanRender(shots=["010"], settings_from=first.renders[0].track))
    assert again.prompt_faults == FAULTS


def test_a_still_is_linted_by_the_school_of_orders_and_records_it(tmp_path):
    desk = project_of(tmp_path, [20])
    bare = modify_frame(desk, ModifyFrame(shot="010", instruction="Watercolour", frame=3))
    faults = prompt_style.lint("Watercolour", "instruction")
    assert faults and set(faults) < set(bare.notes)
    assert set(StillRequest.model_validate(desk.workspace.store.still(bare.still).request).notes) == set(faults)
    whole = "Restyle the picture as a watercolour. Keep the composition and the light."
    assert prompt_style.lint(whole, "instruction") == []
    assert not desk.workspace.store.still(
        modify_frame(desk, ModifyFrame(shot="010", instruction=whole, frame=4)).still
    ).request["notes"]


def test_a_mask_is_linted_by_its_own_school():
    spec = catalog().spec("character", "final")
    default = spec.setting("masking_prompt").default
    assert prompting.faults(spec, {"masking_prompt": default}) == []
    assert prompting.faults(spec, {"masking_prompt": "man"}) == []
    assert prompting.faults(spec, {"masking_prompt": "the man who wears a red jacket"})


def test_only_the_two_doors_that_lint_make_requests():
    """Whoever builds a request anywhere else would render a prompt that nobody looked at."""
    root = Path(agent.__file__).parents[1]
    doors = set()
    for room in ("agent", "ui"):
        for file in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("RenderRequest", "StillRequest"):
                    doors.add(file.relative_to(root).as_posix())
    doors -= {
        "agent/tools/make_mask.py",  # its words are a closed set, and any other is refused (engine/masks/asked.py)
        "agent/conform.py",  # lays what was made elsewhere: no model reads a prompt
    }
    assert doors == {"agent/quote.py", "agent/tools/modify_frame.py"}
    for door in doors:
        assert "prompting.faults(" in (root / door).read_text(encoding="utf-8"), door


# -- where words come from -----------------------------------------------------------------------------------------


CLAUSES = [
    {"text": "A man on a bike", "origin": "plate"},
    {"text": "watercolour", "origin": "user"},
    {"text": "soft light", "origin": "lexicon"},
]


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("A man on a bike, watercolour, soft light.", ["plate", "user", "lexicon"]),
        ("A man on a bike, soft light, red kite.", ["plate", "lexicon", "user"]),
        ("A red kite. A man on a bike", ["user", "plate"]),
        ("Something else", ["user"]),
        ("", []),
    ],
)
def test_edited_words_are_the_artists_and_the_rest_keeps_its_origin(text, origins):
    pieces = origins_of.origins(text, CLAUSES)
    assert [piece["origin"] for piece in pieces] == origins
    assert all(piece["text"] and piece["text"] in text for piece in pieces)


def test_every_origin_has_its_words():
    assert set(origins_of.ORIGINS) >= {clause["origin"] for clause in CLAUSES}
