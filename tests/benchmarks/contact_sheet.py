"""Colour pictures of galaxies of several HDF5 files, one block a file, as a PNG.

    contact_sheet.py real.h5 run/generated.h5 --count 40 --out sheet.png

Red, green, blue are the bands i, r, g of ugrizy; all blocks have one stretch (Lupton et al. 2004),
softened at twice the first file's sky noise. --noise adds that noise to all files but the first.
"""

import argparse
import struct
import zlib

import h5py
import numpy as np

BANDS = (3, 2, 1)
MARGIN = 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", help="HDF5 files, FILE or FILE:DATASET")
    parser.add_argument("--count", type=int, default=40, help="galaxies of each file")
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="row of the first galaxy")
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--seed", type=int, default=1, help="of that noise")
    parser.add_argument("--scale", type=int, default=1, help="pixels a pixel")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def read(name, first, count):
    path, _, dataset = name.partition(":")
    with h5py.File(path) as file:
        return file[dataset or "images"][first:first + count]


def sky_noise(name):
    with h5py.File(name.partition(":")[0]) as file:
        if "sky_sigma" in file.attrs:
            return np.asarray(file.attrs["sky_sigma"], float)
        return np.sqrt(file.attrs["sky_level_e_per_pixel"])


def colour(images, sigma):
    """(n, C, H, W) -> (n, H, W, 3) within 0 and 1; hues stay as they are where it is bright."""
    rgb = np.stack([images[:, band] / sigma[band] for band in BANDS], -1)
    rgb = np.maximum(rgb, 0)
    light = rgb.mean(-1, keepdims=True)
    stretched = np.arcsinh(light / 2) / np.arcsinh(60)
    rgb = rgb * stretched / np.maximum(light, 1e-9)
    return np.clip(rgb / np.maximum(rgb.max(-1, keepdims=True), 1), 0, 1)


def block(pictures, columns):
    rows = -(-len(pictures) // columns)
    height, width = pictures.shape[1:3]
    sheet = np.ones((rows * (height + MARGIN) - MARGIN, columns * (width + MARGIN) - MARGIN, 3))
    for i, picture in enumerate(pictures):
        y, x = i // columns * (height + MARGIN), i % columns * (width + MARGIN)
        sheet[y:y + height, x:x + width] = picture[::-1]
    return sheet


def write_png(path, sheet):
    pixels = np.round(255 * sheet).astype(np.uint8)
    height, width = pixels.shape[:2]
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind, body):
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                   + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def main():
    arguments = parse_arguments()
    sigma = sky_noise(arguments.files[0])
    random = np.random.default_rng(arguments.seed)
    blocks = []
    for i, name in enumerate(arguments.files):
        images = read(name, arguments.first, arguments.count)
        if arguments.noise and i > 0:
            images = images + sigma[:, None, None] * random.standard_normal(images.shape)
        sheet = block(colour(images, sigma), arguments.columns)
        if blocks:
            blocks.append(np.ones((16, sheet.shape[1], 3)))
        blocks.append(sheet)
    sheet = np.concatenate(blocks)
    write_png(arguments.out, sheet.repeat(arguments.scale, 0).repeat(arguments.scale, 1))


if __name__ == "__main__":
    main()
