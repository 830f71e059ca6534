"""Runs the scripts of data/ on small inputs and opens what they write with shearbench-cli.

usage: scripts_test.py FOLDER_OF_SCRIPTS SHEARBENCH_CLI. Exits 77, which ctest takes for a skip,
where NumPy or h5py are missing.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

if not all(importlib.util.find_spec(name) for name in ("numpy", "h5py")):
    print("python3-numpy or python3-h5py is missing")
    sys.exit(77)
import h5py
import numpy as np

SCRIPTS, CLI = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def fits(path, array, scale=None):
    bits = array.dtype.itemsize * (-8 if array.dtype.kind == "f" else 8)
    cards = ["SIMPLE  =                    T", f"BITPIX  = {bits}", f"NAXIS   = {array.ndim}"]
    cards += [f"NAXIS{i + 1}  = {n}" for i, n in enumerate(array.shape[::-1])]
    if scale:
        cards.append(f"CD1_1   = {-scale / 3600:.10e} / degrees")
    header = "".join(card.ljust(80) for card in cards + ["END"]).encode()
    body = array.astype(array.dtype.newbyteorder(">")).tobytes()
    with open(path, "wb") as file:
        for part in (header, body):
            file.write(part + (b" " if part is header else b"\0") * (-len(part) % 2880))


class Scripts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = self.path("out.h5")

    def tearDown(self):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def run_script(self, name, *arguments, fails=False):
        done = subprocess.run([sys.executable, os.path.join(SCRIPTS, name), *arguments],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr

    def inspect(self):
        return json.loads(subprocess.check_output([CLI, "inspect", "--json", self.out]))

    def test_published_stacks(self):
        stack = np.arange(5 * 2 * 10 * 16 * 16, dtype="f8").reshape(5, 2, 10, 16, 16)
        np.save(self.path("a.npy"), stack)
        with open(self.path("a.csv"), "w") as file:
            file.write(",e1,e2,redshift,ident\n")
            file.writelines(f"{i},0.{i},,0.5,{2**60 + i}\n" for i in range(5))
        arguments = [self.path("a.npy"), "--table", self.path("a.csv"), "--out", self.out,
                     "--band-names", "H,J,Y,V,u,g,r,i,z,y", "--bands", "u,g,r,i,z,y",
                     "--pixel-scale", "0.2"]
        self.assertIn("--variant", self.run_script("npy_to_cutouts.py", *arguments, fails=True))
        self.assertFalse(os.path.exists(self.out) or os.path.exists(self.out + ".partial"))
        self.run_script("npy_to_cutouts.py", *arguments, "--variant", "1")
        with h5py.File(self.out) as file:
            np.testing.assert_array_equal(file["images"][:], stack[:, 1, 4:].astype("f4"))
            self.assertEqual(file["ident"][4], 2**60 + 4)
            self.assertTrue(np.isnan(file["e2"][:]).all())
        found = self.inspect()
        self.assertEqual((found["bands"], found["count"], found["pixel_scale_arcsec"]),
                         (list("ugrizy"), 5, 0.2))
        self.assertEqual(found["targets"], {"e1": "e1", "e2": "e2", "redshift": "redshift"})

    def test_other_arrays(self):
        flat = np.random.default_rng(1).normal(size=(3, 20, 20, 2))
        np.save(self.path("b.npy"), flat)
        self.run_script("npy_to_cutouts.py", self.path("b.npy"), "--bands-last", "--band-names",
                        "g,r", "--stamp", "16", "--out", self.out)
        with h5py.File(self.out) as file:
            np.testing.assert_allclose(file["images"][1, 1], flat[1, 2:18, 2:18, 1], rtol=1e-6)

    def test_exact_ids(self):
        np.save(self.path("a.npy"), np.zeros((2, 16, 16), "f4"))
        wide, gap = [2**64 - 1, 2**63], 2**60 + 1
        for name in "ab":
            with open(self.path(name + ".csv"), "w") as file:
                file.write(f"uid,galaxy_id,n\n{wide[0]},{gap},1\n{wide[1]},"
                           f"{'' if name == 'a' else gap},\n")
        self.run_script("npy_to_cutouts.py", *[self.path("a.npy")] * 2, "--table",
                        self.path("a.csv"), "--table", self.path("b.csv"), "--band-names", "r",
                        "--out", self.out)
        with h5py.File(self.out) as file:
            self.assertEqual([int(value) for value in file["uid"]], wide * 2)
            self.assertEqual([value.decode() for value in file["galaxy_id"]],
                             [str(gap), "", str(gap), str(gap)])
            np.testing.assert_array_equal(file["n"], [1, np.nan] * 2)
        found = self.inspect()
        self.assertEqual(found["group"], "galaxy_id")
        self.assertIn("1 row without a galaxy_id", " ".join(found["notes"]))

    def test_what_cannot_be(self):
        np.save(self.path("a.npy"), np.zeros((2, 2, 1, 16, 16), "f4"))
        np.save(self.path("o.npy"), np.zeros((2, 16, 24), "f4"))
        np.save(self.path("s.npy"), np.array([["a"]]))
        with open(self.path("t.csv"), "w") as file:
            file.write("images\n1\n2\n")

        def said(array, *arguments):
            text = self.run_script("npy_to_cutouts.py", self.path(array), "--band-names", "r",
                                   "--out", self.out, *arguments, fails=True)
            self.assertEqual([name for name in os.listdir(self.folder.name) if "out" in name], [])
            return text

        self.assertIn("there is no variant 5: state one from 0 to 1",
                      said("a.npy", "--variant", "5"))
        self.assertIn('cannot be called "images"',
                      said("a.npy", "--variant", "1", "--table", self.path("t.csv")))
        self.assertIn("is no array as numpy.save writes it", said("t.csv"))
        self.assertIn("where numbers were expected", said("s.npy"))
        self.assertIn("16 x 24 pixels are not square", said("o.npy"))
        self.assertIn('"banana" is no definition',
                      said("o.npy", "--stamp", "16", "--ellipticity", "banana"))
        fits(self.path("o.fits"), np.zeros((40, 60), "f4"))
        self.assertIn("--stamp", self.run_script("fits_to_cutouts.py", self.path("o.fits"),
                                                 "--bands", "r", "--out", self.out, fails=True))

    def test_help_needs_nothing_more(self):
        with open(self.path("PIL.py"), "w") as file:
            file.write("raise ImportError")
        os.environ["PYTHONPATH"] = self.folder.name
        try:
            self.assertIn("--stamp", self.run_script("images_to_cutouts.py", "--help"))
            self.assertIn("python3-pil", self.run_script("images_to_cutouts.py", self.folder.name,
                                                         "--out", self.out, fails=True))
        finally:
            del os.environ["PYTHONPATH"]

    def test_fits(self):
        cubes = np.random.default_rng(2).normal(size=(3, 2, 21, 21)).astype("f4")
        files = [self.path(f"{i}.fits") for i in range(3)]
        for path, cube in zip(files, cubes):
            fits(path, cube, scale=0.262)
        with open(self.path("t.csv"), "w") as file:
            file.write("file,e1,e2,z\n2.fits,0.2,0,1\n0.fits,0.0,0,1\n1.fits,0.1,0,1\n")
        self.run_script("fits_to_cutouts.py", *files, "--bands", "g,r", "--stamp", "16", "--table",
                        self.path("t.csv"), "--out", self.out)
        with h5py.File(self.out) as file:
            np.testing.assert_array_equal(file["images"][2], cubes[2, :, 2:18, 2:18])
            np.testing.assert_allclose(file["e1"][:], [0, 0.1, 0.2])
        self.assertAlmostEqual(self.inspect()["pixel_scale_arcsec"], 0.262, places=6)
        with open(files[0], "rb") as whole, open(self.path("cut.fits"), "wb") as file:
            file.write(whole.read(3000))
        said = self.run_script("fits_to_cutouts.py", self.path("cut.fits"), "--bands", "g,r",
                               "--out", self.path("o.h5"), fails=True)
        self.assertIn("ends before", said)

    def test_fits_band_by_band(self):
        for band, value in (("g", 1), ("r", 2)):
            fits(self.path(f"7_{band}.fits"), np.full((16, 16), value, "i2"))
        self.run_script("fits_to_cutouts.py", "--pattern", self.path("7_{band}.fits"), "--bands",
                        "g,r", "--out", self.out)
        with h5py.File(self.out) as file:
            self.assertEqual(file["images"][0, 1, 3, 3], 2)

    @unittest.skipUnless(importlib.util.find_spec("PIL"), "python3-pil is missing")
    def test_pictures(self):
        from PIL import Image
        for name in ("spiral/a.png", "smooth/b.png"):
            os.makedirs(os.path.dirname(self.path("p/" + name)), exist_ok=True)
            pixels = np.zeros((20, 20, 3), "u1")
            pixels[0] = 200  # the top row
            Image.fromarray(pixels).save(self.path("p/" + name))
        self.run_script("images_to_cutouts.py", self.path("p"), "--out", self.out)
        with h5py.File(self.out) as file:
            self.assertEqual(list(file["images"][0, 0, :, 0]), [0] * 19 + [200])
            self.assertEqual([name.decode() for name in file["class"][:]], ["smooth", "spiral"])
        self.assertEqual(self.inspect()["bands"], ["R", "G", "B"])

    def test_galsim(self):
        if importlib.util.find_spec("galsim"):
            self.skipTest("needs the COSMOS catalogue")
        self.assertIn("pip install galsim",
                      self.run_script("galsim_to_cutouts.py", "--out", self.out, fails=True))


unittest.main(argv=[sys.argv[0], "-v"])
