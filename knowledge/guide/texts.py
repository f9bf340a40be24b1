"""Reads the guide's own prose: one subject a Markdown file, `## id: Title` begins a passage."""

import re
from pathlib import Path

from knowledge.catalog import Catalog
from knowledge.guide.numbers import filled
from knowledge.rows import CatalogError
from knowledge.views import Document

FOLDER = Path(__file__).parent
_HEAD = re.compile(r"^## ", re.MULTILINE)
_TITLE = re.compile(r"([a-z][a-z0-9_]*): (\S.*)")


def texts(catalog: Catalog, folder: Path = FOLDER) -> list[Document]:
    """Every passage as `guide.<file>.<id>`, its numbers filled in; CatalogError where a file is written wrong."""
    found: dict[str, Document] = {}
    for path in sorted(folder.glob("*.md")):
        subject, *sections = _HEAD.split(path.read_text(encoding="utf-8"))
        if not subject.startswith("# "):
            raise CatalogError(f"guide/{path.name} begins with no title (`# Title`).")
        for section in sections:
            head, _, body = section.partition("\n")
            title = _TITLE.fullmatch(head.strip())
            if not title:
                raise CatalogError(f"guide/{path.name}: {head!r} is no `## id: Title`.")
            name = f"guide.{path.stem}.{title[1]}"
            if name in found:
                raise CatalogError(f"guide/{path.name}: the section {title[1]} stands twice.")
            found[name] = Document(
                name, title[2].strip(), filled(" ".join(body.split()), f"guide/{path.name}", catalog)
            )
    return list(found.values())
