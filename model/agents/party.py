"""What firms and outside places share: residuals to give, inputs to replace, and trust in those they deal with."""

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

from ..months import NEVER
from ..outcomes import OUTSIDE
from ..rules.trust import Evidence
from ..world.population import UNLIMITED, Stream
from ..world.streams import Input, Residual

if TYPE_CHECKING:
    from .cases import Case
    from .opportunities import Proposal


class Supply:
    """One residual of one party: how much, whether known as a resource, and the cases that draw on it."""

    def __init__(self, index: int, owner: "Party", stream: Stream, residual: Residual) -> None:
        self.index, self.owner, self.id, self.residual = index, owner, stream.id, residual
        self.quantity_per_year = stream.quantity_per_year
        self.known = stream.known
        self.cases: dict[int, Case] = {}
        self.rests_until: dict[int, int] = {}
        self.attempts: dict[int, int] = {}
        self.proposed_in = NEVER
        self.unlimited = stream.quantity_per_year >= UNLIMITED

    @property
    def free(self) -> float:
        """Return what is neither signed nor pencilled, units a year; summed in key order, so exact whatever came first."""
        return self.quantity_per_year - sum(self.cases[key].quantity for key in sorted(self.cases))


class Need:
    """One input of one party that residuals may replace, and the cases that serve it."""

    def __init__(self, index: int, owner: "Party", stream: Stream, bought: Input, public: bool) -> None:
        self.index, self.owner, self.id, self.input, self.public = index, owner, stream.id, bought, public
        self.quantity_per_year = stream.quantity_per_year
        self.cases: dict[int, Case] = {}
        self.proposals: list[Proposal] = []

    @property
    def free(self) -> float:
        """Return what no signed or pencilled case replaces yet, units of the input a year."""
        taken = (self.cases[key] for key in sorted(self.cases))
        return self.quantity_per_year - sum(case.quantity * case.linkage.substitution for case in taken)


class Party:
    """Somebody who can supply or receive."""

    identity: int
    code: str
    municipality: str
    recorded_at: str
    """Where outcomes are recorded: its municipality, or with the named firms."""
    sector: str
    size_class: str
    jobs: float
    named: bool
    open: bool
    takes_for_a_living: bool
    """Utilities, waste and biogas plants, outside places: dealing with residuals is their business."""
    x_km: float = 0.0
    y_km: float = 0.0
    haul_km: float = 0.0
    """Above zero for an outside place only."""
    disposition: float
    hurdle_years: float
    aware: bool
    informed: bool
    acquainted: frozenset[int]

    def start_dealing(self) -> None:
        """Set up what a party keeps about its dealings: streams, evidence on partners, exchanges in operation."""
        self.supplies: list[Supply] = []
        self.needs: list[Need] = []
        self.evidence: dict[int, Evidence] = {}
        self.first: dict[int, Evidence] = {}
        self.partners: list[Case] = []
        self.asked_in = NEVER
        self._taken = (NEVER, 0)
        self.saved_dkk = 0.0
        """This month's operating saving, unrounded: by it firms live or close."""

    def first_impression(self, other: "Party", numbers, vouched: bool) -> float:
        """Return how far this party would trust another it has not dealt with; rules keep it within their bounds."""
        mean = self.disposition
        mean += numbers.same_municipality * (self.municipality == other.municipality)
        mean += numbers.common_acquaintance * self.knows_somebody_in_common(other)
        return mean + numbers.vouched * vouched

    def knows_somebody_in_common(self, other: "Party") -> bool:
        """Tell whether there is somebody both could ask; an outside place knows nobody."""
        return False

    def readiness(self) -> float:
        """Return the chance a month that this party comes upon an acquaintance as a partner; an outside place never looks."""
        return 0.0

    def take(self, month: int) -> None:
        """Note that it has taken a proposal."""
        self._taken = month, self.taken_this_month(month) + 1

    def taken_this_month(self, month: int) -> int:
        """Return how many proposals it has taken this month."""
        return self._taken[1] if self._taken[0] == month else 0

    def proposed(self) -> int:
        """Return how many of its residuals have been proposed this month."""
        return 0

    def has_time(self, pending: int = 0) -> bool:
        """Tell whether it could look into one more case beside `pending` ones; an outside place always can."""
        return True

    def known_supplies(self) -> Iterable[Supply]:
        """Return the residuals this party knows as a resource."""
        return (supply for supply in self.supplies if supply.known)


class OutsidePlace(Party):
    """The rest of Denmark, or abroad: takes and supplies at its haul distance, never short of staff.

    What lands there is leakage.
    """

    def __init__(self, identity: int, code: str, haul_km: float, disposition: float, hurdle_years: float) -> None:
        self.identity, self.code, self.haul_km = identity, code, haul_km
        self.municipality = self.recorded_at = self.sector = OUTSIDE
        self.size_class, self.jobs, self.named, self.open = "", inf, False, True
        self.takes_for_a_living = True
        self.disposition, self.hurdle_years = disposition, hurdle_years
        self.aware = self.informed = True
        self.acquainted = frozenset()
        self.start_dealing()
