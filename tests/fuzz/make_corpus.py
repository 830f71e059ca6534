# Writes the corpus's first files: small HDF5 files of every layout, whole and cut short.
# python3-h5py is needed only to run this. usage: make_corpus.py FOLDER
import pathlib
import sys

import h5py
import numpy as np

N, S = 3, 16


def write(folder, name, fill):
    path = folder / (name + ".h5")
    with h5py.File(path, "w") as f:
        fill(f)
    return path


def plain(shape, dtype="f4", path="images", **options):
    def fill(f):
        values = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
        f.create_dataset(path, data=values, **options)
        for label in ("e1", "e2", "redshift"):
            f[label] = np.linspace(0, 0.2, N)

    return fill


def compound(f):
    f["images"] = np.zeros((N, S, S), ">i2")
    fields = [("e1", "f4"), ("e2", ">f8"), ("z", "f2"), ("id", "u8"), ("name", "S4")]
    table = np.zeros(N, dtype=fields)
    f["catalog"] = table


def texts(f):
    f["image_array"] = np.zeros((N, 2, S, S), "f2")
    f["image_band"] = np.array([["hsc-g", "hsc-r"]] * N, dtype="S")
    f["object_id"] = np.array(["a", "b", "a"], dtype=h5py.string_dtype())
    f["flag"] = np.array([True, False, True])


def stack(f):
    f["stack"] = np.zeros((N, 2, 2, S, S), "f4")
    f["stack"].attrs["variants"] = ["noiseless", "noisy"]
    f["xx"], f["yy"], f["xy"] = np.ones(N), np.ones(N), np.zeros(N)


def attributes(f):
    plain((N, 2, S, S))(f)
    f.attrs.update(bands="gr", pixel_scale=0.2, sky_sigma=[1.0, 2.0], zp_ab=[30.0, 30.0],
                   ellipticity_definition="(1-q)/(1+q)", units="e-")


def grown(f):
    f.create_dataset("images", (N, 2, S, S), "f4", maxshape=(None, 2, S, S), chunks=(1, 2, S, S))
    f.create_dataset("e1", (N,), maxshape=(None,))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        write(folder, "nchw", plain((N, 2, S, S))),
        write(folder, "nhwc_uint8", plain((N, S, S, 3), "u1")),
        write(folder, "gzip",
              plain((N, 2, S, S), chunks=(1, 2, S, S), compression="gzip", shuffle=True)),
        write(folder, "lzf", plain((N, 2, S, S), chunks=(1, 2, S, S), compression="lzf")),
        write(folder, "fletcher",
              plain((N, S, S), "f8", "data", chunks=(1, S, S), fletcher32=True)),
        write(folder, "compound", compound),
        write(folder, "texts", texts),
        write(folder, "stack", stack),
        write(folder, "attributes", attributes),
        write(folder, "grown", grown),
    ]
    whole = files[0].read_bytes()
    for part in (100, 800, 2000, len(whole) - 10):
        (folder / f"cut_{part}.h5").write_bytes(whole[:part])
    (folder / "table.csv").write_text(',e1,e2,"a ""b""",z\n0,0.1,nan,x,3\n1,-0.1,1e400,y,\n')
    (folder / "shape.txt").write_text("1-q:a, degrees-from-y:b")


main(pathlib.Path(sys.argv[1]))
