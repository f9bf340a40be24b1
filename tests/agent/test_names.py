"""Names: the rule for projects, what a clip lends, what a wrong one was meant to be, ids that come back."""

from pathlib import Path

import pytest

from agent import names
from engine.errors import InputError
from tests.agent.store_ground import no_worker, project_of  # noqa: F401


@pytest.mark.parametrize("name", ["a", "Café", "my film", "x_1-2.b", "0", "夜の海", "a" * 80, "a..b"])
def test_project_names_that_stand(name):
    assert names.project_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "a ",
        ".a",
        "a.",
        "..",
        "a/b",
        "a\\b",
        "../up",
        "a" * 81,
        "a\nb",
        "a\x00",
        "tab\t",
        "a:b",
        "*",
        "\u2028",
        "\ud800",
    ],
)
def test_project_names_that_are_refused_in_one_sentence(name):
    with pytest.raises(InputError, match="1 to 80 letters") as refusal:
        names.project_name(name)
    assert len(str(refusal.value)) < 250
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("clip", "taken", "lent"),
    [
        ("bigbuckbunny.mp4", [], "bigbuckbun"),
        ("bikes.mp4", ["bikes"], "bikes_02"),
        ("bikes.mp4", ["bikes", "bikes_02"], "bikes_03"),
        ("shot.%04d.exr", [], "shot"),
        ("a<b>|c.mov", [], "a_b__c"),
        (".hidden", [], "hidden"),
        ("...mp4", [], "Untitled"),
    ],
)
def test_a_clip_lends_its_name(clip, taken, lent):
    assert names.lent_name(Path("/x") / clip, taken) == lent
    assert names.project_name(lent)


def test_untitled_is_numbered():
    assert names.untitled([]) == "Untitled"
    assert names.untitled(["Untitled", "Untitled_02"]) == "Untitled_03"


def test_a_wrong_name_is_answered_with_the_nearest():
    assert names.nearest("bikse", ["bunny", "bikes", "x"]) == " Did you mean bikes?"
    assert names.nearest("qqq", ["bunny", "bikes", "sea", "sky"]) == " There is bunny, bikes, sea and 1 more."
    assert names.nearest("a", []) == ""


def test_shots_answer_to_id_title_and_number(tmp_path):
    store = project_of(tmp_path, [10, 10, 10]).workspace.store
    shot = store.shots("p")[1]
    assert store.shot(shot.id) == store.shot("p/020") == store.shot("020", "p") == shot
    for wrong, hint in (
        ("p/02", "p/020"),
        ("002", "There is|Did you mean"),
        (shot.id[:-1], shot.id),
        ("q/010", "project"),
    ):
        with pytest.raises(InputError, match=hint):
            store.shot(wrong, "p")


def test_ids_are_the_same_for_the_same_call_and_unique_else():
    assert names.new_id("track", "t:1", "a") == names.new_id("track", "t:1", "a")
    made = {names.new_id(p, c, x) for p in ("track", "job") for c in ("t:1", "t:2") for x in "ab"}
    assert len(made) == 8
    assert len({names.new_id("shot") for _ in range(100)}) == 100
