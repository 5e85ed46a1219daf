"""What the usual residuals of a sector would save: what a centre may know of firms before it has been there."""

from collections import defaultdict

from ..rules.cost import unit_value
from ..world.streams import Linkage, RegionTables
from .prices import Market


def usual_saving_per_job(market: Market, tables: RegionTables) -> dict[str, float]:
    """Return, by sector, what its usual residuals would save a year and job at normal prices, each in its best use."""
    best: dict[str, float] = defaultdict(float)
    for linkage in market.catalogue.linkages.values():
        best[linkage.residual] = max(best[linkage.residual], _value(linkage, market))
    saving: dict[str, float] = defaultdict(float)
    for use in tables.sector_streams:
        if use.direction == "out":
            saving[use.sector] += use.share_of_firms * use.quantity_per_fte * best[use.stream]
    return dict(saving)


def _value(linkage: Linkage, market: Market) -> float:
    catalogue = market.catalogue
    disposal = market.disposal(catalogue.residuals[linkage.residual], market.mean)
    purchase = linkage.substitution * market.purchase(catalogue.inputs[linkage.input], market.mean)
    return unit_value(disposal, purchase, linkage.treatment_dkk_per_unit, 0.0)
