"""The rooms of the program and the arrows between them, drawn from the code: `python -m tests.rooms` writes them into
docs/architecture.md.
"""

from collections import Counter
from functools import cache
from pathlib import Path

import grimp

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGIN, END = "<!-- drawn by python -m tests.rooms -->\n", "<!-- end -->"
LEAVES = "leaves"
"""The modules that lie in no room: every room may use them."""

Imports = dict[str, set[str]]
"""The modules of the program that each of them imports, those imported for types included."""


@cache
def read_imports() -> Imports:
    """Return who imports whom."""
    graph = grimp.build_graph("model", "analysis", cache_dir=None)
    return {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}


def room_of(module: str) -> str:
    """Return the room of a module: a folder of the model, or the analysis; else it is one of the leaves."""
    if module.startswith("analysis"):
        return "analysis"
    parts = module.split(".")
    is_folder = len(parts) > 2 or any(name.startswith(f"{module}.") for name in read_imports())
    return parts[1] if len(parts) > 1 and is_folder else LEAVES


def count_arrows() -> Counter[tuple[str, str]]:
    """Return by how many imports one room rests on another."""
    arrows = Counter((room_of(module), room_of(other)) for module, others in read_imports().items() for other in others)
    return Counter({(one, other): number for (one, other), number in arrows.items() if one != other})


def draw() -> str:
    """Return the rooms as a Mermaid graph, each with its number of modules; arrows point at what is imported."""
    sizes = Counter(map(room_of, read_imports()))
    rooms = [f'    {room}["{room}: {sizes[room]} modules"]' for room in sorted(sizes)]
    arrows = [f"    {one} -->|{number}| {other}" for (one, other), number in sorted(count_arrows().items())]
    return "\n".join(["```mermaid", "graph TD", *rooms, *arrows, "```", ""])


def drawn_into(page: str) -> str:
    """Return the page with its picture drawn anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{draw()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(drawn_into(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
