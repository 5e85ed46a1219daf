"""What the fields of the schema mean, in every language."""

from typing import NamedTuple

from pydantic import BaseModel

from ..faults import sentences


class Meaning(NamedTuple):
    """What a field of the schema means: the schema says it in English, the texts of other languages in theirs."""

    owner: str
    field: str
    english: str

    def worded(self, language: str) -> str:
        """Return the meaning in a language."""
        return sentences(language).get(f"{self.owner}.{self.field}", self.english)


def meaning(owner: type[BaseModel], name: str) -> Meaning:
    """Return what a field of a group means."""
    field = owner.model_fields[name]
    # A field a group has from the one it is made from means the same there.
    definer = next(base for base in reversed(owner.__mro__) if name in getattr(base, "model_fields", {}))
    return Meaning(definer.__name__, name, field.description or name)
