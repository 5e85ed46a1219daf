"""What the schema of a scenario is made of: strict groups, dated values, numbers that are uncertain."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from .. import months
from ..faults import Message, Unfit, say
from ..scalars import spelt


class Strict(BaseModel):
    """Base of every group of parameters: frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _as_month(value: Any) -> int:
    return value if isinstance(value, int) else months.parse(str(value))


Month = Annotated[
    int,
    BeforeValidator(_as_month),
    PlainSerializer(months.label, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}),
]


def _in_order(dated: dict[int, float]) -> dict[int, float]:
    if not dated:
        raise Unfit("no_dates")
    return dict(sorted(dated.items()))


Dated = Annotated[dict[Month, Annotated[float, Field(ge=0)]], AfterValidator(_in_order)]
"""A step function of time: each value holds from its month until the next one."""


def value_at(dated: dict[int, float], month: int) -> float:
    """Return the value in force in `month`; before the first date, the first value."""
    first, *later = dated.items()
    value = first[1]
    for date, changed in later:
        if date > month:
            break
        value = changed
    return value


class Wording(Strict):
    """A text in Danish and English. In a scenario a plain text stands for both, and one language for the other."""

    da: str = Field(description="in Danish", min_length=1)
    en: str = Field(description="in English", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_stands_for_both(cls, data: Any) -> Any:
        if isinstance(data, str):
            return {"da": data, "en": data}
        if isinstance(data, dict) and len(data) == 1:
            return {"da": data.get("en"), "en": data.get("da")} | data
        return data

    def within(self, language: str) -> str:
        """Return the text in a language, da or en."""
        return self.da if language == "da" else self.en


class Uncertain(Strict):
    """A number nobody knows exactly: its central value, its range, the shape it is drawn from, and why.

    In a scenario a plain number fixes it.
    """

    value: float = Field(description="central value: the mode of a triangular, the median of a loguniform and a uniform number")
    low: float | None = Field(None, description="smallest plausible value")
    high: float | None = Field(None, description="largest plausible value")
    shape: Literal["triangular", "uniform", "loguniform", "fixed"] = "fixed"
    grade: Literal["read", "derived", "assumed"] = "assumed"
    basis: str = Field("set in the scenario", min_length=1, description="one sentence: why this value and this range")

    @model_validator(mode="before")
    @classmethod
    def _plain_number_fixes(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, int | float | str) else data

    @model_validator(mode="after")
    def _range_holds_value(self) -> "Uncertain":
        if self.shape == "fixed":
            return self
        if self.low is None or self.high is None:
            raise Unfit("needs_range", shape=self.shape)
        if self.low == self.high:
            raise Unfit(say("range_without_width", **_written(low=self.low)).followed_by(_or_fixed(self.value)))
        if not self.low <= self.value <= self.high:
            told = _written(value=self.value, low=self.low, high=self.high)
            raise Unfit(say("outside_range", **told).followed_by(_or_fixed(self.value)))
        if self.shape == "loguniform" and self.low <= 0:
            raise Unfit("loguniform_above_0")
        return self


def _or_fixed(value: float) -> Message:
    """Propose to fix a number that has a range."""
    return say("or_fixed", value=spelt(value)).offering(spelt(value))


def _written(**numbers: float) -> dict[str, str]:
    return {name: spelt(number) for name, number in numbers.items()}


_ABOVE_ZERO = 1e-9


def _limit(at: float, low: float) -> str:
    """Return which limit a number lies beyond."""
    if at >= low:
        return "above_limit"
    return "not_positive" if low == _ABOVE_ZERO else "below_limit"


def _checked(low: float, high: float):
    def check(number: Uncertain) -> Uncertain:
        for name in ("value", "low", "high"):
            at = getattr(number, name)
            if at is not None and not low <= at <= high:
                raise Unfit(_limit(at, low), name=name, **_written(at=at, low=low, high=high))
        return number

    return AfterValidator(check)


Share = Annotated[Uncertain, _checked(0.0, 1.0)]
PositiveShare = Annotated[Uncertain, _checked(_ABOVE_ZERO, 1.0)]
Positive = Annotated[Uncertain, _checked(_ABOVE_ZERO, 1e12)]
NonNegative = Annotated[Uncertain, _checked(0.0, 1e12)]
TrustLevel = Annotated[Uncertain, _checked(-1.0, 1.0)]
# What lies beyond these breaks sums or takes all memory, and nobody can mean it.
Exponent = Annotated[Uncertain, _checked(0.0, 10.0)]
Ratio = Annotated[Uncertain, _checked(0.0, 1000.0)]
Months = Annotated[Uncertain, _checked(0.0, 600.0)]
Salary = Annotated[Uncertain, _checked(1000.0, 1e12)]


def in_unit(unit: str, meaning: str, acts_in: str = "centre") -> Any:
    """Return a field with its unit, its meaning, and a shipped scenario in which it acts (`acting_in`)."""
    return Field(description=meaning, json_schema_extra={"unit": unit, **acting_in(acts_in)})


def acting_in(scenario: str) -> dict[str, Any]:
    """Return what says in which shipped scenario a field acts: `file`, or `file/scenario` for one of an experiment's.

    What stands in a group acts where the group does, unless it says otherwise.
    """
    return {"acts_in": scenario}
