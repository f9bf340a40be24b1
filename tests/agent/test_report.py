"""The report: one file, no outside request, nothing of the material taken for markup, and what the store says in it."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from agent.desk import Desk
from agent.report_pictures import spread
from agent.tools.import_clip import ImportClip, import_clip
from agent.tools.render_full import RenderFull, render_full
from agent.tools.report import Report, report
from agent.workspace import Workspace
from engine import media
from engine.errors import InputError
from tests.agent.store_ground import finish, no_worker, project_of  # noqa: F401

HOSTILE = 'A <script>alert("x")</script> & "watercolour" street, <b>bold</b>.'


class Reader(HTMLParser):
    """Collects what a browser would fetch or run, and checks that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        if tag not in ("meta", "img", "br", "hr", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def rendered(desk: Desk, shot: str, **more) -> str:
    """A finished render with a true master, its frames painted by the test."""
    made = render_full(desk, RenderFull(shots=[shot], **{"model": "style_transfer", **more})).renders[0]
    frames = desk.workspace.store.track(made.track).range
    folder = desk.workspace.media(made.track) / "master"
    folder.mkdir(parents=True)
    clip = desk.workspace.store.sources("p")[0].clip
    with media.MasterWriter(folder / media.chunk_name(0, 0, len(frames)), 64, 48) as writer:
        for frame in media.frames(clip, 0, len(frames)):
            writer.write(65535 - frame)
        writer.close()
    finish(desk, made.job)
    return made.track


@pytest.fixture
def desk(tmp_path, footage) -> Desk:
    cuts = tmp_path / "cuts"
    cuts.write_text("0\n6\n")
    files = {"a.mp4": footage("a.mp4", frames=10), "cuts": cuts}
    desk = Desk(Workspace(tmp_path / "workspace"), "p", files=files)
    import_clip(desk, ImportClip(clips=["a.mp4"], cuts="cuts", name="<i>name</i>"))
    return desk


def read(desk: Desk, to, **what) -> tuple[str, Reader]:
    path = report(replace(desk, to=to), Report(**what)).path
    html = to.read_text()
    assert path == str(to)
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return html, reader


def test_a_track_report_holds_all_and_asks_for_nothing(desk, tmp_path):
    first = rendered(desk, "010", settings={"prompt": HOSTILE})
    track = rendered(desk, "010", settings_from=first, settings={"video_input_strength": 0.7}, model="")
    desk.workspace.store.rate(track, 2)
    html, reader = read(desk, tmp_path / "r.html", subject=track)
    assert all(link.startswith("data:image/jpeg;base64,") for link in reader.links)
    assert len(reader.links) == 8
    assert not re.search(r"https?://|url\(|@import", html)
    assert not {"script", "link", "iframe", "i"} & set(reader.tags)
    assert "<b>bold" not in html
    assert "default-src 'none'" in html
    stored = desk.workspace.store.track(track)
    for said in (track, stored.result["proof"], stored.settings_hash, "6 frames in, 6 frames out", "★★", "preview"):
        assert said in html
    assert "Changed from Style Transfer 1" in html
    assert "Video input strength</td><td>0.5</td><td>0.7" in html
    assert "&lt;script&gt;alert" in html
    for told in stored.measures.values():
        assert f'class="{told["verdict"]}"' in html


def test_a_project_report_holds_one_render_of_each_shot(desk, tmp_path):
    with pytest.raises(InputError, match="nothing to report"):
        report(desk, Report())
    tracks = [rendered(desk, shot, settings={"prompt": "a watercolour"}) for shot in ("010", "010", "020")]
    assert report(desk, Report()).tracks == [tracks[1], tracks[2]], "the newest stands for its shot"
    desk.workspace.store.pin(tracks[0])
    html, reader = read(desk, tmp_path / "p.html", subject="p")
    assert reader.tags.count("article") == 2
    assert tracks[0] in html
    assert tracks[1] not in html
    assert "pinned" in html


def test_a_report_guards_what_stands_there(desk, tmp_path):
    track = rendered(desk, "020", settings={"prompt": "a watercolour"})
    target = tmp_path / "r.html"
    target.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        report(replace(desk, to=target), Report(subject=track))
    assert target.read_text() == "mine"
    report(replace(desk, to=target), Report(subject=track, overwrite=True))
    assert target.read_text() != "mine"
    with pytest.raises(InputError, match="The report"):
        report(replace(desk, to=tmp_path / "no" / "folder" / "r.html"), Report(subject=track))
    with pytest.raises(InputError, match="no project"):
        report(desk, Report(subject="nothing"))


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 150, 1000])
def test_frames_shown_begin_and_end_the_render(frames):
    shown = spread(frames)
    assert shown[0] == 0
    assert shown[-1] == frames - 1
    assert shown == sorted(set(shown))
