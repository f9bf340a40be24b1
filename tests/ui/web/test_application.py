"""The application from outside: what it answers, whom it refuses, and that it lists nothing."""

import base64
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.proxies import proxy_path
from agent.workspace import Workspace
from tests.agent.ground import with_shots
from ui.web import auth
from ui.web.app import application
from ui.web.server import LOOPBACK_NAMES

HOME = {"base_url": "http://127.0.0.1"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    return with_shots(tmp_path_factory.mktemp("page") / "workspace")


@pytest.fixture(scope="module")
def client(workspace):
    with TestClient(application(workspace, LOOPBACK_NAMES), **HOME) as client:
        yield client


@pytest.fixture(scope="module")
def film(workspace) -> str:
    """A shot whose viewing copy stands: any bytes will do."""
    shot = workspace.store.shots("p")[0].id
    path = proxy_path(workspace, shot)
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(256)) * 40)
    return f"/media/{shot}/proxy.mp4"


def test_the_page_is_served(client):
    page = client.get("/")
    assert page.status_code == 200 and "Rushes" in page.text


def test_every_listener_is_private(client):
    info = client.get("/gradio_api/info").json()
    assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}
    config = client.get("/config").json()
    assert config["dependencies"], "no listener at all: the page does nothing"
    # Gradio draws a rendered part by an endpoint of its own that can't be made private; it only draws.
    assert [d["api_name"] for d in config["dependencies"] if d["api_visibility"] != "private"] == ["apply"]


def test_nothing_of_the_page_comes_from_elsewhere(client):
    page = client.get("/").text
    for tag in ("fonts.googleapis", "cdn.", "analytics", "huggingface.co/"):
        assert f'src="https://{tag}' not in page and f'href="https://{tag}' not in page
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False


def test_on_the_loopback_nothing_is_compressed(client):
    style = client.get("/theme.css", headers={"Accept-Encoding": "br, gzip"})
    assert style.status_code == 200 and len(style.content) > 1000 and "content-encoding" not in style.headers


def test_media_come_in_ranges(client, film):
    whole = client.get(film)
    assert whole.status_code == 200 and whole.headers["content-type"] == "video/mp4" and len(whole.content) == 10240
    part = client.get(film, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.content == whole.content[100:200]
    assert part.headers["content-range"] == "bytes 100-199/10240"


@pytest.mark.parametrize(
    "address",
    [
        "/media/shot_unknown/proxy.mp4",
        "/media/track_unknown/proxy.mp4",
        "/media/still_unknown/still.png",
        "/media/source_1/proxy.mp4",
        "/media/track_unknown/control.mp4",
        "/media/shot_unknown/control.mp4",
        "/media/..%2f..%2f/proxy.mp4",
        "/media/shot_..%2f..%2fx/proxy.mp4",
        "/media/%2e%2e/%2e%2e/project.sqlite",
        "/media/shot_a%00/proxy.mp4",
        "/download/job_unknown",
        "/download/..%2fproject.sqlite",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_no_asset_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_shot_without_its_viewing_copy_is_not_found_yet(client, workspace):
    assert client.get(f"/media/{workspace.store.shots('p')[1].id}/proxy.mp4").status_code == 404


def test_files_of_the_machine_and_of_the_workspace_are_not_served(client, workspace):
    for path in ("/etc/passwd", workspace.root / "project.sqlite", Path(__file__)):
        assert client.get(f"/gradio_api/file={path}").status_code in (403, 404), path


def test_a_page_elsewhere_that_calls_itself_ours_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/config", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:7860"}).status_code == 200


def test_with_users_nothing_is_answered_without_a_password(tmp_path):
    users = {"ada": auth.hashed("correct horse")}
    right = "Basic " + base64.b64encode(b"ada:correct horse").decode()
    with TestClient(application(Workspace(tmp_path / "w"), ["*"], users), **HOME) as client:
        for address in ("/", "/config", "/gradio_api/info", "/gradio_api/file=/etc/passwd", "/media/shot_a/proxy.mp4"):
            assert client.get(address).status_code == 401, address
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 401
        assert client.get("/", headers={"Authorization": right}).status_code == 200
        assert client.get("/", headers={"Authorization": right[:-2] + "=="}).status_code == 401
