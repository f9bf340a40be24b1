"""Tells writing with spaces between its words from writing without: kana and Chinese characters."""

import re

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
"""A run of characters that stand without spaces. One pattern for all: a class this wide takes its time to compile."""
