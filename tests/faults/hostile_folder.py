"""A made-up result whose every text a user can write is hostile, one of a hundred payloads in each place."""

from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.made_up_folder import know, plausible, plausible_classes, write_folder

YEARS, REPLICATES = (2011, 2014, 2017), 2
_MARKUP = (
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "</td></tr></table><h1>x</h1>",
        "<b>bold</b>",
    ),
    *(
        '"><script>alert(1)</script>',
        "' onmouseover='alert(1)",
        '" onfocus="alert(1)" autofocus="',
        "</title><script>x</script>",
    ),
    *(
        "</style><script>x</script>",
        "<!-- comment -->",
        "-->",
        "]]>",
        "<![CDATA[x]]>",
        "<?xml version='1.0'?>",
        "<!DOCTYPE html>",
    ),
    *(
        "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "&xxe;",
        "&lt;script&gt;",
        "&#60;script&#62;",
        "&amp;lt;b&amp;gt;",
        "<a href='javascript:x()'>x</a>",
    ),
    *(
        "javascript:alert(1)",
        "data:text/html,<script>x</script>",
        "<iframe src='//example.org'></iframe>",
        "<base href='//example.org'>",
    ),
    *(
        "<meta http-equiv=refresh content=0>",
        "<link rel=stylesheet href=//example.org>",
        "<object data=x></object>",
        "<form><input></form>",
    ),
    *(
        "</svg><script>x</script>",
        "</desc></svg>",
        "<foreignObject><p>x</p></foreignObject>",
        "<use href='#x'/>",
        "<animate onbegin=x>",
        "<plaintext>",
    ),
    *(
        "</main></body></html>",
        "<textarea>",
        "`${alert(1)}`",
        "{{7*7}}",
        "<%= 1 %>",
        "{0}",
        "{name}",
        "%s%n",
        "<",
        ">",
        "&",
        "<<>>",
        '"',
        "'",
        "\\",
    ),
)
_FORMULAS = (
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        '=HYPERLINK("http://example.org","x")',
        "=cmd|' /C calc'!A0",
    ),
    *(
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        '=IMPORTXML("http://example.org","//a")',
        "{=1+1}",
    ),
    *(
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "\xa0=1+1",
        "\u200b=1+1",
        '="a"&"b"',
        "=1;2",
        '=DDE("cmd";"/C calc")',
        "http://example.org",
        "\ufeff=1+1",
    ),
)
_ODD = (
    *(
        "a,b",
        "a;b",
        "a\nb",
        "a\r\nb",
        "a\tb",
        'a"b',
        'a""b',
        "'a",
        "a\x00b",
        "a\x07b",
        "\x1b[31mred",
        "a\x7fb",
        "a\ufffeb",
        "\u202egnp.exe",
        "\u2066a\u2069",
    ),
    *(
        "\u200b",
        "a\u2028b",
        "x" * 40_000,
        "æøå ÆØÅ",
        "😀",
        "$x^2$",
        "$\\frac{1}{2}$",
        "../../x",
        "/etc/passwd",
        "C:\\x",
        "CON",
        "NaN",
        "null",
    ),
)
PAYLOADS = (*_MARKUP, *_FORMULAS, *_ODD)[:100]
SLOTS = (
    *(
        "scenario",
        "label da",
        "label en",
        "title da",
        "title en",
        "funder da",
        "funder en",
        "place name",
        "place code",
        "supplier",
        "receiver",
    ),
    *("residual", "linkage", "rule", "asked file", "asked title", "basis", "programme", "sector"),
)
STEP = 7
"""Places are given payloads that lie so far apart."""


def texts(case: int) -> dict[str, str]:
    """Return the hostile text of each place: over a hundred cases each place is given each payload."""
    return {slot: PAYLOADS[(case + STEP * i) % len(PAYLOADS)] for i, slot in enumerate(SLOTS)}


def harmless() -> dict[str, str]:
    """Return texts that are what they should be."""
    return {slot: slot.replace(" ", "_") for slot in SLOTS}


def write(folder: Path, said: dict[str, str]) -> Path:
    """Write the result and return its folder."""
    name = said["scenario"].replace("/", "∕").replace("\0", "0")[:80] or "x"  # as far as a file can be called so
    about = {
        "scenario": name,
        "replicate": 0,
        "run": f"{name}-0",
        "supplier_sector": said["sector"],
        "price_dkk_per_unit": -1.5,
    }
    cases = [
        about
        | {"case": f"{i:x}", "supplier": said["supplier"], "receiver": said["receiver"], "residual": said["residual"]}
        | {"linkage": said["linkage"], "supplier_municipality": said["place code"], "class": "would_not_have_come"}
        | {
            "receiver_municipality": "326",
            "receiver_sector": said["sector"],
            "distance_km": 10.0,
            "unit": "t",
            "quantity_per_year": 100.0,
        }
        | {"opened": "2011-02", "started": "2012-01", "mode": "truck"}
        for i in range(3)
    ]
    write_folder(
        folder,
        {"no_centre": "", name: "no_centre"},
        REPLICATES,
        YEARS,
        _value,
        _classes,
        cases,
        places=[("326", said["place name"], 55.68, 11.09, 0), (said["place code"], "Nord", 55.7, 11.7, 0)],
    )
    inputs = {"no_centre": _scenario(said, None), name: _scenario(said, _centre(said))}
    (folder / "scenarios").mkdir()
    for one, content in inputs.items():
        (folder / "scenarios" / f"{one}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    know(folder, _provenance(said, name))
    _write_draws(folder, name)
    return folder


def _value(scenario: str, *where: Any) -> float:
    return plausible("no_centre" if scenario == "no_centre" else "centre_12m", *where)


def _classes(scenario: str, *where: Any) -> dict[str, tuple[int, float]]:
    return plausible_classes("centre_12m", *where)


def _centre(said: dict[str, str]) -> dict[str, Any]:
    funder = {"da": said["funder da"], "en": said["funder en"]}
    funding = [{"funder": funder, "total_dkk": 12e6, "first": "2011-01", "months": 48}]
    return {
        "funding": funding,
        "home": ["326"],
        "catchment": [said["place code"]],
        "handed_over": False,
        "targeting": said["rule"],
    }


def _scenario(said: dict[str, str], centre: dict[str, Any] | None) -> dict[str, Any]:
    number = {"value": 14.0, "low": 3.0, "high": 25.0, "shape": "uniform", "grade": "assumed", "basis": said["basis"]}
    return {
        "title": {"da": said["title da"], "en": said["title en"]},
        "label": {"da": said["label da"], "en": said["label en"]},
        "region": {"municipalities": ["326"], "road_factor": 1.3},
        "society": {"programmes": [{"name": said["programme"], "first": "2013-01", "months": 3, "basis": said["basis"]}]},
        "rules": {"price": said["rule"]},
        "levers": {"centre": centre, "platform": None},
        "uncertainties": {"jobs": {"closure_sensitivity": number}},
    }


def _provenance(said: dict[str, str], name: str) -> dict[str, Any]:
    return {
        "seed": 7,
        "replicates": REPLICATES,
        "engine": "compiled",
        "labels": {name: {"da": said["label da"], "en": said["label en"]}},
        "parameters": {"no_centre": "aa", name: "bb"},
        "rules": {"price": {"name": f"{said['rule']}:f#1", "file": f"rules/{said['rule']}", "hash": "1"}},
        "asked": {
            "title": {"da": said["asked title"], "en": said["asked title"]},
            "files": [{"name": said["asked file"], "hash": "1"}],
        },
        "grades": {"table_rows": {"assumed": 30, "read": 10}, "uncertain_numbers": {"assumed": 3, "read": 1}},
        "tables": {"cases": "bb"},
    }


def _write_draws(folder: Path, name: str) -> None:
    rows = [(one, k, "jobs.closure_sensitivity", 3.0 + k) for one in ("no_centre", name) for k in range(REPLICATES)]
    quoted = str(folder / "draws.parquet").replace("'", "''")
    with duckdb.connect() as database:
        database.execute("CREATE TABLE t (scenario VARCHAR, replicate BIGINT, parameter VARCHAR, value DOUBLE)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        database.execute(f"COPY t TO '{quoted}' (FORMAT parquet)")
