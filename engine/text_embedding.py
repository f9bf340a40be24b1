"""Turns sentences into vectors whose nearness is nearness in meaning: a small English net, no torch.

Knows nothing of what the sentences are about. Texts go through one at a time: the net's eight-bit numbers are scaled by
the largest of a batch, so that in company a text would come out a little different each time.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from engine import weights

WEIGHTS = ("sentence_tokens", "sentence_net")
"""Entries of `engine/weights.toml`; `rushes weights pull guide` fetches them."""
TOKENS = 256
"""What stands behind so many word pieces is not read."""
FEW = 8
"""For so many texts the net is loaded as it lies: putting it in order takes longer than they do. The vectors agree."""


class _Net(NamedTuple):
    tokens: Any
    session: Any


def embed(texts: list[str]) -> list[list[float]]:
    """A vector of length 1 for each text; the product of two is 1 for the same meaning, about 0 for nothing in common.

    PrerequisiteError, with the command, where the weights are not on this machine.
    """
    net = _net(len(texts) > FEW)
    return [_vector(net, text) for text in texts]


def _vector(net: _Net, text: str) -> list[float]:
    import numpy as np

    read = net.tokens.encode(text)
    mask = np.array([read.attention_mask], dtype=np.int64)  # (1, tokens)
    given = {
        "input_ids": np.array([read.ids], dtype=np.int64),
        "attention_mask": mask,
        "token_type_ids": np.array([read.type_ids], dtype=np.int64),
    }
    states = net.session.run(None, given)[0]  # (1, tokens, 384) float32
    weighed = mask[..., None].astype(np.float32)
    mean = (states * weighed).sum(axis=1)[0] / weighed.sum()
    return (mean / np.linalg.norm(mean)).tolist()


@lru_cache(maxsize=2)
def _net(optimised: bool) -> _Net:
    tokens_file, net_file = (weights.path(name) for name in WEIGHTS)
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(tokens_file))
    tokens.no_padding()
    tokens.enable_truncation(TOKENS)
    options = SessionOptions()
    options.intra_op_num_threads = 1  # a sentence is too short for a second thread to pay
    if not optimised:
        options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    return _Net(tokens, InferenceSession(str(net_file), options, providers=["CPUExecutionProvider"]))
