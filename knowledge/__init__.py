"""The craft as data: the catalog of models, settings, rules and symptoms, and what is read out of it."""

# Bound here and not on first use: the function bears its module's name, and Python would put the module in its place.
# Nothing is read before it is called.
from knowledge.catalog import Catalog, CatalogError, catalog

__all__ = ["Catalog", "CatalogError", "catalog"]
