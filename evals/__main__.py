"""`rushes eval --json | python -m evals tables dev` writes the table of suites in `evals/README.md`."""

import json
import sys
from pathlib import Path
from typing import Any

README = Path(__file__).parent / "README.md"
HEAD = "| suite | cases | system | scores | p50 ms | brain, version |\n|---|---|---|---|---|---|\n"


def table(suites: list[dict[str, Any]]) -> str:
    """The results of `rushes eval --json` as Markdown, the baselines of each suite below it."""
    lines = []
    for result in suites:
        by = f"{result['brain']} {result['version']}"
        told = _scores(result["scores"], result["main"])
        lines.append(f"| {result['suite']} | {result['cases']} | **Rushes** | {told} | {result['p50_ms']:.1f} | {by} |")
        sets = {f"on {name}": scores for name, scores in result["sets"].items()}
        for name, scores in {**sets, **result["baselines"]}.items():
            lines.append(f"| | | {name} | {_scores(scores, result['main'])} | | |")
    return HEAD + "".join(line + "\n" for line in lines)


def placed(text: str, name: str, between: str) -> str:
    """`text` with what stands between the markers of `name` replaced; ValueError where it has no such markers."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{README.name} has no markers {begin.strip()} and {end}.")
    return before + begin + between + end + after


def main(words: list[str]) -> int:
    """Write the table that the results on stdin make."""
    if len(words) != 2 or words[0] != "tables":
        print("rushes eval --json | python -m evals tables dev|sealed", file=sys.stderr)
        return 2
    results = json.load(sys.stdin)["suites"]
    README.write_text(placed(README.read_text("utf-8"), words[1], table(results)), "utf-8")
    return 0


def _scores(scores: dict[str, float], main_score: str) -> str:
    shown = [f"**{n} {v:.3f}**" if n == main_score else f"{n} {v:.3f}" for n, v in scores.items()]
    return ", ".join(shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
