"""The quote: settings, look, size, chunks, time and disk of a render, and every fault of a wish at once."""

from dataclasses import replace

import pytest

from agent.desk import Desk
from agent.tools.modify_frame import ModifyFrame, modify_frame
from agent.tools.plan_render import PlanRender, plan_render
from agent.tools.render_full import RenderFull, render_full
from agent.tools.test_render import TestRender as Trial
from agent.tools.test_render import test_render as render_test
from engine.errors import InputError, PrerequisiteError, SettingError
from engine.models import FILM_SIDE
from engine.request import RenderRequest
from knowledge import looks
from knowledge.catalog import catalog
from tests.agent.store_ground import LOOK, boundaries, clip_of, finish, no_worker, project_of  # noqa: F401

PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture"


def plan(desk: Desk, shots=("010",), span=None, model="style_transfer", **more):
    return plan_render(desk, PlanRender(shots=list(shots), range=span, model=model, **{"settings": LOOK, **more}))


def request_of(desk: Desk, **more) -> RenderRequest:
    made = render_full(desk, RenderFull(shots=["010"], model="style_transfer", **{"settings": LOOK, **more}))
    return RenderRequest.model_validate(desk.workspace.store.track(made.renders[0].track).request)


def test_a_quote_holds_what_the_contract_names_and_renders_nothing(tmp_path):
    desk = project_of(tmp_path, [400])
    quote = plan(desk)
    named = {"shots", "frames", "model", "profile", "settings", "settings_hash", "no_effect", "chunks", "estimate_s"}
    assert named | {"disk_bytes", "remote", "needs_test", "notes"} <= set(quote.model_dump())
    assert (quote.frames, quote.chunks, quote.profile, quote.remote) == (400, 3, "preview", False)
    assert quote.settings["seed"] == 42
    assert quote.disk_bytes >= 400 * 64 * 48 * 6
    assert set(quote.settings) == {s.id for s in catalog().spec("style_transfer", "preview").settings}
    assert desk.workspace.queue.list() == []
    assert desk.workspace.store.tracks_of("p") == []


def test_chunks_follow_the_settings(tmp_path):
    desk = project_of(tmp_path, [300])
    assert plan(desk, settings={**LOOK, "context_frames": 60}).chunks > plan(desk).chunks


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(1920, 1080, FILM_SIDE), (64, 48, 64), (48, 320, 320), (641, 10, FILM_SIDE), (7, 5, 7)],
)
def test_the_preview_takes_the_source_size_up_to_its_own(tmp_path, width, height, size):
    desk = project_of(tmp_path, [10])
    desk.workspace.store.add_source("q", clip_of(10, "b", width, height), boundaries([10]), "b")
    assert plan(replace(desk, project="q")).settings["output_size_px"] == size
    assert plan(replace(desk, project="q"), settings={**LOOK, "output_size_px": 100}).settings["output_size_px"] == 100


def test_every_fault_of_a_wish_is_named_at_once(tmp_path):
    desk = project_of(tmp_path, [100])
    bad = {"promt": "x", "video_input_strength": 5, "seed": -1, "style_frame": "nothing.png", "source_video": "track_x"}
    with pytest.raises(SettingError) as refused:
        plan(desk, settings=bad, span=(90, 120))
    told = str(refused.value)
    for word in ("promt", "video_input_strength", "seed", "nothing.png", "source_video", "90:120"):
        assert word in told, told
    assert len(refused.value.faults) >= 6


@pytest.mark.parametrize("span", [(-1, 10), (0, 101), (5, 5), (9, 3), (100, 101)])
def test_a_range_lies_in_its_shot(tmp_path, span):
    with pytest.raises(SettingError, match="0 <= START < STOP <= 100"):
        plan(project_of(tmp_path, [100]), span=span)


def test_a_range_goes_with_one_shot(tmp_path):
    with pytest.raises(SettingError, match="one shot"):
        plan(project_of(tmp_path, [50, 50]), shots=["010", "020"], span=(0, 10))


def test_the_range_settings_are_a_range(tmp_path):
    desk = project_of(tmp_path, [100])
    quote = plan(desk, settings={**LOOK, "range_start_frame": 10, "range_end_frame": 30})
    assert quote.shots[0].range == (10, 30)
    assert quote.settings_hash == plan(desk).settings_hash, "a range is no look"


def test_wrong_names_are_answered_with_the_nearest(tmp_path):
    desk = project_of(tmp_path, [100])
    for wish, hint in (
        ({"model": "style_transfr"}, "style_transfer"),
        ({"model": "", "preset": "inpaintin"}, "inpainting"),
        ({"settings_from": "track_0"}, "no track"),
        ({"profile": "previw"}, "preview"),
    ):
        with pytest.raises(InputError, match=hint):
            plan(desk, **wish)
    with pytest.raises(SettingError, match="No model is named"):
        plan(desk, model="")
    with pytest.raises(InputError, match="No shot is named"):
        plan(desk, shots=[])


# -- what can run --------------------------------------------------------------------------------------------------


def test_models_that_are_not_built_say_what_can_run(tmp_path):
    with pytest.raises(PrerequisiteError) as refused:
        plan(project_of(tmp_path, [10]), model="sdr_to_hdr", settings={})
    assert refused.value.exit_code == 3
    assert str(refused.value) == catalog().spec("sdr_to_hdr", "preview").missing


@pytest.mark.parametrize(("model", "settings"), [("character", LOOK), ("clean_plate", {})])
def test_what_the_preview_cannot_do_is_said_once_and_a_mask_of_its_own_is_planned(tmp_path, model, settings):
    desk = project_of(tmp_path, [10])
    desk.workspace.store.add_source("q", clip_of(10, "b", 1920, 1080), boundaries([10]), "b")
    quote = plan(replace(desk, project="q"), model=model, settings=settings)
    limits = catalog().models[model].profiles["preview"].limits
    assert limits and quote.notes.count(limits) == 1
    assert quote.disk_bytes >= 10 * 1920 * 1080 * 6  # outside the mask the source stands, at its size
    with pytest.raises(PrerequisiteError, match="No net on this machine finds 'robot'") as refused:
        plan(replace(desk, project="q"), model=model, settings={**settings, "masking_prompt": "robot"})
    assert refused.value.exit_code == 3


def test_a_mask_of_a_woman_is_planned_with_what_the_net_cannot_tell(tmp_path):
    quote = plan(project_of(tmp_path, [10]), model="character", settings={**LOOK, "masking_prompt": "the woman"})
    assert any("can't tell that it is a woman" in note for note in quote.notes)


def test_a_setting_without_effect_changes_no_other(tmp_path):
    settings = {**LOOK, "use_image_background": True, "masking_prompt": "man"}
    quote = plan(project_of(tmp_path, [10]), model="character", settings=settings)
    assert quote.no_effect == ["use_image_background"]


def test_a_profile_that_cannot_run_is_told_so(tmp_path):
    with pytest.raises(PrerequisiteError, match=r"preview runs here|rushes weights pull"):
        plan(project_of(tmp_path, [10]), profile="final")


def test_missing_weights_carry_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "none"))
    with pytest.raises(PrerequisiteError) as refused:
        plan(project_of(tmp_path, [10]))
    assert refused.value.command.startswith("rushes weights pull ")


# -- the look ------------------------------------------------------------------------------------------------------


def test_the_prompt_chooses_the_painted_style(tmp_path):
    desk = project_of(tmp_path, [10])
    quote = plan(desk)
    choice = looks.choose(LOOK["prompt"])
    assert quote.settings["preview_style"] == choice.index
    assert choice.because in quote.notes
    assert "preview: small nets on the CPU" in quote.notes
    assert plan(desk, settings={**LOOK, "preview_style": 4}).settings["preview_style"] == 4


def test_a_picture_sets_the_look_and_is_kept_by_content(tmp_path):
    picture = tmp_path / "look.png"
    picture.write_bytes(PNG)
    desk = replace(project_of(tmp_path, [10]), files={"look.png": picture})
    first = request_of(desk, settings={"reference_images": ["look.png"]})
    assert first.values["preview_style"] is None
    kept = first.images["reference_images"][0]
    assert kept.path.startswith(str(desk.workspace.uploads))
    picture.write_bytes(PNG + b"changed since")
    track = desk.workspace.store.tracks_of("p")[0]
    again = request_of(replace(desk, files={}), settings={}, settings_from=track.id)
    assert again.images["reference_images"][0] == kept, "the copy stands, whatever became of the file"
    assert again.settings_hash() == first.settings_hash()
    other = request_of(desk, settings={"reference_images": ["look.png"]})
    assert other.settings_hash() != first.settings_hash()


def test_a_preview_still_hands_its_style_on_and_no_picture(tmp_path):
    desk = project_of(tmp_path, [10])
    made = modify_frame(
        desk, ModifyFrame(shot="010", instruction="like an oil painting", frame=3, settings={"preview_style": 11})
    )
    with pytest.raises(SettingError, match="queued"):
        plan(desk, settings={**LOOK, "style_frame": made.still})
    finish(desk, made.job)
    request = request_of(desk, settings={**LOOK, "style_frame": made.still})
    assert request.values["preview_style"] == 11
    assert request.images == {}
    assert request.values["style_frame"] == made.still


@pytest.mark.parametrize("settings", [{}, {"seed": 1}, {"prompt": ""}, {"seed": -1}])
def test_a_look_needs_words_a_style_or_a_picture(tmp_path, settings):
    desk = project_of(tmp_path, [10])
    with pytest.raises(SettingError, match="needs to know the look"):
        plan(desk, settings=settings)
    assert plan(desk, settings={"preview_style": 0}).settings["preview_style"] == 0


def test_what_is_no_picture_is_refused(tmp_path):
    text = tmp_path / "look.png"
    text.write_text("not a picture")
    desk = replace(project_of(tmp_path, [10]), files={"look.png": text, "gone.png": tmp_path / "gone.png"})
    for name, why in (("look.png", "is no image"), ("gone.png", "can't be read"), ("../etc/passwd", "handed over")):
        with pytest.raises(SettingError, match=why):
            plan(desk, settings={"style_frame": name})


# -- where settings come from --------------------------------------------------------------------------------------


def test_settings_are_inherited_and_changed_on_top(tmp_path):
    desk = project_of(tmp_path, [200])
    first = render_test(
        desk, Trial(shot="010", range=(0, 80), model="style_transfer", settings={**LOOK, "seed": 7, "steps": 9})
    )
    track = desk.workspace.store.track(first.renders[0].track)
    second = render_test(
        desk, Trial(shot="010", range=(20, 100), settings_from=track.id, settings={"seed": 8, "steps": None})
    )
    child = desk.workspace.store.track(second.renders[0].track)
    assert (child.parent, child.model) == (track.id, "style_transfer")
    assert child.changed == {**LOOK, "seed": 8}, "None puts a setting back to its default"
    assert child.settings["steps"] == catalog().spec("style_transfer", "preview").setting("steps").default


def test_another_model_takes_what_it_has_and_the_note_says_what_it_lacks(tmp_path):
    desk = project_of(tmp_path, [100])
    first = render_test(desk, Trial(shot="010", model="style_transfer", settings={**LOOK, "video_input_strength": 0.7}))
    quote = plan(desk, model="transform", settings={}, settings_from=first.renders[0].track)
    assert quote.model == "transform"
    assert any("video_input_strength" in note for note in quote.notes)


# -- reading another track -----------------------------------------------------------------------------------------


def test_a_render_may_read_a_finished_track_of_its_shot(tmp_path):
    desk = project_of(tmp_path, [200, 50])
    base = render_test(desk, Trial(shot="010", range=(40, 140), model="style_transfer", settings=LOOK)).renders[0]
    reading = {**LOOK, "source_video": base.track}
    with pytest.raises(SettingError, match="queued"):
        plan(desk, settings=reading, span=(50, 130))
    finish(desk, base.job)
    made = render_full(
        desk, RenderFull(shots=["010"], range=(50, 130), model="style_transfer", settings=reading)
    ).renders[0]
    request = RenderRequest.model_validate(desk.workspace.store.track(made.track).request)
    assert request.source_folder == str(desk.workspace.media(base.track))
    assert request.source_first == 10
    with pytest.raises(SettingError, match="40:140"):
        plan(desk, settings=reading, span=(0, 100))
    with pytest.raises(SettingError, match="another shot"):
        plan(desk, shots=["020"], settings=reading)
    quote = plan(desk, settings=reading, span=(40, 140))
    assert quote.settings_hash != plan(desk).settings_hash, "a yes to the one is no yes to the other"


# -- delivery ------------------------------------------------------------------------------------------------------


def test_only_a_whole_shot_longer_than_a_test_delivers_itself(tmp_path):
    from agent import gates

    desk = project_of(tmp_path, [200, 150])
    settings = {**LOOK, "sequence_format": "exr16"}
    yes = replace(desk, approval=gates.grant(plan(desk, settings=settings), "artist", test_waived=True))
    made = render_full(yes, RenderFull(shots=["010"], model="style_transfer", settings=settings)).renders[0]
    delivery = RenderRequest.model_validate(desk.workspace.store.track(made.track).request).delivery
    assert (delivery.format, delivery.stem) == ("exr", "p_010")
    assert delivery.folder == str(desk.workspace.deliver / "p" / "010")
    for shot, span in (("020", None), ("010", (0, 120))):
        wish = RenderFull(shots=[shot], range=span, model="style_transfer", settings=settings)
        track = render_full(desk, wish).renders[0].track
        assert desk.workspace.store.track(track).request["delivery"] is None


def test_the_estimate_learns_from_what_was_rendered(tmp_path):
    desk = project_of(tmp_path, [100])
    first = plan(desk)
    assert any("nothing was measured" in note for note in first.notes)
    finish(desk, render_test(desk, Trial(shot="010", model="style_transfer", settings=LOOK)).renders[0].job)
    second = plan(desk)
    assert second.estimate_s == pytest.approx(2.0, abs=0.2), "as long as the equal render took"
    assert not any("nothing was measured" in note for note in second.notes)
