"""Runs one small net of ours through LiteRT: a picture in, named arrays out."""

import threading
from functools import cache

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from engine import weights


class Net:
    """One net, loaded. Calls from several threads wait for one another: an interpreter holds one picture at a time."""

    def __init__(self, name: str) -> None:
        # One core: the nets take milliseconds, and where cores are busy waiting for one another takes longer than that.
        self._interpreter = Interpreter(str(weights.path(name)), num_threads=1)
        self._interpreter.allocate_tensors()
        (given,) = self._interpreter.get_input_details()
        self._input = given["index"]
        self.height, self.width = (int(side) for side in given["shape"][1:3])
        """Size of the picture that the net reads."""
        self._outputs = {found["name"]: found["index"] for found in self._interpreter.get_output_details()}
        self._alone = threading.Lock()

    def __call__(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        """Every output by its name in the net, without the batch axis. `picture`: float32 `(height, width, 3)`."""
        with self._alone:
            self._interpreter.set_tensor(self._input, np.ascontiguousarray(picture[None], np.float32))
            self._interpreter.invoke()
            return {name: self._interpreter.get_tensor(index)[0] for name, index in self._outputs.items()}


@cache
def net(name: str) -> Net:
    """The net of that name in `engine/weights.toml`; PrerequisiteError where its weights are not here."""
    return Net(name)


def sigmoid(logit: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), without overflow."""
    return 1 / (1 + np.exp(-np.clip(logit, -80, 80)))
