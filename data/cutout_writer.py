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
        require_definition(ellipticity)
        if height != width:
            raise ValueError(f"images of {height} x {width} pixels are not square: cut or pad them "
                             "with --stamp SIDE")
        if len(set(bands)) != len(bands):
            raise ValueError(f"the bands {', '.join(bands)} are not all different")
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
        if name in self.file:
            raise ValueError(f'a column cannot be called "{name}", the name of a dataset that is '
                             "there already: rename it in the table")
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


def require_definition(text):
    """Of ellipticity: the program reads the words or the formula of one of two."""
    plain = (text or "").lower().replace(" ", "").replace("-", "").replace("_", "")
    known = ("reducedshear", "(1q)/(1+q)", "distortion", "(1q^2)/(1+q^2)")
    if text is not None and not any(word in plain for word in known):
        raise ValueError(f'"{text}" is no definition of ellipticity: state "(1-q)/(1+q), reduced '
                         'shear" or "(1-q^2)/(1+q^2), distortion"')


MISSING = ("", "nan", "null", "none", "--", "na", "n/a")


def read_rows(path):
    """The columns of a CSV file by name, as texts."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    if not rows:
        raise ValueError(f"{path} is empty; a line of names was expected")
    names, rows = rows[0], [row for row in rows[1:] if row]
    for number, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise ValueError(f"line {number} of {path} has {len(row)} values for {len(names)} "
                             "columns")
    return {name: [row[i] for row in rows] for i, name in enumerate(names) if name}


def read_table(*paths):
    """The columns that all of the CSV files have, one file after the other: integers, floats (NaN
    where a value is missing) or texts. Integers stay exact: with missing values and beyond 2^53,
    where floats are rounded, they are texts.
    """
    tables = [read_rows(path) for path in paths]
    return {name: typed([value for table in tables for value in table[name]])
            for name in (tables[0] if tables else {}) if all(name in table for table in tables)}


def typed(values):
    missing = [value.strip().lower() in MISSING for value in values]
    try:
        whole = [int(value) for value, absent in zip(values, missing) if not absent]
    except ValueError:
        whole = []
    if whole and not any(missing):
        for kind in (np.int64, np.uint64):
            if np.iinfo(kind).min <= min(whole) and max(whole) <= np.iinfo(kind).max:
                return np.array(whole, kind)
    if all(abs(value) <= 2**53 for value in whole):
        try:
            return np.array([np.nan if absent else float(value)
                             for value, absent in zip(values, missing)])
        except ValueError:
            return np.array(values, dtype=object)
    return np.array(["" if absent else value for value, absent in zip(values, missing)],
                    dtype=object)


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
