"""Writes cutout files as FORMAT.md describes them, a block of images at a time.

Needs python3-numpy and python3-h5py. Shared by the scripts beside it.
"""

import csv
import os

import h5py
import numpy as np


class CutoutWriter:
    """A cutout file being made; whole and renamed into place when the `with` block ends well."""

    def __init__(self, path, bands, height, width, pixel_scale=None, units=None, ellipticity=None,
                 dtype="f4", compress=False):
        self.path, self.partial = path, path + ".partial"
        self.shape = (len(bands), height, width)
        self.file = h5py.File(self.partial, "w")
        options = {"maxshape": (None, *self.shape), "chunks": (1, *self.shape)}
        if compress:
            options.update(compression="gzip", compression_opts=4, shuffle=True)
        self.images = self.file.create_dataset("images", (0, *self.shape), dtype, **options)
        self.file.attrs["bands"] = list(bands)
        for name, value in (("pixel_scale_arcsec", pixel_scale), ("units", units),
                            ("ellipticity_definition", ellipticity)):
            if value is not None:
                self.file.attrs[name] = value

    def append(self, images):
        """Images (n, C, H, W)."""
        images = np.asarray(images)
        if images.shape[1:] != self.shape:
            raise ValueError(f"images of {images.shape[1:]} (bands, rows, columns) do not fit a "
                             f"file of {self.shape}")
        count = len(self.images)
        self.images.resize(count + len(images), axis=0)
        self.images[count:] = images

    def column(self, name, values):
        """One value an image: numbers or texts."""
        values = np.asarray(values)
        if len(values) != len(self.images):
            raise ValueError(f"{name} has {len(values)} values for {len(self.images)} images")
        if values.dtype.kind in "OU":
            values = values.astype(h5py.string_dtype())
        self.file.create_dataset(name, data=values)

    def __enter__(self):
        return self

    def __exit__(self, problem, *_):
        self.file.close()
        if problem is None:
            os.replace(self.partial, self.path)
        else:
            os.remove(self.partial)


def read_table(path):
    """The columns of a CSV file by name: integers, floats (empty values NaN) or texts."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    if not rows:
        raise ValueError(f"{path} is empty; a line of names was expected")
    names, rows = rows[0], [row for row in rows[1:] if row]
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise ValueError(f"line {number} of {path} has {len(row)} values for {len(names)} "
                             "columns")
    return {name: typed([row[i] for row in rows]) for i, name in enumerate(names) if name}


def typed(values):
    for convert in (np.int64, float):
        try:
            return np.array([convert(v) if v != "" or convert is np.int64 else np.nan
                             for v in values])
        except (ValueError, OverflowError):
            pass
    return np.array(values, dtype=object)


def centred(image, side):
    """The last two axes cropped, or padded with zeros, to `side` pixels about pixel n/2."""
    result = np.zeros(image.shape[:-2] + (side, side), image.dtype)
    window, place = [], []
    for size in image.shape[-2:]:
        start = size // 2 - side // 2
        window.append(slice(max(start, 0), max(start, 0) + min(size, side)))
        place.append(slice(max(-start, 0), max(-start, 0) + min(size, side)))
    result[..., place[0], place[1]] = image[..., window[0], window[1]]
    return result
