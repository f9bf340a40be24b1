"""Sentences become vectors: of length one, near where the meaning is near, the same alone and in company."""

import os
import subprocess
import sys

import numpy as np

from engine.text_embedding import FEW, embed

ALIKE = ["it looks like van gogh", "an oil painting"]
APART = ["how do I cancel a job", "a sandy beach"]


def test_like_things_lie_near_one_another():
    vectors = np.array(embed([*ALIKE, *APART]))
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    near = vectors @ vectors.T
    assert near[0, 1] > 0.3 > max(near[0, 2], near[0, 3], near[1, 2], near[2, 3])


def test_a_text_is_the_same_alone_and_in_company():
    alone, again = embed(["short"])[0], embed(["short"])[0]
    crowd = embed(["short", *["a much longer sentence about overlapping chunks of frames"] * FEW])[0]
    assert alone == again
    assert np.allclose(alone, crowd, atol=1e-3), "loaded as it lies or put in order, the net says the same"


def test_nothing_and_too_much_are_taken():
    assert embed([]) == []
    long = embed(["overlap " * 5000, "", "映画 🎬"])
    assert all(abs(np.linalg.norm(v) - 1.0) < 1e-5 for v in long)


def test_it_loads_no_torch_and_names_the_command_where_its_weights_are_missing(tmp_path):
    code = "import sys; from engine.text_embedding import embed; embed(['x']); print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "False", ran.stderr
    bare = {**os.environ, "RUSHES_WEIGHTS": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=bare)
    assert (
        "PrerequisiteError: sentence_tokens is not on this machine. Run: rushes weights pull sentence_tokens"
        in ran.stderr
    )
