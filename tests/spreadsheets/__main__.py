"""`python -m tests.spreadsheets [FOLDER]`: write the lists to docs/tours/samples."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.spreadsheets import files

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "tours" / "samples"


def samples() -> dict[str, bytes]:
    """Each file by its name; workbooks are packed anew each time, their cells are the same."""
    year = files.YEAR
    return {
        "phong-ban.csv": files.units_csv(),
        "nhan-vien.xlsx": files.people_xlsx(),
        f"okr-kpi-{year}.xlsx": files.goals_xlsx(wrong=True).book,
        f"okr-kpi-{year}-da-sua.csv": files.goals_csv(),
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in samples().items():
        (folder / name).write_bytes(data)
        sys.stdout.write(f"{folder / name}: {len(data) / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
