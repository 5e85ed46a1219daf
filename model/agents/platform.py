"""A public platform: firms list what they know of; it helps only beyond a share of users."""

from typing import TYPE_CHECKING

import numpy as np

from ..draws import Purpose
from ..month.funding import paid_ore
from ..outcomes import OUTSIDE
from ..scenario.levers import Platform as PlatformInputs
from .accounts import FUNDERS, PLATFORM_OPERATOR
from .opportunities import Introduction

if TYPE_CHECKING:
    from .firm import Firm
    from .region import Region


class Platform:
    """Open in the months it is paid for. Users are aware firms that have joined since it opened and are still there."""

    def __init__(self, region: "Region", inputs: PlatformInputs) -> None:
        self._region, self._funding = region, inputs.funding
        self.users: dict[int, Firm] = {}
        self._could_join = [firm for firm in region.firms if firm.supplies or firm.needs]
        self.useful = False

    def run(self) -> None:
        """Pay for the month, let aware firms join, and see whether there are enough of them."""
        region = self._region
        paid = sum(paid_ore(line, region.month) for line in self._funding)
        region.ledger.pay(FUNDERS, PLATFORM_OPERATOR, paid)
        region.recorder.add("public_money", OUTSIDE, paid)
        if not paid:
            self.users, self.useful = {}, False
            return
        self._join()
        self.users = {key: firm for key, firm in self.users.items() if firm.open}
        standing = sum(firm.open for firm in self._could_join)
        self.useful = len(self.users) >= region.parameters.platform.least_user_share * max(standing, 1)

    def introduces(self) -> Introduction | None:
        """Show users' residuals and inputs to each other, where there are enough of them."""
        region = self._region
        if not self.useful:
            return None
        supplies, needs = np.zeros(len(region.supplies), bool), np.zeros(len(region.needs), bool)
        for firm in self.users.values():
            supplies[[supply.index for supply in firm.supplies]] = True
            needs[[need.index for need in firm.needs]] = True
        return Introduction(region.parameters.platform.weight, supplies, needs)

    def _join(self) -> None:
        outside = [firm for firm in self._could_join if firm.aware and firm.identity not in self.users]
        luck = self._region.draws.uniform(
            Purpose.PLATFORM_JOIN, self._region.month, [firm.identity for firm in outside]
        ).tolist()
        chance = self._region.parameters.platform.join_per_month
        self.users |= {firm.identity: firm for firm, u in zip(outside, luck, strict=True) if u < chance}
