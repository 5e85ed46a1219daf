"""What stands before anybody acts: workplaces, acquaintances, candidate pairs. The same for all scenarios of a replicate.

It is built from a `Setting` and nothing else, so no lever, no rule and no path of prices can bear on it, and it cannot be
written to. A process keeps the last few: its next run in the same replicate takes over what is there.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from ..draws import Draws, Listener
from ..kept import kernel
from .acquaintance import Network, network
from .matching import ACQUAINTED, Ends, Matcher, PairColumns, read_only
from .population import (
    FROM_THE_START,
    Outside,
    Setting,
    Stream,
    Workplace,
    outside,
    synthesise,
)

MOST_KEPT = 2
"""Landscapes a process keeps: one for each replicate that it is likely to come back to."""
LARGE_ENOUGH_TO_BE_PUBLIC = 50.0
"""Jobs from which a firm's inputs are public knowledge, as those of utilities and waste firms are."""

Known = tuple[tuple[int, ...], ...]
"""Whom each workplace is acquainted with, by position."""

_kept: list[tuple[Setting, "Landscape"]] = []


class Landscape(NamedTuple):
    """A region before its first month; nothing in it changes.

    Streams are numbered as their holders stand, workplaces first, then outside places. `acquaintances` are positions among
    the workplaces, `acquainted` the identities of the same; `pairs` are read-only columns, and those from row
    `first_from_outside` on are supplied by outside places.
    """

    workplaces: tuple[Workplace, ...]
    outside: tuple[Outside, ...]
    acquaintances: Known
    acquainted: tuple[frozenset[int], ...]
    pairs: PairColumns
    first_from_outside: int


def landscape_of(setting: Setting, listener: Listener | None = None) -> Landscape:
    """Return the landscape of a setting: one that is kept, or a new one. For a listener, all draws are made again."""
    if listener is not None:
        return build(setting, listener)
    for place, (known, landscape) in enumerate(_kept):
        if known == setting:
            _kept.append(_kept.pop(place))
            return landscape
    _kept.append((setting, build(setting)))
    del _kept[:-MOST_KEPT]
    return _kept[-1][1]


def build(setting: Setting, listener: Listener | None = None) -> Landscape:
    """Return a new landscape."""
    with _uncollected():
        return _built(setting, listener)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector off: all that is being made will stay, and it would look through it time and again."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _built(setting: Setting, listener: Listener | None) -> Landscape:
    draws = Draws(setting.seed, setting.replicate, listener)
    workplaces, beyond = synthesise(setting, draws), outside(setting.tables)
    known = network(workplaces, setting, draws)
    holders = _Holders(workplaces, beyond)
    pairs = _pairs(holders, known, setting)
    return Landscape(
        workplaces,
        beyond,
        tuple(map(tuple, known.lists(list(range(len(workplaces)))))),
        tuple(map(frozenset, known.lists([workplace.id for workplace in workplaces]))),
        pairs,
        int(pairs.first[sum(len(workplace.residuals) for workplace in workplaces)]),
    )


def public_inputs(workplace: Workplace) -> bool:
    """Tell whether everybody knows what a workplace needs."""
    return workplace.sector.public_inputs or workplace.jobs >= LARGE_ENOUGH_TO_BE_PUBLIC


class _Holders:
    """Everybody who holds streams: workplaces, then outside places, as columns [holders]."""

    def __init__(self, workplaces: tuple[Workplace, ...], beyond: tuple[Outside, ...]) -> None:
        self.all: tuple[Workplace | Outside, ...] = (*workplaces, *beyond)
        nowhere = [0.0] * len(beyond)
        self.x_km = np.array([w.x_km for w in workplaces] + nowhere)
        self.y_km = np.array([w.y_km for w in workplaces] + nowhere)
        self.haul_km = np.array([0.0] * len(workplaces) + [place.haul_km for place in beyond])
        self.standing = np.array([w.enters == FROM_THE_START for w in workplaces] + [True] * len(beyond), np.int64)
        self.public = np.array([public_inputs(w) for w in workplaces] + [True] * len(beyond), bool)
        places = [w.municipality for w in workplaces] + [""] * len(beyond)
        self.municipality = np.unique(np.array(places, str), return_inverse=True)[1]

    def ends(self, streams: list[tuple[Stream, ...]]) -> Ends:
        """Return the streams in their order, given those of each holder."""
        owner = np.repeat(np.arange(len(streams)), [len(held) for held in streams])
        flat = [stream for held in streams for stream in held]
        codes = {code: n for n, code in enumerate(sorted({stream.code for stream in flat}))}
        return Ends(
            np.array([stream.id for stream in flat], np.uint64),
            np.array([codes[stream.code] for stream in flat], np.int32),
            tuple(codes),
            owner,
            self.x_km[owner],
            self.y_km[owner],
            self.haul_km[owner],
            self.standing[owner],
        )


def _pairs(holders: _Holders, known: Network, setting: Setting) -> PairColumns:
    supplies = holders.ends([holder.residuals for holder in holders.all])
    needs = holders.ends([holder.inputs for holder in holders.all])
    matcher = Matcher(setting.tables.catalogue.linkages, setting.road_factor, setting.candidates_per_stream)
    pairs = matcher.candidates(supplies, needs)
    weights = setting.public_taker_weight, setting.same_municipality_weight, setting.other_weight
    people = known.first, known.others, holders.municipality, holders.public
    contact = _contact(pairs.first, pairs.need, supplies.owner, needs.owner, *people, *weights)
    return pairs._replace(contact=read_only(contact))


@kernel()
def _contact(first, need, suppliers, receivers, first_known, known, municipality, public, taken, same, other):
    """Return the contact weight of each pair: acquaintances, else `taken` where inputs are public, else as neighbours."""
    weights = np.empty(need.size)
    known_to = np.full(municipality.size, -1)
    for supply, one in enumerate(suppliers):
        # Outside places, which come after the workplaces, know nobody.
        if one < first_known.size - 1:
            known_to[known[first_known[one] : first_known[one + 1]]] = one
        for row in range(first[supply], first[supply + 1]):
            receiver = receivers[need[row]]
            stranger = same if municipality[receiver] == municipality[one] else other
            weights[row] = taken if public[receiver] else stranger
            if known_to[receiver] == one:
                weights[row] = ACQUAINTED
    return weights
