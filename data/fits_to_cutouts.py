#!/usr/bin/env python3
"""Turns FITS cutouts into a cutout file.

One file a galaxy, its bands as planes of a cube or as image extensions:

    fits_to_cutouts.py cutouts/*.fits --bands g,r,z --stamp 64 --table labels.csv --out galaxies.h5

or one file a galaxy and band, named alike but for the band, "{band}" standing for it:

    fits_to_cutouts.py --pattern 'cutouts/12345_{band}.fits' ... --bands g,r,i

The table has one row a galaxy in the order of the files, or a column "file" with their names. FITS
keeps row 0 at the bottom, as cutout files do. Tile-compressed images need astropy; plain ones are
read without it. Needs python3-numpy and python3-h5py.
"""

import argparse
import os
import sys

import numpy as np

from cutout_writer import CutoutWriter, centred, read_table

TYPES = {8: ">u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}
BLOCK = 2880


def header_of(file):
    """Keywords of the next header; None at the end of the file."""
    cards = {}
    while True:
        block = file.read(BLOCK)
        if len(block) < BLOCK:
            return None
        for start in range(0, BLOCK, 80):
            card = block[start:start + 80].decode("ascii", "replace")
            keyword = card[:8].strip()
            if keyword == "END":
                return cards
            if card[8:10] == "= ":
                value = card[10:]
                text = value.lstrip().startswith("'")
                value = (value.split("'")[1] if text else value.split("/")[0]).strip()
                cards.setdefault(keyword, value)


def plain_planes(path):
    """All images of a FITS file as planes, with PIXSCALE-like keywords; without astropy."""
    planes, scale = [], None
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        while (cards := header_of(file)) is not None:
            if not planes and "SIMPLE" not in cards and "XTENSION" not in cards:
                raise ValueError(f"{path} is no FITS file")
            axes = [int(cards[f"NAXIS{i + 1}"]) for i in range(int(cards.get("NAXIS", 0)))]
            kind = np.dtype(TYPES[int(cards["BITPIX"])])
            count = int(np.prod(axes, dtype=object)) if axes else 0
            data = count * kind.itemsize + int(cards.get("PCOUNT", 0))
            if any(axis < 0 for axis in axes) or file.tell() + data > size:
                raise ValueError(f"{path} ends before the {axes} pixels it states")
            image = cards.get("XTENSION", "IMAGE") == "IMAGE" and len(axes) >= 2
            if image:
                pixels = np.frombuffer(file.read(count * kind.itemsize), kind).reshape(axes[::-1])
                scale, zero = float(cards.get("BSCALE", 1)), float(cards.get("BZERO", 0))
                pixels = pixels.astype("f8") * scale + zero
                planes.extend(pixels.reshape(-1, *axes[1::-1]))
                if "CD1_1" in cards or "CDELT1" in cards:
                    scale = 3600 * np.hypot(float(cards.get("CD1_1", cards.get("CDELT1", 0))),
                                            float(cards.get("CD2_1", 0)))
                data -= count * kind.itemsize
            elif "ZIMAGE" in cards:
                raise ValueError(f"{path} holds a compressed image; install astropy to read it")
            file.seek(data, 1)
            file.seek(-file.tell() % BLOCK, 1)
    return planes, scale


def planes_of(path):
    try:
        from astropy.io import fits
    except ImportError:
        return plain_planes(path)
    planes, scale = [], None
    with fits.open(path) as hdus:
        for hdu in hdus:
            if getattr(hdu, "is_image", False) and hdu.data is not None and hdu.data.ndim >= 2:
                planes.extend(np.asarray(hdu.data, "f8").reshape(-1, *hdu.data.shape[-2:]))
                if "CD1_1" in hdu.header or "CDELT1" in hdu.header:
                    scale = 3600 * np.hypot(hdu.header.get("CD1_1", hdu.header.get("CDELT1", 0)),
                                            hdu.header.get("CD2_1", 0))
    return planes, scale


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--pattern", action="append", default=[])
    parser.add_argument("--bands", required=True, help="names, in the order of the planes: g,r,z")
    parser.add_argument("--out", required=True)
    parser.add_argument("--stamp", type=int, help="side to crop or pad to about the centre")
    parser.add_argument("--table", help="CSV with one row a galaxy")
    parser.add_argument("--pixel-scale", type=float, help="arcsec; else from the files")
    parser.add_argument("--units")
    parser.add_argument("--ellipticity")
    options = parser.parse_args()
    bands = options.bands.split(",")
    galaxies = [[path] for path in options.files]
    galaxies += [[pattern.replace("{band}", band) for band in bands] for pattern in options.pattern]
    if not galaxies:
        parser.error("no file was given")
    table = read_table(options.table) if options.table else {}
    if "file" in table:
        rows = {os.path.basename(str(name)): i for i, name in enumerate(table["file"])}
        missing = [g[0] for g in galaxies if os.path.basename(g[0]) not in rows]
        if missing:
            raise ValueError(f"{missing[0]} has no row in {options.table}")
        order = [rows[os.path.basename(g[0])] for g in galaxies]
        table = {name: values[order] for name, values in table.items()}
    writer = None
    try:
        for galaxy in galaxies:
            planes, scales = [], []
            for path in galaxy:
                found, scale = planes_of(path)
                planes.extend(found)
                scales.append(scale)
            if len(planes) != len(bands):
                raise ValueError(f"{galaxy[0]} has {len(planes)} planes for {len(bands)} bands")
            image = np.stack([centred(p, options.stamp) if options.stamp else p for p in planes])
            if writer is None:
                writer = CutoutWriter(options.out, bands, *image.shape[1:],
                                      options.pixel_scale or scales[0], options.units,
                                      options.ellipticity)
                writer.__enter__()
            writer.append(image[None])
        for name, values in table.items():
            writer.column(name.replace("/", "_"), values)
        writer.__exit__(None)
    except BaseException as problem:
        if writer is not None and writer.file:
            writer.__exit__(type(problem))
        raise
    print(f"{options.out}: {len(galaxies)} cutouts, {' '.join(bands)}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError) as problem:
        sys.exit(f"fits_to_cutouts.py: {problem}")
