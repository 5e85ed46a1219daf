"""The JSON schema of a scenario file, for editors: every key with its meaning and unit, and the names that may be used.

Looser than `check`, for an editor sees one file without its parents: nothing is required, and what must go together is
not looked at.
"""

from collections.abc import Collection
from typing import Any

from .name_faults import Names
from .scenario import Experiment, Scenario
from .scenario_table import unit_of

_CODES = ("municipalities", "catchment", "home")
_OWN_RULE = {"pattern": r"\.py:", "description": "a rule of your own, as stored with a result"}


def file_schema(names: Names) -> dict[str, Any]:
    """Return the schema; `names` are the rules and folders of tables it lists."""
    document = _told(Scenario.model_json_schema())
    experiment = _told(Experiment.model_json_schema())
    groups = document["$defs"] = document["$defs"] | experiment.pop("$defs", {})
    _name_rules(groups, names)
    changed = {"type": "object", "properties": dict(document["properties"]), "additionalProperties": False}
    experiment["properties"]["scenarios"]["additionalProperties"] = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Changes"}]}
    experiment["properties"]["scenarios"]["propertyNames"] = {"pattern": r"^[\w-]+$"}
    document["$defs"] = groups | {"Changes": changed, "Experiment": experiment}
    document["$defs"]["Uncertain"] = {"anyOf": [{"type": "number"}, groups["Uncertain"]]}
    document["$defs"]["Wording"] = {"anyOf": [{"type": "string", "minLength": 1}, groups["Wording"]]}
    document["properties"] = {"extends": {"type": "string", "description": "the parent file"}, **document["properties"]}
    document["properties"]["experiment"] = {"anyOf": [{"$ref": "#/$defs/Experiment"}, {"type": "null"}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scenario file", **document}


def _name_rules(groups: dict[str, Any], names: Names) -> None:
    for group, key, allowed in (
        ("Rules", "price", names.price),
        ("Rules", "trust", names.trust),
        ("CentreInputs", "targeting", names.targeting),
    ):
        groups[group]["properties"][key]["anyOf"] = [_shipped_rules(allowed), _OWN_RULE]
    groups["RegionInputs"]["properties"]["data"]["examples"] = list(names.municipalities)


def _shipped_rules(allowed: Collection[str]) -> dict[str, Any]:
    return {"enum": [name for name in allowed if ".py:" not in name]}


def _told(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a group's schema as an editor needs it, with those of the groups in it."""
    told = {key: value for key, value in schema.items() if key in ("type", "description", "additionalProperties")}
    if "enum" not in schema and "properties" in schema:
        told["properties"] = {name: _property(name, field) for name, field in schema["properties"].items()}
    if "$defs" in schema:
        told["$defs"] = {name: _told(group) for name, group in schema["$defs"].items()}
    return told


def _property(name: str, field: dict[str, Any]) -> dict[str, Any]:
    kept = _dated({key: value for key, value in field.items() if key not in ("acts_in", "unit", "title", "default")})
    if unit := unit_of(name, field):
        kept["description"] = f"{kept.get('description', '')} ({unit})".lstrip()
    if name in _CODES:
        kept["items"] = {"type": ["string", "integer"]}
    return kept


def _dated(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose dated values, here or among its alternatives, take no keys but months."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_dated(one) for one in schema["anyOf"]]}
    return {**schema, "additionalProperties": False, "minProperties": 1} if "patternProperties" in schema else schema
