"""Hosted image editing against a scripted server: what is sent, what comes back, and that no key ever shows."""

import base64
import json
import threading
import traceback
from email.parser import BytesParser

import cv2
import numpy as np
import pytest

from engine import media
from engine.errors import ApprovalNeeded, Cancelled, PrerequisiteError, RenderError, SettingError
from engine.models.gpt_image import GptImage
from engine.models.nano_banana import NanoBanana
from engine.provider_key import provider_key
from knowledge import catalog
from tests.engine.models.film import save, still_request, texture
from tests.engine.models.providers import Answer, Got, provider

KEY = "sk-test-1234567890abcdef"


class SmallGptImage(GptImage):
    """Sends pictures of the test's size: a megapixel takes long to pack."""

    least_area = 96 * 64


BOTH = pytest.mark.parametrize("model", [SmallGptImage, NanoBanana])


@pytest.fixture
def at(monkeypatch):
    """Points both services at a server, with a key."""

    def point(url: str) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", url)
        monkeypatch.setenv("GEMINI_API_KEY", KEY)

    return point


def request(values=None, images=None):
    asked = still_request({"prompt": "make it night", "seed": 1} | (values or {}), images)
    return asked.model_copy(update={"allow_remote": True})


def png(width: int, height: int, value: int = 200) -> str:
    picture = np.full((height, width, 3), value, np.uint8)
    return base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()


def good(model: type, size: tuple[int, int]) -> dict:
    data = png(*size)
    if issubclass(model, GptImage):
        return {"created": 1, "data": [{"b64_json": data}]}
    return {"candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}}]}


def form(got: Got) -> dict[str, list[bytes]]:
    """The parts of a multipart body, by name."""
    message = BytesParser().parsebytes(
        b"Content-Type: " + got.headers["content-type"].encode() + b"\r\n\r\n" + got.body
    )
    parts: dict[str, list[bytes]] = {}
    for part in message.get_payload():
        parts.setdefault(part.get_param("name", header="content-disposition"), []).append(part.get_payload(decode=True))
    return parts


def test_gpt_image_is_sent_the_frame_its_mask_and_words_and_gives_a_still_of_the_frames_size(at, tmp_path):
    mask = np.zeros((64, 96, 3), np.float32)
    mask[20:40, 30:60] = 1
    images = {
        "reference_images": [save(tmp_path / "r.png", texture(40, 30))],
        "mask_image": [save(tmp_path / "m.png", mask)],
    }
    frame = media.to_float(media.to_sixteen(texture(96, 64)))
    with provider(Answer(body=good(GptImage, (1264, 848)))) as server:
        at(server.url)
        editor = GptImage(request({"quality": "high"}, images))
        edited = editor.edit(frame)
    (got,) = server.got
    sent = form(got)
    assert got.path == "/v1/images/edits" and got.headers["authorization"] == f"Bearer {KEY}"
    assert sent["prompt"] == [b"make it night"] and sent["quality"] == [b"high"] and sent["n"] == [b"1"]
    across, down = map(int, sent["size"][0].decode().split("x"))
    assert across % 16 == down % 16 == 0 and (across, down) == (1264, 848)
    first, reference = (cv2.imdecode(np.frombuffer(p, np.uint8), cv2.IMREAD_COLOR) for p in sent["image[]"])
    assert first.shape == (down, across, 3) and reference.shape == (30, 40, 3)
    alpha = cv2.imdecode(np.frombuffer(sent["mask"][0], np.uint8), cv2.IMREAD_UNCHANGED)
    assert alpha.shape == (down, across, 4) and alpha[400, 600, 3] == 0 and alpha[10, 10, 3] == 255
    outside = mask[..., 0] == 0
    assert edited.picture.shape == frame.shape
    assert np.array_equal(media.to_sixteen(edited.picture)[outside], media.to_sixteen(frame)[outside])
    assert np.allclose(edited.picture[~outside], 200 / 255, atol=1e-4)
    assert "1 reference picture" in edited.notes[0] and "the mask" in edited.notes[0] and "OpenAI" in edited.notes[0]


def test_nano_banana_is_sent_the_frame_in_the_nearest_shape(at):
    frame = texture(96, 64)
    with provider(Answer(body=good(NanoBanana, (1248, 832)))) as server:
        at(server.url)
        edited = NanoBanana(request()).edit(frame)
    (got,) = server.got
    body = json.loads(got.body)
    assert got.path.endswith(":generateContent") and got.headers["x-goog-api-key"] == KEY and KEY not in got.path
    assert body["generationConfig"]["imageConfig"] == {"aspectRatio": "3:2", "imageSize": "1K"}
    words, picture = body["contents"][0]["parts"]
    assert words == {"text": "make it night"}
    assert base64.b64decode(picture["inline_data"]["data"]).startswith(b"\x89PNG")
    assert edited.picture.shape == frame.shape
    assert any("1248x832" in note for note in edited.notes)  # not the size that was sent: fitted, and said


def test_a_model_that_takes_no_mask_is_sent_none_and_changes_nothing_outside_it(at, tmp_path):
    mask = np.zeros((64, 96, 3), np.float32)
    mask[20:40, 30:60] = 1
    frame = media.to_float(media.to_sixteen(texture(96, 64)))
    with provider(Answer(body=good(NanoBanana, (96, 64)))) as server:
        at(server.url)
        edited = NanoBanana(request({}, {"drawn_mask": [save(tmp_path / "m.png", mask)]})).edit(frame)
    assert len(json.loads(server.got[0].body)["contents"][0]["parts"]) == 2
    outside = mask[..., 0] == 0
    assert np.array_equal(media.to_sixteen(edited.picture)[outside], media.to_sixteen(frame)[outside])
    assert "the mask" not in edited.notes[0] and any("takes no mask" in note for note in edited.notes)


@BOTH
def test_nothing_is_sent_unless_the_artist_agreed(at, model):
    with provider(Answer(500)) as server:
        at(server.url)
        with pytest.raises(ApprovalNeeded):
            model(still_request({"prompt": "x"}))
    assert not server.got


@BOTH
def test_without_a_key_nothing_is_sent(model, monkeypatch):
    for name in model.keys:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(PrerequisiteError, match=model.keys[0]) as told:
        model(request())
    assert told.value.exit_code == 3


def test_a_key_ring_is_asked_where_the_environment_holds_none(tmp_path, monkeypatch):
    ring = "def get_password(service, name):\n    return {('rushes', 'SOME_KEY'): ' abc '}.get((service, name))\n"
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(ring)
    (tmp_path / "keyring" / "errors.py").write_text("class KeyringError(Exception):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert provider_key("Some", ("OTHER_KEY", "SOME_KEY")) == "abc"
    monkeypatch.setenv("SOME_KEY", "from the environment")
    assert provider_key("Some", ("SOME_KEY",)) == "from the environment"


ECHO = {"error": {"message": f"Incorrect key {KEY} given", "code": "invalid_api_key"}}
BLOCKED = {"error": {"message": f"Your request {KEY} was rejected", "code": "moderation_blocked"}}
REFUSALS = [
    (Answer(401, ECHO), PrerequisiteError, "refuses the key"),
    (Answer(429, ECHO, {"Retry-After": "7"}), RenderError, "in 7 seconds"),
    (Answer(500, ECHO), RenderError, "failed on its side"),
    (Answer(404, ECHO), RenderError, "status 404"),
    (Answer(200, b"<html>" + KEY.encode()), RenderError, "broke off|no picture"),
    (Answer(200, {"data": [{"b64_json": png(64, 64)}]}, cut=True), RenderError, "broke off"),
]


@BOTH
@pytest.mark.parametrize(("answer", "error", "says"), REFUSALS)
def test_a_refusal_is_one_sentence_without_the_key_and_is_not_tried_again(at, model, answer, error, says):
    with provider(answer) as server:
        at(server.url)
        with pytest.raises(error, match=says) as told:
            model(request()).edit(texture(96, 64))
    assert len(server.got) == 1
    assert KEY not in str(told.value) and "\n" not in str(told.value)
    assert KEY not in "".join(traceback.format_exception(told.value))


@pytest.mark.parametrize(
    ("model", "answer"),
    [
        (SmallGptImage, Answer(400, BLOCKED)),
        (NanoBanana, Answer(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})),
        (NanoBanana, Answer(200, {"candidates": [{"finishReason": "IMAGE_SAFETY"}]})),
    ],
)
def test_a_refusal_by_content_policy_is_told_as_one(at, model, answer):
    with provider(answer) as server:
        at(server.url)
        with pytest.raises(RenderError, match="content policy"):
            model(request()).edit(texture(96, 64))


@BOTH
def test_a_picture_of_another_shape_is_refused(at, model):
    with provider(Answer(body=good(model, (512, 512)))) as server:
        at(server.url)
        with pytest.raises(RenderError, match="512x512"):
            model(request()).edit(texture(96, 64))


@BOTH
def test_an_answer_without_a_picture_is_refused(at, model):
    body = (
        {"created": 1, "data": []}
        if issubclass(model, GptImage)
        else {"candidates": [{"content": {"parts": [{"text": "no"}]}}]}
    )
    with provider(Answer(body=body)) as server:
        at(server.url)
        with pytest.raises(RenderError, match="no picture"):
            model(request()).edit(texture(96, 64))


@BOTH
def test_nobody_at_home_is_one_sentence(at, model):
    with provider(Answer()) as server:
        at(server.url)
    with pytest.raises(RenderError, match="broke off or was never made"):
        model(request()).edit(texture(96, 64))


@BOTH
def test_a_stopped_job_waits_for_no_provider(at, model):
    late = threading.Event()
    with provider(Answer(body=good(model, (96, 64)), wait=late)) as server:
        at(server.url)
        editor = model(request())

        def report(share: float) -> None:
            if server.got:
                raise Cancelled("stopped")

        editor.report = report
        with pytest.raises(Cancelled):
            editor.edit(texture(96, 64))
        late.set()


@pytest.mark.parametrize("model", [GptImage, NanoBanana])
def test_the_catalog_asks_for_the_keys_the_engine_reads(model):
    row = next(row for row in catalog().image_models.values() if row.runs.endswith(f":{model.__name__}"))
    assert row.remote and row.keys == model.keys


def test_a_shape_gpt_image_does_not_take_is_refused_before_anything_is_sent(at):
    with provider(Answer(500)) as server:
        at(server.url)
        with pytest.raises(SettingError, match="400x100"):
            GptImage(request()).edit(texture(400, 100))
    assert not server.got
