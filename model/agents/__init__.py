"""Mesa agents and what they share: the region, its firms, the centre, and their dealings month by month."""

from .firm import Firm
from .region import Region

__all__ = ["Firm", "Region"]
