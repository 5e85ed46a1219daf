"""Every sentence a faulty scenario file is answered with. Names of pydantic's error types are used where they fit."""

ENGLISH = {
    # the file
    "no_file": "no such file here, nor among the shipped scenarios ({allowed})",
    "folder": "this is a folder; name a scenario file in it",
    "unreadable": "cannot be read: {reason}",
    "too_big": "larger than {most} bytes; a scenario says only what differs from its parent",
    "not_utf8": "not UTF-8 text; save it as UTF-8",
    "control_character": "character {code} is not allowed in a scenario; remove it",
    "syntax": "not valid YAML: {problem}",
    "empty": "the file is empty; begin with 'title:' and 'extends: base.yaml'",
    "not_a_mapping": "the file must consist of 'key: value' lines, not of {given}",
    "several_documents": "a second document begins here; keep one per file",
    "anchor": "anchors and aliases (&name, *name) are not allowed; write the value out",
    "tag": "tags such as '{tag}' are not allowed; the scenario's schema knows the type",
    "too_deep": "nested deeper than {most} levels; nothing in a scenario is",
    "key_not_text": "a key must be text, not {given}",
    "duplicate_key": "this key stands here twice, first in line {line}; keep one",
    # extends and experiment
    "extends_not_text": "name one parent file, such as base.yaml, not {given}",
    "extends_outside": "'{given}' leads out of this file's folder; put the parent beside this file or name a shipped scenario",
    "no_parent": "no file '{given}' beside this one, nor among the shipped scenarios ({allowed})",
    "circle": "the parents go in a circle: {chain}",
    "too_many_parents": "more than {most} generations of parents",
    "scenario_name": "'{given}' cannot name a scenario; use letters, digits, _ and -",
    "names_experiment": "'{given}' is an experiment of several scenarios; name a file of one",
    "stands_elsewhere": "'{given}' changes {other}, and this file {own}; let both extend the same complete file",
    # keys
    "extra_forbidden": "unknown key",
    "missing": "is missing: {meaning}",
    "missing_group": "is missing: a group with {keys}",
    "begin": "; a file that says only what differs begins with 'extends: base.yaml'",
    "allowed_keys": "allowed are {allowed}",
    "belongs_in": "'{key}' belongs in {home}",
    "comma": "a comma ends an entry here: write decimals with a point, as in 0.5",
    "did_you_mean": "did you mean '{guess}'?",
    # numbers
    "two_readings": "{given} can be read as {small} or as {large}: write {small} or {large}",
    "underscore": "{given} is not a number: write {plain}",
    "not_a_number": "'{given}' is not a number; write it as 12000, 0.5 or 12e6",
    "not_whole": "{given} is not a whole number; write digits only",
    "too_large": "{given} is larger than a number can be here",
    "not_a_boolean": "'{given}' is neither true nor false",
    # values
    "greater_than_equal": "{given} is too small; at least {ge} is allowed",
    "less_than_equal": "{given} is too large; at most {le} is allowed",
    "less_than": "{given} is too large; it must be below {lt}",
    "literal_error": "{given} is not allowed here; allowed are {expected}",
    "unknown_name": "'{given}' is not known; allowed are {allowed}",
    "named_twice": "'{given}' stands here twice; keep one",
    "string_too_short": "must not be empty",
    "too_short": "at least one entry is needed",
    "string_pattern_mismatch": "{given} does not fit the pattern {pattern}",
    "float_type": "a number is needed here, not {given}",
    "int_type": "a whole number is needed here, not {given}",
    "bool_type": "true or false is needed here, not {given}",
    "string_type": "text is needed here, not {given}",
    "dict_type": "a mapping of 'key: value' lines is needed here, not {given}; {{}} is an empty one",
    "model_type": "a mapping of 'key: value' lines is needed here, not {given}",
    "number_or_mapping": "a number, or a mapping with value, low, high and shape, is needed here, not {given}",
    "text_or_languages": "a text, or one in two languages such as {{da: …, en: …}}, is needed here, not {given}",
    "not_changes": "a mapping of changes ({{}} for none), or the name of a scenario file, is needed here, not {given}",
    "tuple_type": "a list such as [a, b] is needed here, not {given}",
    "value_error": "{error}",
    "outside_horizon": "this line pays from {first} to {last}, but the horizon goes from {start} to {end}; move one of them",
    # what stands in a wrong place
    "nothing": "nothing (null)",
    "a_list": "a list",
    "a_mapping": "a mapping",
    "a_text": "the text '{text}'",
}


def say(message: str, **values: object) -> str:
    """Return a message with its values filled in."""
    return ENGLISH[message].format(**values)
