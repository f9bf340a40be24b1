"""How strictly words are followed: what the model says with them and without, put together."""

import torch


def takes_two(influence: float) -> bool:
    """Whether a step needs a second pass; at 1 the model's word with the prompt stands as it is."""
    return influence != 1.0


def counts_unwanted(influence: float) -> bool:
    """Whether the negative prompt is read: below 1 the second pass is to lead, so it must say nothing at all."""
    return influence > 1.0


def combined(with_words: torch.Tensor, without: torch.Tensor, influence: float) -> torch.Tensor:
    """Both passes together (classifier-free guidance): below 1 a mixture, above 1 away from what is unwanted."""
    return without + influence * (with_words - without)
