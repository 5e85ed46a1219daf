"""Stable 64-bit identities, made from what a thing is and never from where it stands in a table."""

from collections.abc import Iterable
from hashlib import blake2b


def identity(*parts: str) -> int:
    """Return the 64-bit identity of what `parts` name, the same on every machine."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode("utf-8"), digest_size=8).digest(), "little")


def require_distinct(ids: Iterable[int], what: str) -> None:
    """Raise ValueError where two things share an identity: their draws would be the same."""
    ids = sorted(ids)
    if any(a == b for a, b in zip(ids, ids[1:], strict=False)):
        raise ValueError(f"two {what} have the same 64-bit identity; rename one of them")
