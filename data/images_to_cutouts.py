#!/usr/bin/env python3
"""Turns folders of pictures (PNG, JPEG) into a cutout file of three bands R, G, B or one.

    images_to_cutouts.py pictures --stamp 64 --table labels.csv --out galaxies.h5

Subfolders, where there are any, become the column "class". The table has a column "file" with names
relative to the folder. Pictures are flipped so that row 0 is their bottom. They are display
pictures, not fluxes: good for trying things, not for photometry. Needs python3-numpy, python3-h5py
and python3-pil.
"""

import argparse
import os
import sys

import numpy as np

from cutout_writer import CutoutWriter, centred, read_table

ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--out", required=True)
    parser.add_argument("--stamp", type=int, help="side to crop or pad to about the centre")
    parser.add_argument("--grey", action="store_true", help="one band instead of three")
    parser.add_argument("--table", help='CSV with a column "file"')
    parser.add_argument("--pixel-scale", type=float)
    options = parser.parse_args()
    try:
        from PIL import Image
    except ImportError:
        raise ValueError("pictures are read with PIL; install python3-pil") from None
    files = sorted(os.path.relpath(os.path.join(folder, name), options.folder)
                   for folder, _, names in os.walk(options.folder) for name in names
                   if name.lower().endswith(ENDINGS))
    if not files:
        raise ValueError(f"there is no picture in {options.folder}")
    table = read_table(options.table) if options.table else {}
    if table:
        if "file" not in table:
            raise ValueError(f'{options.table} has no column "file"')
        rows = {str(name): i for i, name in enumerate(table.pop("file"))}
        missing = [name for name in files if name not in rows]
        if missing:
            raise ValueError(f"{missing[0]} has no row in {options.table}")
        order = [rows[name] for name in files]
        table = {name: values[order] for name, values in table.items()}
    bands = ["grey"] if options.grey else ["R", "G", "B"]
    shape = None
    with_folders = any(os.path.dirname(name) for name in files)

    def picture(name):
        with Image.open(os.path.join(options.folder, name)) as opened:
            pixels = np.asarray(opened.convert("L" if options.grey else "RGB"))
        pixels = np.moveaxis(pixels.reshape(*pixels.shape[:2], -1)[::-1], -1, 0)
        return centred(pixels, options.stamp) if options.stamp else pixels

    shape = picture(files[0]).shape
    with CutoutWriter(options.out, bands, *shape[1:], options.pixel_scale, "display",
                      dtype="u1") as writer:
        for name in files:
            image = picture(name)
            if image.shape != shape:
                raise ValueError(f"{name} has {image.shape[1:]} pixels, {files[0]} {shape[1:]}: "
                                 "state --stamp")
            writer.append(image[None])
        writer.column("file", np.array(files, dtype=object))
        if with_folders:
            classes = [os.path.dirname(name) for name in files]
            writer.column("class", np.array(classes, dtype=object))
        for name, values in table.items():
            writer.column(name.replace("/", "_"), values)
    print(f"{options.out}: {len(files)} cutouts, {' '.join(bands)}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as problem:
        sys.exit(f"images_to_cutouts.py: {problem}")
