"""Who may come in from elsewhere: the password file, the guard, and the command that makes a line of it."""

import base64

import pytest

from engine.errors import InputError, PrerequisiteError
from tests.ui.ground import Rushes
from ui.web import auth


def header(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "users"
    path.write_text(f"ada:{auth.hashed('correct horse')}\n\nbo:{auth.hashed('x')}\n")
    return path


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_the_loopback_is_known(host):
    assert auth.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_any_other_host_is_not_the_loopback(host):
    assert not auth.is_loopback(host)


def test_only_the_right_password_of_a_known_user_opens(file):
    known = auth.users(str(file))
    assert set(known) == {"ada", "bo"}
    assert auth.allowed(header("ada", "correct horse"), known)
    for wrong in ("", "Basic", "Basic ???", header("ada", "x"), header("eve", "x"), "Bearer " + header("bo", "x")[6:]):
        assert not auth.allowed(wrong, known), wrong


def test_two_hashes_of_one_password_differ():
    assert auth.hashed("x") != auth.hashed("x")


def test_a_missing_file_is_a_prerequisite_with_the_command_that_exists():
    with pytest.raises(PrerequisiteError, match="RUSHES_AUTH") as told:
        auth.users("")
    assert told.value.command.startswith("rushes ui --add-user")


@pytest.mark.parametrize("content", ["", "ada", "ada:plain\n", "ada:scrypt$zz$zz\n"])
def test_a_file_of_anything_else_is_refused(tmp_path, content):
    (tmp_path / "users").write_text(content)
    with pytest.raises(InputError, match="rushes ui --add-user"):
        auth.users(str(tmp_path / "users"))


def test_the_command_line_prints_the_line_and_refuses_an_open_house(tmp_path):
    rushes = Rushes(tmp_path / "w")
    with rushes.begin("ui", "--add-user", "ada") as asking:
        line, _ = asking.communicate(b"correct horse\n", timeout=60)
    assert asking.returncode == 0
    (tmp_path / "users").write_bytes(line)
    assert auth.allowed(header("ada", "correct horse"), auth.users(str(tmp_path / "users")))
    with rushes.begin("ui", "--add-user", "a:b") as asking:
        _, told = asking.communicate(b"x\n", timeout=60)
    assert asking.returncode == 1 and b"a:b" in told
    with rushes.begin("ui", "--host", "0.0.0.0", "--port", "0") as refused:
        _, told = refused.communicate(timeout=60)
    assert refused.returncode == 3 and b"RUSHES_AUTH" in told and b"--add-user" in told
