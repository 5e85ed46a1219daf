"""A centre's data base: the firms it has seen, what they know of their residuals, and single streams from its surveys."""

from typing import TYPE_CHECKING

from .party import Need, Party, Supply

if TYPE_CHECKING:
    from .firm import Firm


class Register:
    """What has been seen. A firm in it tells what it discovers later; a surveyed one is known by that one stream only."""

    def __init__(self) -> None:
        self.firms: dict[int, Firm] = {}
        self.streams: dict[int, Supply] = {}

    def enter(self, firm: "Firm") -> None:
        """Put a firm into the data base."""
        self.firms[firm.identity] = firm

    def enter_stream(self, supply: Supply) -> None:
        """Put a single residual into the data base."""
        self.streams[supply.id] = supply

    def supplies(self) -> dict[int, Supply]:
        """Return all residuals known to the data base, by identity."""
        from_firms = {supply.id: supply for firm in self.firms.values() for supply in firm.known_supplies()}
        return self.streams | from_firms

    def has(self, supply: Supply) -> bool:
        """Tell whether a residual is in the data base."""
        return supply.id in self.streams or (supply.known and supply.owner.identity in self.firms)

    def sees(self, need: Need) -> bool:
        """Tell whether an input is known: it is public, or its firm is in the data base."""
        return need.public or need.owner.identity in self.firms

    def knows(self, party: Party) -> bool:
        """Tell whether a firm has been seen, and so can be vouched for."""
        return party.identity in self.firms
