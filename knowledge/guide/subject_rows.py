"""A row of `catalog/subjects.toml`: a thing people ask the guide about, in the words of eight languages."""

from engine.row import Row


class Subject(Row, kw_only=True):
    """Phrases that mean one subject of the guide. A phrase is words; `word*` stands for any ending."""

    id: str
    en: tuple[str, ...]
    """The first is what the subject is called where a question is put into English."""
    de: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    it: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    ja: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    def phrases(self) -> tuple[str, ...]:
        """All phrases, every language."""
        return self.en + self.de + self.fr + self.es + self.it + self.pt + self.ja + self.zh
