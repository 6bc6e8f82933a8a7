"""Tiny made-up tables written in the layouts of EXIOBASE 3 and OECD ICIO: two regions of three sectors."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

REGIONS = ("FR", "DE")
SECTORS = ("Steel", "Machines", "Services")
OECD_REGIONS = ("FRA", "DEU")
OECD_SECTORS = ("C24", "C28", "J62_63")


def numbers() -> dict[str, np.ndarray]:
    """A world that balances: what sectors do not buy is value added, three fifths of it wages."""
    random = np.random.default_rng(11)
    flows = random.uniform(1, 9, (6, 6))
    households = random.uniform(20, 40, (6, 2))
    investment = random.uniform(2, 5, (6, 2))
    output = flows.sum(axis=1) + households.sum(axis=1) + investment.sum(axis=1)
    value_added = output - flows.sum(axis=0)
    return {"flows": flows, "households": households, "investment": investment, "output": output, "value_added": value_added}


def _matrix(path: Path, heads: list[list[str]], names: list[str], rows: list[list[Any]]) -> None:
    """A labelled matrix as EXIOBASE writes it: heads, a line with the names of the index, then the rows."""
    width = len(names)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        for label, head in zip(("region", "sector" if len(heads) == 2 else "unit"), heads, strict=False):
            writer.writerow([label, *[""] * (width - 1), *head])
        writer.writerow([*names, *[""] * len(heads[0])])
        writer.writerows(rows)


def exiobase(folder: Path, *, value_added: bool = True) -> Path:
    """The folder of an EXIOBASE 3 edition of 2019."""
    n = numbers()
    root = folder / "IOT_2019_ixi"
    root.mkdir(parents=True)
    labels = [(region, sector) for region in REGIONS for sector in SECTORS]
    heads = [[region for region, _ in labels], [sector for _, sector in labels]]
    _matrix(root / "Z.txt", heads, ["region", "sector"], [[*label, *row] for label, row in zip(labels, n["flows"].tolist(), strict=True)])
    categories = ("Final consumption expenditure by households", "Gross fixed capital formation")
    demand_heads = [[r for r in REGIONS for _c in categories], [c for _r in REGIONS for c in categories]]
    demand = np.stack([n["households"][:, 0], n["investment"][:, 0], n["households"][:, 1], n["investment"][:, 1]], axis=1)
    _matrix(root / "Y.txt", demand_heads, ["region", "sector"], [[*label, *row] for label, row in zip(labels, demand.tolist(), strict=True)])
    with (root / "unit.txt").open("w", encoding="utf-8") as stream:
        stream.write("region\tsector\tunit\n" + "".join(f"{r}\t{s}\tM.EUR\n" for r, s in labels))
    index = {"nr_index_col": "2", "nr_header": "2"}
    files = {"Z": {"name": "Z.txt", **index}, "Y": {"name": "Y.txt", **index}, "unit": {"name": "unit.txt", "nr_index_col": "2", "nr_header": "1"}}
    (root / "file_parameters.json").write_text(json.dumps({"systemtype": "IOSystem", "files": files}))
    (root / "metadata.json").write_text(
        json.dumps({"description": "made up", "name": "EXIO3", "system": "ixi", "version": "3.8", "history": [], "path": ""})
    )
    satellite = root / "satellite"
    satellite.mkdir()
    rows = [
        ("Taxes less subsidies on products purchased: Total", "M.EUR", 0 * n["value_added"]),
        ("Employment people: Low-skilled male", "1000 p", n["output"] / 100),
        ("Employment people: High-skilled female", "1000 p", n["output"] / 50),
        ("Employment people: Vulnerable employment", "1000 p", n["output"] * 9),
        ("CO2 - combustion - air", "kg", n["output"] * 1000),
        ("CO2 - non combustion - Cement production - air", "kg", n["output"] * 10),
        ("CH4 - combustion - air", "kg", n["output"] * 7),
    ]
    if value_added:
        rows += [
            ("Compensation of employees; wages, salaries, & employers' social contributions: Low-skilled", "M.EUR", 0.2 * n["value_added"]),
            ("Compensation of employees; wages, salaries, & employers' social contributions: High-skilled", "M.EUR", 0.4 * n["value_added"]),
            ("Operating surplus: Consumption of fixed capital", "M.EUR", 0.3 * n["value_added"]),
            ("Other net taxes on production", "M.EUR", 0.1 * n["value_added"]),
        ]
    _matrix(satellite / "F.txt", heads, ["stressor"], [[name, *values.tolist()] for name, _unit, values in rows])
    (satellite / "unit.txt").write_text("stressor\tunit\n" + "".join(f"{name}\t{unit}\n" for name, unit, _values in rows))
    own = {"F": {"name": "F.txt", "nr_index_col": "1", "nr_header": "2"}, "unit": {"name": "unit.txt", "nr_index_col": "1", "nr_header": "1"}}
    (satellite / "file_parameters.json").write_text(json.dumps({"systemtype": "Extension", "name": "satellite", "files": own}))
    return root


def zipped(root: Path) -> Path:
    """The same as the zip in which it is published."""
    path = root.parent / f"{root.name}.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(root.rglob("*")):
            if file.is_file():
                packed.write(file, f"{root.name}/{file.relative_to(root).as_posix()}")
    return path


def oecd(folder: Path, *, households: bool = True) -> Path:
    """The CSV of an OECD ICIO edition of 2021 for 2018."""
    n = numbers()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ICIO2021_2018.csv"
    labels = [f"{region}_{sector}" for region in OECD_REGIONS for sector in OECD_SECTORS]
    first = "HFCE" if households else "GGFC"
    demand = np.stack([n["households"][:, 0], n["investment"][:, 0], n["households"][:, 1], n["investment"][:, 1]], axis=1)
    columns = [*labels, f"FRA_{first}", "FRA_GFCF", f"DEU_{first}", "DEU_GFCF", "TOTAL"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["", *columns])
        for label, row, final, total in zip(labels, n["flows"].tolist(), demand.tolist(), n["output"].tolist(), strict=True):
            writer.writerow([label, *row, *final, total])
        writer.writerow(["TLS", *[0] * 6, *[0] * 4, 0])
        writer.writerow(["VA", *n["value_added"].tolist(), *[0] * 4, 0])
        writer.writerow(["OUTPUT", *n["output"].tolist(), *[0] * 4, 0])
    return path
