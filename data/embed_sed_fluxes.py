#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a table of band fluxes (sed_flux_table.csv) into core/data/simulator/sed_fluxes.inc.

The table's lines are "sed,z,u,g,r,i,z_,y": the flux in each LSST band of a galaxy that sends 1 e-/s
through F814W of the Hubble Space Telescope, for the spectral energy distributions of Coleman, Wu
and Weedman (1980) redshifted to z, through GalSim's bandpasses.

usage: embed_sed_fluxes.py sed_flux_table.csv > core/data/simulator/sed_fluxes.inc
"""
import csv
import sys

ORDER = ["Scd", "Sbc", "E"]


def main(path):
    with open(path, newline="") as table:
        rows = list(csv.DictReader(line for line in table if not line.startswith("#")))
    print("// Made by data/embed_sed_fluxes.py; one line a redshift from 0 on in steps of 0.05, "
          "ugrizy.")
    for sed in ORDER:
        lines = [row for row in rows if row["sed"] == sed]
        if [round(float(row["z"]), 6) for row in lines] != [round(0.05 * i, 6) for i in range(81)]:
            sys.exit(f"{path}: {sed} has not the redshifts 0, 0.05, ..., 4")
        print(f"// {sed}")
        for row in lines:
            print("{" + ", ".join(row[band] for band in ("u", "g", "r", "i", "z_", "y")) + "},")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
