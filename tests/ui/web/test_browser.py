"""The page in headless Chromium: the talk from clip to files, and frames that are the frames they say."""

import base64
import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from playwright.sync_api import expect

from agent.desk import Desk
from agent.tools.modify_frame import ModifyFrame, modify_frame
from agent.tools.render_full import RenderFull, render_full
from agent.workspace import Workspace
from engine import media, weights
from tests.engine.footage import Footage
from tests.ui.web.visit import Server, Visit, browsing, grey_of

pytestmark = pytest.mark.slow

ANSWER_S, USABLE_S = 9.0, 3.0


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("page") / "workspace")
    yield server
    server.end()


@pytest.fixture
def visit(server) -> Iterator[Visit]:
    with browsing(server) as visit:
        visit.arrive()
        yield visit


@pytest.fixture(scope="module")
def bikes(tmp_path_factory):
    """The sample clip at half its size: six shots, 250 frames, rendered four times as fast."""
    clip = media.probe(weights.path("bikes"))
    frames = [media.resize(frame, 320, 136) for frame in media.frames(clip)]
    made = Footage(frames=len(frames), width=320, height=136, rate=clip.rate, picture=lambda n: frames[n])
    return made.write(tmp_path_factory.mktemp("clip") / "bikes.mp4")


def numbered(folder, frames: int, **what):
    """One shot that carries its frame numbers as the grey levels of two patches."""
    ground = np.linspace(60, 180, 160)[None, :, None] + np.linspace(0, 40, 96)[:, None, None] * np.ones(3)

    def picture(number: int) -> np.ndarray:
        frame = ground.copy()
        frame[32:64, 16:48], frame[32:64, 112:144] = grey_of(number)
        return frame.astype(np.uint16) * 257

    return Footage(frames=frames, width=160, height=96, picture=picture, **what).write(folder / "numbers.mp4")


def bring(visit: Visit, clip, frames: int) -> None:
    """A project of its own with this clip as its one shot, ready to be looked at."""
    new_project(visit)
    visit.say("", clip)
    expect(visit.page.locator("#viewer .about")).to_contain_text(f"{frames} frames", timeout=60_000)
    expect(visit.page.locator(".note")).to_be_empty(timeout=60_000)


def new_project(visit: Visit) -> None:
    visit.page.locator("#new").click()
    expect(visit.page.locator(".empty")).to_be_visible()


def test_the_server_answers_and_the_page_is_usable_in_time(tmp_path):
    took = []
    for attempt in range(3):  # the best of three: a neighbour on the machine's cores is not what is measured
        server = Server(tmp_path / f"workspace{attempt}")
        with browsing(server) as visit:
            took.append((server.answered_s, visit.arrive()))
            visit.page.locator("#say textarea").fill("hello")
        server.end()
        print("answered after {:.1f} s, usable after {:.1f} s more".format(*took[-1]))
        # what is waited for is the sum: work that moves from before the answer to behind it is no loss
        if took[-1][0] <= ANSWER_S and sum(took[-1]) <= ANSWER_S + USABLE_S:
            return
    pytest.fail(f"seconds until the answer, until usable: {took}; at most {ANSWER_S} and {ANSWER_S + USABLE_S} in all")


def test_every_frame_on_screen_is_the_frame_it_says(visit, tmp_path):
    bring(visit, numbered(tmp_path, 100, b_frames=2, gop=30), 100)
    page = visit.page
    visit.shown(0)
    for frame in (0, 1, 2, 17, 50, 49, 98, 99, 3, 64):
        page.locator(".seek").evaluate(
            "(seek, n) => { seek.value = n; seek.dispatchEvent(new Event('input')); }", frame
        )
        visit.shown(frame)
        assert visit.number("src") == frame
        expect(page.locator(".count b")).to_have_text(str(frame))
    page.locator(".stage").focus()
    for key, frame in [("ArrowRight", 65), ("ArrowRight", 66), ("ArrowLeft", 65), ("Home", 0), ("End", 99)]:
        page.keyboard.press(key)
        visit.shown(frame)
        assert visit.number("src") == frame
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    visit.shown(94)
    assert visit.number("src") == 94, "quick steps end at the frame that is asked for last"


def test_playing_keeps_the_number_on_the_picture(visit, tmp_path):
    bring(visit, numbered(tmp_path, 100), 100)
    page = visit.page
    page.locator(".loop").click()
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    visit.shown(0)
    page.keyboard.press("Space")
    expect(page.locator(".play")).to_have_attribute("aria-label", "Pause")
    page.wait_for_function("() => Number(document.querySelector('.stage').dataset.index) >= 20")
    page.keyboard.press("Space")
    stopped = int(page.locator(".stage").get_attribute("data-index"))
    visit.shown(stopped)
    assert 20 <= stopped < 100 and visit.number("src") == stopped
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => document.querySelector('.play').getAttribute('aria-label') === 'Play'", timeout=30_000
    )
    visit.shown(99)
    assert visit.number("src") == 99


def test_a_source_of_variable_rate_goes_by_index(visit, tmp_path):
    times = tuple(int(n * 40 + (n % 3) * 13 + (n // 10) * 170) for n in range(40))
    bring(visit, numbered(tmp_path, 40, times=times, time_base=Fraction(1, 1000)), 40)
    page = visit.page
    expect(page.locator("#viewer .about")).to_contain_text("variable rate")
    page.locator(".stage").focus()
    for frame in (1, 2, 3, 4):
        page.keyboard.press("ArrowRight")
        visit.shown(frame)
        assert visit.number("src") == frame
    page.keyboard.press("End")
    visit.shown(39)
    assert visit.number("src") == 39


def test_the_talk_from_clip_to_files(visit, server, bikes):
    page = visit.page
    new_project(visit)
    expect(page.locator("#talk")).to_contain_text("Drop a clip")
    expect(page.locator("#brand")).to_contain_text("brain: rules")
    visit.say("", bikes)
    visit.hear("6 shots", 90)
    expect(page.locator("#strip .slot")).to_have_count(6)
    expect(page.locator("#project input")).to_have_value(re.compile("bikes"))

    visit.say("make it look like a watercolour painting")
    expect(page.locator("#talk img")).to_be_visible(timeout=90_000)
    page.wait_for_function("() => document.querySelector('#talk img').naturalWidth > 100")
    expect(page.locator("#viewer .render .tag")).to_have_text("still · preview")
    expect(page.locator("#viewer .pic")).to_be_visible()
    expect(page.locator("#bar [data-act=say]").first).to_be_visible()

    visit.say("yes")
    expect(page.locator("#viewer .render .tag")).to_have_text("render · preview", timeout=120_000)
    visit.tab("Render")
    expect(page.locator("#sheet")).to_contain_text("61 frames in, 61 out")
    expect(page.locator("#sheet td").get_by_text(re.compile("good")).first).to_be_visible()
    expect(page.locator(".note")).to_be_empty(timeout=60_000)
    _compare(visit)

    spoken = visit.said()
    visit.say("it flickers at the start")
    visit.hear("One move", 60, spoken)
    expect(page.locator(".takes option")).to_have_count(3, timeout=120_000)

    visit.say("now all the shots like this")
    expect(page.locator("#yes")).to_be_visible(timeout=60_000)
    expect(page.locator("#bar")).to_contain_text("250 frames")
    expect(page.locator("#bar")).to_contain_text("an estimate")
    visit.reload()
    page.locator("#yes").wait_for()
    assert not [j for j in Workspace(server.workspace).queue.list("queued", "running") if j.kind == "render"]
    page.locator("#yes").click()
    expect(page.locator("#yes")).to_have_count(0)
    expect(page.locator("#progress [role=progressbar]")).to_be_visible()
    visit.hear("250 frames in, 250", 240)

    visit.say("EXR please")
    visit.tab("Render")
    expect(page.locator("#files li")).to_have_count(6, timeout=90_000)
    expect(page.locator("#files")).to_contain_text("EXR · 61 frames")
    page.locator("#exports").get_by_text("MP4").click()
    with page.expect_download() as coming:
        page.locator("#files a").first.click(timeout=60_000)
    counted = media.probe(coming.value.path())
    shot = int(page.locator(".count small").inner_text().split("–")[1].split()[0]) + 1
    assert counted.frames == shot


def _compare(visit: Visit) -> None:
    """Source beside render: the ways to compare, by mouse and by keyboard."""
    page = visit.page
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    visit.shown(0)
    handle = page.locator("#viewer .handle")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    expect(handle).to_have_attribute("aria-valuenow", "48")
    for mode, panes in [("side", (True, True)), ("source", (True, False)), ("render", (True, True))]:
        page.locator(f".modes [data-mode={mode}]").click()
        expect(page.locator(f".modes [data-mode={mode}]")).to_have_attribute("aria-checked", "true")
        assert (page.locator(".pane.source").is_visible(), page.locator(".pane.render").is_visible()) == panes
    assert visit.pixels("src") != visit.pixels("out"), "the render looks like its source"
    page.locator(".modes [data-mode=wipe]").click()


def test_on_the_player_clips_are_dropped_a_mask_is_painted_and_keys_are_judged(visit, server, tmp_path):
    clip = numbered(tmp_path, 12)
    page, stage = visit.page, visit.page.locator(".stage")
    new_project(visit)
    _drop(page, clip.read_bytes())
    expect(page.locator("#say textarea")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#viewer .about")).to_contain_text("12 frames", timeout=60_000)
    expect(page.locator(".note")).to_be_empty(timeout=60_000)

    page.locator(".modes [data-mode=mask]").click()
    expect(page.locator(".painter")).to_be_visible()
    page.locator(".make").click()
    expect(page.locator(".answer.error")).to_contain_text("click on what may change")
    page.locator("[data-tool=brush]").click()
    _dab(page, 0.2)
    expect(page.locator(".answer.error")).to_have_count(0)
    _dab(page, 0.8)
    expect(page.locator(".ticks i")).to_have_count(1)
    page.locator(".undo").click()
    page.locator(".make").click()
    expect(page.locator(".stage.masked")).to_be_visible(timeout=90_000)
    expect(page.locator(".note")).to_be_empty(timeout=60_000)
    visit.shown(0)
    left, right = visit.pixels("msk")
    assert left > 200 and right < 40, "white where it was painted; what was undone is not in it"
    expect(page.locator(".says .words")).to_contain_text("masked:")
    curve = page.locator(".curve canvas")
    curve.hover(position={"x": 5, "y": 8})
    expect(page.locator(".curve .at")).to_contain_text("frame 0:")
    box = curve.bounding_box()
    curve.click(position={"x": box["width"] - 5, "y": 8})
    visit.shown(11)
    stage.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("i")
    expect(page.locator(".unmark")).to_contain_text("3–11 · 9 f")
    page.locator(".unmark").click()
    expect(page.locator(".unmark")).to_be_hidden()

    _render_by_a_key(visit, server)
    expect(page.locator(".modes [data-mode=wipe]")).to_have_attribute("aria-checked", "true")
    expect(page.locator(".says .words")).to_contain_text("The key frames explain", timeout=120_000)
    curve.hover(position={"x": 5, "y": 8})
    expect(page.locator(".curve .at")).to_contain_text("explained")
    page.locator(".offer").click()
    expect(page.locator("#viewer .render .tag")).to_have_text("still · preview", timeout=60_000)
    expect(page.locator(".offer")).to_contain_text("Render with the key of frame")
    assert page.locator(".pane .pic").is_visible() and not page.locator(".pane .out").is_visible()


def _render_by_a_key(visit: Visit, server: Server) -> None:
    """A still of frame 2 of the shot in the page, carried over it, by the tools of the talk."""
    workspace = Workspace(server.workspace)
    project = visit.page.locator("#project input").input_value()
    desk, (shot,) = Desk(workspace, project), workspace.store.shots(project)
    still = modify_frame(desk, ModifyFrame(shot=shot.id, instruction="an ink drawing", frame=2)).still
    expect(visit.page.locator("#viewer .render .tag")).to_have_text("still · preview", timeout=60_000)
    keys = {"prompt": "An ink drawing.", "keyframes": [{"frame": 2, "image": still}]}
    render_full(desk, RenderFull(shots=[shot.id], model="style_transfer", settings=keys))


def _dab(page, share: float) -> None:
    """A dot of the brush in the middle of the height, at that share of the width."""
    box = page.locator(".stage").bounding_box()
    page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def _drop(page, data: bytes) -> None:
    """Let a file fall on the player, as a hand from the desktop does."""
    script = """([letters]) => {
        const bytes = Uint8Array.from(atob(letters), (one) => one.charCodeAt(0)), carried = new DataTransfer();
        carried.items.add(new File([bytes], 'dropped.mp4', { type: 'video/mp4' }));
        const screen = document.querySelector('#viewer .screen');
        for (const kind of ['dragover', 'drop'])
            screen.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
    }"""
    page.evaluate(script, [base64.b64encode(data).decode()])
    expect(page.locator("#say [class*=thumbnail]").first).to_be_visible()


def test_the_panel_tests_cancels_and_keeps_what_was_set(visit, bikes):
    page = visit.page
    new_project(visit)
    visit.say("", bikes)
    expect(page.locator("#strip .slot")).to_have_count(6, timeout=90_000)
    page.locator("#strip .slot").nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#viewer .about")).to_contain_text("Shot 020")
    expect(page.locator("#strip .chosen")).to_have_attribute("aria-selected", "true")

    page.locator("#test").click()
    expect(page.locator("#panel_told .error")).to_contain_text("needs to know the look")
    page.locator("#set_prompt textarea").fill("An ink drawing.")
    page.locator("#right .purpose").click()
    page.get_by_text(re.compile(r"^Advanced")).click()
    strength = page.locator("#set_video_input_strength [data-testid=number-input]")
    strength.fill("0.8")
    strength.press("Enter")
    page.get_by_text(re.compile("^Recorded, without effect")).click()
    expect(page.locator("#set_steps")).to_contain_text("No effect here.")

    page.locator("#test").click()
    expect(page.locator("#panel_told")).to_contain_text("On its way: 46 frames")
    page.locator("#progress [data-act=cancel]").click(timeout=30_000)
    visit.tab("Jobs")
    expect(page.locator("#jobs li.cancelled")).to_have_count(1, timeout=30_000)
    page.locator("#jobs li.cancelled [data-act=resume]").click()
    expect(page.locator("#jobs li.cancelled")).to_have_count(0)
    expect(page.locator("#viewer .render .tag")).to_have_text("render · preview", timeout=90_000)

    visit.tab("Settings")
    page.locator("#clear").click()
    expect(page.locator("#set_prompt textarea")).to_have_value("")
    page.locator("#adopt").click()
    expect(page.locator("#set_prompt textarea")).to_have_value("An ink drawing.")
    visit.tab("Render")
    expect(page.locator("#sheet dd").get_by_text("An ink drawing.")).to_be_visible()
    expect(page.locator("#sheet dd").get_by_text("0.8")).to_be_visible()


def test_the_prompt_is_linted_as_one_writes_drafted_and_tidied(visit, tmp_path):
    bring(visit, numbered(tmp_path, 20), 20)
    page, lint, draft = visit.page, visit.page.locator("#lint"), visit.page.locator("#draft")
    box = page.locator("#set_prompt textarea")
    expect(lint).to_be_empty()
    expect(lint.locator("[aria-live=polite]")).to_have_count(1)
    box.press_sequentially("turn it into a watercolour, no cars", delay=10)
    expect(lint.locator(".fault")).to_have_count(2)
    box.fill("Watercolour on cold-pressed paper, loose washes, pale morning light.")
    expect(lint.locator(".fault")).to_have_count(0)
    expect(lint).to_contain_text("Reads well")

    page.locator("#auto_prompt").click()
    expect(draft).to_contain_text("Draft 1")
    first = draft.locator(".words").inner_text()
    expect(box).to_have_value(re.compile("cold-pressed")), "a draft is an offer"
    expect(page.locator("#auto_prompt")).to_have_text("Regenerate")
    page.locator("#auto_prompt").click()
    expect(draft).to_contain_text("Draft 2")
    second = draft.locator(".words").inner_text()
    assert second != first
    page.locator("#use_prompt").click()
    expect(box).to_have_value(second)
    expect(draft).to_be_empty()
    expect(page.locator("#auto_prompt")).to_have_text("Auto Prompt")
    expect(lint.locator(".clauses li").first).to_be_visible()
    box.press("Control+End")
    box.press_sequentially(" A red kite.")
    expect(lint.locator(".clauses .user").last).to_contain_text("A red kite")

    box.fill("please turn it into a watercolour painting")
    page.locator("#optimise").click()
    expect(draft).to_contain_text("Tidied")
    page.locator("#leave_prompt").click()
    expect(draft).to_be_empty()
    expect(box).to_have_value("please turn it into a watercolour painting")
    page.locator("#test").click()
    expect(page.locator("#panel_told")).to_contain_text("On the prompt:")


def test_the_process_of_the_page_never_loads_what_renders(server):
    mapped = server.mapped()
    assert "python" in mapped
    for heavy in ("/torch/", "libtorch", "onnxruntime"):
        assert heavy not in mapped, f"the page's process has {heavy} loaded"
