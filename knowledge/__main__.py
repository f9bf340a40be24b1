"""`python -m knowledge docs [--check]`: write the reference out of the catalog, or say whether it is stale.

`python -m knowledge translations [--check] [--missing LANGUAGE]`: what the languages lack of our English sentences.
"""

import argparse
import sys
from pathlib import Path

from knowledge.catalog import catalog
from knowledge.rule_rows import LANGUAGES
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


def docs(check: bool) -> int:
    """Write the reference; with `check` only tell whether it is stale."""
    text = REFERENCE.read_text(encoding="utf-8")
    fresh = rewritten(text)
    if text == fresh:
        return 0
    if check:
        sys.stderr.write("knowledge/REFERENCE.md is stale. Run: python -m knowledge docs\n")
        return 1
    REFERENCE.write_text(fresh, encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.name} is written.\n")
    return 0


def translated(check: bool, missing: str) -> int:
    """Print what a language lacks as a skeleton; with `check` every fault of the languages that were begun."""
    from knowledge import translations

    if missing:
        sys.stdout.write(translations.skeleton(missing))
        return 0
    found = {language: translations.lacks(language) for language in translations.begun()}
    for language, faults in found.items():
        sys.stdout.write(f"{language}: {len(faults)} faults\n" if faults else f"{language}: complete\n")
    if not check:
        sys.stdout.write(f"{len(translations.sentences())} sentences of the code and the catalog.\n")
        return 0
    told = [f"{f.where}: {f.why}" for faults in found.values() for f in faults] + translations.unlisted()
    sys.stderr.write("".join(f"{line}\n" for line in told))
    return 1 if told else 0


def main(argv: list[str] | None = None) -> int:
    """Run the command; 1 where `--check` finds something stale or missing."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("what", choices=["docs", "translations"])
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 where something is stale")
    parser.add_argument("--missing", default="", choices=LANGUAGES[1:], help="print what this language lacks")
    args = parser.parse_args(argv)
    if args.missing and args.what == "docs":
        parser.error("--missing goes with translations")
    return docs(args.check) if args.what == "docs" else translated(args.check, args.missing)


if __name__ == "__main__":
    sys.exit(main())
