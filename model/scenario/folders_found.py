"""The folders of tables that scenarios name, found from the files that name them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..faults import Fault, say
from ..paths import shown
from ..shipped import found_folder
from .name_faults import DATA
from .nodes import at
from .strict_yaml import Node, written


def folders_found(contents: Iterable[Node], paths: Sequence[Path]) -> tuple[dict[str, Path], list[Fault]]:
    """Return the folders of the tables that contents name, by that name, and a fault where two have one name.

    Each is looked for beside the file, one of `paths`, that names it (`shipped.found_folder`); what is not found is left out.
    """
    beside: dict[str, Path] = {shown(path): path.parent for path in paths}
    found: dict[str, Path] = {}
    faults: list[Fault] = []
    for node in filter(None, (at(content, DATA) for content in contents)):
        data = node.content if isinstance(node.content, str) else ""
        folder = found_folder(data, beside.get(node.place.file, Path())) if data else None
        if folder and found.setdefault(data, folder).resolve() != folder.resolve():
            message = say("two_folders", data=data, first=shown(found[data]), second=shown(folder))
            faults.append(Fault(node.place, written(DATA), message))
    return found, faults
