#!/usr/bin/env python3
"""Draws galaxies of GalSim's COSMOS catalogue into a cutout file.

    pip install galsim && galsim_download_cosmos -s 25.2
    galsim_to_cutouts.py --count 10000 --out cosmos.h5

Parametric galaxies (a Sersic profile, or bulge and disk), turned at random, convolved with a
Kolmogorov PSF and drawn on 64 x 64 pixels in one band, with the sky's Gaussian noise unless
--noiseless. Labels: e1 and e2 are reduced shear, (1-q)/(1+q), of the Sersic fit, or the disk, after
the turn; redshift; galaxy_id, the catalogue's index, which keeps turns of one galaxy on one side of
a split. Needs the galsim package, python3-numpy and python3-h5py.
"""

import argparse
import sys

import numpy as np

from cutout_writer import CutoutWriter

SIDE = 64


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--catalogue",
                        help="file of the COSMOS catalogue; else where GalSim keeps it")
    parser.add_argument("--pixel-scale", type=float, default=0.2)
    parser.add_argument("--psf", type=float, default=0.7, help="full width at half maximum, arcsec")
    parser.add_argument("--flux-scale", type=float, default=1.0,
                        help="electrons for one of the HST images")
    parser.add_argument("--noise", type=float, default=10.0,
                        help="standard deviation of a pixel, electrons")
    parser.add_argument("--noiseless", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        import galsim
    except ImportError:
        raise ValueError("GalSim is not installed; get it with: pip install galsim") from None
    where = [options.catalogue] if options.catalogue else []
    catalogue = galsim.COSMOSCatalog(*where, use_real=False)
    random = np.random.default_rng(options.seed)
    psf = galsim.Kolmogorov(fwhm=options.psf)
    labels = {"e1": [], "e2": [], "redshift": [], "galaxy_id": [], "mag": []}
    with CutoutWriter(options.out, ["i"], SIDE, SIDE, options.pixel_scale, "electrons",
                      "(1-q)/(1+q), reduced shear") as writer:
        for index in random.integers(0, catalogue.nobjects, options.count):
            record = catalogue.getParametricRecord(int(index))
            turn = random.uniform(0, np.pi)
            galaxy = catalogue.makeGalaxy(int(index), gal_type="parametric")
            galaxy = galaxy.rotate(turn * galsim.radians)
            image = galsim.Convolve(galaxy * options.flux_scale, psf).drawImage(
                nx=SIDE, ny=SIDE, scale=options.pixel_scale).array
            if not options.noiseless:
                image = image + random.normal(0, options.noise, image.shape)
            writer.append(image[None, None])
            fit = record["bulgefit" if record["use_bulgefit"] else "sersicfit"]
            q, phi = fit[3], fit[7] + turn
            if q > 1:
                q, phi = 1 / q, phi + np.pi / 2
            size = (1 - q) / (1 + q)
            for name, value in (("e1", size * np.cos(2 * phi)), ("e2", size * np.sin(2 * phi)),
                                ("redshift", record["zphot"]), ("galaxy_id", int(index)),
                                ("mag", record["mag_auto"])):
                labels[name].append(value)
        for name, values in labels.items():
            writer.column(name, values)
        if not options.noiseless:
            writer.file.attrs["sky_sigma"] = [options.noise]
    print(f"{options.out}: {options.count} cutouts")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as problem:
        sys.exit(f"galsim_to_cutouts.py: {problem}")
