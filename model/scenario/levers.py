"""The schema of what a policymaker chooses: a centre, and what a funder could do instead of it or beside it."""

from pydantic import Field, model_validator

from ..faults import Unfit
from .schema import Dated, Month, Strict, Wording, acting_in


class Funding(Strict):
    """One line of income, paid in equal monthly parts."""

    funder: Wording = Field(description="who pays")
    total_dkk: float = Field(description="the whole amount, 2014 prices", ge=0, le=1e12)
    first: Month = Field(description="month of the first part")
    months: int = Field(description="number of parts", ge=1, le=600)


class Window(Strict):
    """The months in which an offer is open."""

    first: Month = Field(description="first month of the offer")
    months: int = Field(description="number of months", ge=1, le=600)

    def open_in(self, month: int) -> bool:
        """Tell whether the offer is open in a month."""
        return self.first <= month < self.first + self.months


class HourShares(Strict):
    """How the centre spends its hours."""

    visibility: float = Field(description="talks, visits, press: makes firms aware", ge=0, le=1)
    screening: float = Field(description="goes through firms' residuals on the spot", ge=0, le=1)
    brokerage: float = Field(description="finds partners and helps cases along", ge=0, le=1)
    gathering: float = Field(description="gathers small streams into pooled rounds", ge=0, le=1)

    @model_validator(mode="after")
    def _no_more_than_all(self) -> "HourShares":
        total = self.visibility + self.screening + self.brokerage + self.gathering
        if total > 1 + 1e-9:
            raise Unfit("hours_above_one", total=f"{total:.12g}")
        return self


class FeasibilityGrants(Strict):
    """A pot, part of the centre's funding, for firms' own hours on cases the centre helps."""

    total_dkk: float = Field(description="the pot, set aside of the centre's funding, 2014 prices", ge=0, le=1e12)
    share: float = Field(description="part of a firm's set-up cost that is paid", ge=0, le=1)
    most_dkk_per_firm: float = Field(description="the most a firm can get in all, 2014 prices", ge=0, le=1e9)


class CentreInputs(Strict):
    """A publicly funded facilitation centre."""

    funding: tuple[Funding, ...] = Field(description="who pays how much, and when")
    hour_shares: HourShares
    targeting: str = Field(description="whom the centre approaches first")
    catchment: tuple[str, ...] = Field(description="codes of the municipalities it serves; empty: all of them")
    home: tuple[str, ...] = Field(
        default=(), description="codes of its owners, for whom a share of its hours is kept (centre.home_share); empty: none"
    )
    grants: FeasibilityGrants | None = Field(default=None, description="null: none", json_schema_extra=acting_in("grants"))
    handed_over: bool = Field(
        description="at the end takers run its rounds, its cases go on, its register stays open",
        json_schema_extra=acting_in("funding/centre_12m_handed_over"),
    )


class InvestmentGrant(Window):
    """Public money for the capital of exchanges agreed in a window."""

    share: float = Field(description="part of an exchange's capital that is paid", ge=0, le=1)
    most_dkk_per_case: float = Field(description="the most one exchange can get, 2014 prices", ge=0, le=1e12)


class Guarantee(Window):
    """Public cover of the capital lost where an exchange agreed in a window fails before its capital is written off."""

    share: float = Field(description="part of each side's lost capital that is paid", ge=0, le=1)


class Platform(Strict):
    """A public web place where firms list what they know of their residuals and needs; open as long as it is funded."""

    funding: tuple[Funding, ...] = Field(description="who pays how much for running it, and when", min_length=1)


class Programme(Strict):
    """Somebody else's programme that goes through firms' residuals."""

    name: str = Field(description="what it is called", min_length=1)
    first: Month = Field(description="first month of its checks")
    months: int = Field(description="number of months", ge=1, le=600)
    checks_per_year: float = Field(
        description="firms it checks a year in all it serves; where only a part is simulated, its part by population",
        ge=0,
        le=1e6,
    )
    municipalities: tuple[str, ...] = Field(description="codes of those it serves; empty: all of the tables")
    basis: str = Field(description="where the dates and the number come from", min_length=1)


class Levers(Strict):
    """What a policymaker chooses. The twin of a run has every lever at its default here."""

    centre: CentreInputs | None = Field(default=None, description="null: no centre", json_schema_extra=acting_in("centre"))
    landfill_tax_added_dkk_per_t: Dated | None = Field(
        default=None,
        description="tax on landfilled waste on top of society's, by date, nothing before the first; null: none",
        json_schema_extra=acting_in("rivals/landfill_tax"),
    )
    subsidy_dkk_per_t: Dated | None = Field(
        default=None,
        description="paid to the supplier per tonne of material put to use, by date, nothing before the first; null: none",
        json_schema_extra=acting_in("rivals/subsidy"),
    )
    investment_grant: InvestmentGrant | None = Field(
        default=None, description="null: none", json_schema_extra=acting_in("rivals/investment_grant")
    )
    guarantee: Guarantee | None = Field(default=None, description="null: none", json_schema_extra=acting_in("rivals/guarantee"))
    platform: Platform | None = Field(default=None, description="null: none", json_schema_extra=acting_in("rivals/platform"))
    programmes: tuple[Programme, ...] = Field(
        default=(),
        description="programmes that come because of the policy, and so not in the twin; their cost is not counted",
        json_schema_extra=acting_in("programmes/programmes_through_centre"),
    )
