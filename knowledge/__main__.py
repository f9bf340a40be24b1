"""`python -m knowledge docs [--check]`: write the reference out of the catalog, or say whether it is stale."""

import argparse
import sys
from pathlib import Path

from knowledge.catalog import catalog
from knowledge.views import markdown

REFERENCE = Path(__file__).with_name("REFERENCE.md")

BEGIN = "<!-- made by `python -m knowledge docs`: change the TOML, not what stands below -->"
END = "<!-- end of what is made -->"


def rewritten(text: str) -> str:
    """`text` with what stands between the markers made anew; ValueError where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{REFERENCE.name} has lost its markers {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{markdown(catalog())}\n{END}{after}"


def main(argv: list[str] | None = None) -> int:
    """Run the command; 1 where `--check` finds the reference stale."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("what", choices=["docs"])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 where the reference is stale")
    args = parser.parse_args(argv)
    text = REFERENCE.read_text(encoding="utf-8")
    fresh = rewritten(text)
    if text == fresh:
        return 0
    if args.check:
        sys.stderr.write("knowledge/REFERENCE.md is stale. Run: python -m knowledge docs\n")
        return 1
    REFERENCE.write_text(fresh, encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.name} is written.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
