"""Where a result folder keeps a resolved scenario."""

from pathlib import Path


def stored_scenario(folder: Path, name: str) -> Path:
    """Return the file of a scenario in a result folder: whatever the name, a file of that folder and no other."""
    return folder / "scenarios" / Path(f"{name}.yaml").name
