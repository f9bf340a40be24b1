"""Orders in the artist's language become English orders, so that prompts are English whatever the artist speaks."""

from knowledge.rewrite.foreign.orders import English, english

__all__ = ["English", "english"]
