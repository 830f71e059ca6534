#!/usr/bin/env python3
"""Turns NumPy arrays of cutouts and a CSV table of labels into a cutout file.

As published with Arcelin et al. 2021 (zenodo 3759206), arrays (N, 2, 10, 64, 64) of the bands
H J Y V u g r i z y, without noise first, and a table beside them:

    npy_to_cutouts.py galaxies_isolated_20191024_0_images.npy \\
        --table galaxies_isolated_20191024_0_data.csv --band-names H,J,Y,V,u,g,r,i,z,y \\
        --bands u,g,r,i,z,y --variant 1 --pixel-scale 0.2 --out galaxies.h5

Arrays (N, C, H, W), (N, H, W, C) with --bands-last, and (N, H, W) are read too; several arrays and
as many tables are joined. Arrays are mapped, not loaded. Needs python3-numpy and python3-h5py.
"""

import argparse
import sys

import numpy as np

from cutout_writer import CutoutWriter, centred, read_table

BLOCK = 256


def load(path):
    with open(path, "rb") as file:
        start = file.read(6)
    if start != b"\x93NUMPY":
        raise ValueError(f"{path} is no array as numpy.save writes it; a table of labels goes to "
                         "--table")
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{path} holds values of type {array.dtype}, where numbers were expected")
    return array


def as_stack(array, options):
    """A function of a slice of rows that gives (n, C, H, W), and C, H, W."""
    if array.ndim == 5:
        if options.variant is None:
            raise ValueError(f"the array has {array.shape[1]} variants of each image: choose one "
                             "with --variant (published stacks: 0 without noise, 1 with)")
        if not 0 <= options.variant < array.shape[1]:
            raise ValueError(f"the array has {array.shape[1]} variants of each image, there is no "
                             f"variant {options.variant}: state one from 0 to {array.shape[1] - 1}")
        return (lambda rows: array[rows, options.variant]), array.shape[2:]
    if array.ndim == 3:
        return (lambda rows: array[rows][:, None]), (1, *array.shape[1:])
    if array.ndim != 4:
        raise ValueError(f"an array of {array.shape} is no stack of images")
    if options.bands_last:
        return (lambda rows: np.moveaxis(array[rows], -1, 1)), (array.shape[3], *array.shape[1:3])
    return (lambda rows: array[rows]), array.shape[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("arrays", nargs="+")
    parser.add_argument("--table", action="append", default=[], help="CSV, one for each array")
    parser.add_argument("--out", required=True)
    parser.add_argument("--band-names", required=True, help="of all bands, in their order: u,g,r")
    parser.add_argument("--bands", help="those to keep, in this order")
    parser.add_argument("--variant", type=int)
    parser.add_argument("--bands-last", action="store_true")
    parser.add_argument("--stamp", type=int, help="side to crop or pad to about the centre")
    parser.add_argument("--pixel-scale", type=float)
    parser.add_argument("--units")
    parser.add_argument("--ellipticity",
                        help='"(1-q)/(1+q), reduced shear" or "(1-q^2)/(1+q^2), distortion"')
    options = parser.parse_args()
    if options.table and len(options.table) != len(options.arrays):
        parser.error(f"{len(options.table)} tables were given for {len(options.arrays)} arrays")
    names = options.band_names.split(",")
    kept = options.bands.split(",") if options.bands else names
    unknown = [band for band in kept if band not in names]
    if unknown:
        parser.error(f"there is no band {unknown[0]} among {', '.join(names)}")
    index = [names.index(band) for band in kept]

    table = read_table(*options.table)
    arrays = [load(path) for path in options.arrays]
    stacks = [as_stack(array, options) for array in arrays]
    counts = [len(array) for array in arrays]
    for path, (_, shape) in zip(options.arrays, stacks):
        if shape != stacks[0][1]:
            parser.error(f"{path} has images of {shape}, {options.arrays[0]} of {stacks[0][1]}")
        if shape[0] != len(names):
            parser.error(f"{len(names)} band names were given for {shape[0]} bands")
    height, width = (options.stamp, options.stamp) if options.stamp else stacks[0][1][1:]
    with CutoutWriter(options.out, kept, height, width, options.pixel_scale, options.units,
                      options.ellipticity) as writer:
        for (rows, _), count in zip(stacks, counts):
            for first in range(0, count, BLOCK):
                images = rows(slice(first, min(first + BLOCK, count)))[:, index]
                writer.append(centred(images, options.stamp) if options.stamp else images)
        for name, values in table.items():
            writer.column(name.replace("/", "_"), values)
    print(f"{options.out}: {sum(counts)} cutouts, {' '.join(kept)}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as problem:
        sys.exit(f"npy_to_cutouts.py: {problem}")
