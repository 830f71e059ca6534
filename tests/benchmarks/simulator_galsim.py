#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets the simulator beside GalSim (pip install galsim).

    simulator_galsim.py time [--simulator PATH/simulator_benchmark] [--count 200]
    simulator_galsim.py population --table sed_flux_table.csv [--count 20000]

"time" measures GalSim's way to a six-band noisy stamp, one thread, in processor time: chromatic
(a spectrum seen through each band), achromatic (six draws) and the shortcut of one draw scaled to
six bands; then runs simulator_benchmark for the same in ours. "population" draws single Sersic
galaxies of the simulator's population with GalSim and prints the percentiles that
tests/core/data/simulator/population_test.cpp holds the simulator to. The table has lines
"sed,z,u,g,r,i,z,y": electrons a second for one in F814W.
"""
import argparse
import subprocess
import time

import galsim
import numpy as np

SKY = np.array([884, 12746, 65329, 93565, 126597, 145354], float)
COEFF = np.array([7302.697, 10432.4243, 23994.576, 23994.576, 20864.8487, 20864.8487])
ZERO_POINT_R = 36.89673895
PERCENTS = [5, 25, 50, 75, 95]


def draw_population(count, rng):
    """galsim.md's recommended population, before the cut in r."""
    low, high = 10 ** (0.33 * 18.5), 10 ** (0.33 * 25.2)
    m = np.log10(rng.uniform(low, high, count)) / 0.33
    z0 = 0.464 + 0.084 * (m - 22.5)
    z = np.clip(z0 * rng.gamma(2, 1, count) ** (2 / 3), 0.02, 4)
    hlr = np.clip(10 ** (-0.494 - 0.112 * (m - 22.5) + 0.22 * rng.normal(size=count)), 0.04, 3)
    kind = rng.uniform(size=count)
    lognormal = np.clip(0.84 * 10 ** (0.18 * rng.normal(size=count)), 0.3, 6)
    n = np.where(kind < 0.8, lognormal,
                 np.where(kind < 0.88, rng.uniform(1.5, 3, count), rng.uniform(3, 6, count)))
    g = np.minimum(rng.beta(1.5, 3.2, count), 0.9)
    angle = rng.uniform(0, 2 * np.pi, count)
    return {"m": m, "z": z, "hlr": hlr, "n": n, "g": g, "angle": angle,
            "dx": rng.uniform(-0.1, 0.1, count), "dy": rng.uniform(-0.1, 0.1, count)}


def read_table(path):
    table = {}
    for line in open(path):
        parts = line.strip().split(",")
        if not line.startswith("#") and parts[0] != "sed":
            table.setdefault(parts[0], []).append([float(x) for x in parts[1:]])
    return {name: np.array(rows) for name, rows in table.items()}


def band_flux(p, table, band):
    def rate(name):
        rows = table[name]
        return np.exp(np.interp(p["z"], rows[:, 0], np.log(rows[:, 1 + band])))
    seen = np.where(p["n"] < 1.5, rate("Scd"), np.where(p["n"] < 3, rate("Sbc"), rate("E")))
    return COEFF[band] * 10 ** (-0.4 * (p["m"] - 25.94)) * seen


def profile(p, i, flux=1.0, n=None):
    # GalSim tabulates every Sersic index it meets; steps of 0.05 keep that quick.
    index = round(min(max(p["n"][i], 0.3), 6.2) * 20) / 20 if n is None else n
    galaxy = galsim.Sersic(n=index, half_light_radius=p["hlr"][i], flux=flux)
    g = p["g"][i]
    return galaxy.shear(g1=g * np.cos(p["angle"][i]), g2=g * np.sin(p["angle"][i])).shift(
        p["dx"][i], p["dy"][i])


def population(args):
    rng = np.random.default_rng(args.seed)
    table = read_table(args.table)
    p = draw_population(2 * args.count, rng)
    keep = ZERO_POINT_R - 2.5 * np.log10(band_flux(p, table, 2)) < 25.32
    p = {name: values[keep][:args.count] for name, values in p.items()}
    flux = band_flux(p, table, 2)
    psf = galsim.Kolmogorov(fwhm=0.65)
    snr = []
    for i in range(len(flux)):
        s = galsim.Convolve(profile(p, i, flux[i]), psf).drawImage(nx=64, ny=64, scale=0.2).array
        snr.append(np.sqrt((s ** 2 / (s + SKY[2])).sum()))
    print(f"{len(snr)} galaxies drawn by GalSim {galsim.__version__}; percentiles {PERCENTS}")
    distortion = 2 * p["g"] / (1 + p["g"] ** 2)
    for name, values in (("F814W", p["m"]), ("z", p["z"]), ("hlr", p["hlr"]),
                         ("distortion", distortion), ("log10 flux r", np.log10(flux)),
                         ("log10 flux i", np.log10(band_flux(p, table, 3))), ("SNR r", snr)):
        print(f"{name:14}", np.percentile(values, PERCENTS).round(3))


def rate(what, count, work):
    times = []
    for _ in range(4):  # the first fills GalSim's tables and is not counted
        start = time.process_time()
        for i in range(count):
            work(i)
        times.append(time.process_time() - start)
    seconds = np.median(times[1:])
    print(f"GalSim, {what:46} {count / seconds:8.0f} a second and core, "
          f"{1e3 * seconds / count:7.2f} ms each")


def timing(args):
    p = draw_population(args.count, np.random.default_rng(args.seed))
    psf = galsim.Kolmogorov(fwhm=0.65)
    rng = galsim.BaseDeviate(1)
    bands = [galsim.Bandpass(f"LSST_{b}.dat", wave_type="nm").thin(1e-4) for b in "ugrizy"]
    spectrum = galsim.SED("CWW_Sbc_ext.sed", wave_type="Ang", flux_type="flambda")
    noises = [galsim.PoissonNoise(rng, sky_level=sky) for sky in SKY]

    def chromatic(i):
        galaxy = galsim.Convolve(
            profile(p, i) * spectrum.atRedshift(p["z"][i]).withFlux(1e5, bands[2]), psf)
        for band, noise in zip(bands, noises):
            galaxy.drawImage(band, nx=64, ny=64, scale=0.2).addNoise(noise)

    def achromatic(i):
        galaxy = galsim.Convolve(profile(p, i, 1e5), psf)
        for noise in noises:
            galaxy.drawImage(nx=64, ny=64, scale=0.2).addNoise(noise)

    def scaled(i):
        image = galsim.Convolve(profile(p, i, 1e5), psf).drawImage(nx=64, ny=64, scale=0.2)
        for noise in noises:
            (image * 0.5).addNoise(noise)

    print(f"GalSim {galsim.__version__}, {args.count} single Sersic galaxies, indices in steps of "
          "0.05, tables warm")
    rate("chromatic, six bands and noise", args.count, chromatic)
    rate("achromatic, six draws and noise", args.count, achromatic)
    rate("achromatic, one draw scaled to six, and noise", args.count, scaled)
    if args.simulator:
        print("Ours, a third of the galaxies with bulge and disk")
        subprocess.run([args.simulator], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("time")
    one.add_argument("--simulator", help="our simulator_benchmark, to run beside it")
    one.add_argument("--count", type=int, default=200)
    one.set_defaults(run=timing)
    one = commands.add_parser("population")
    one.add_argument("--table", required=True)
    one.add_argument("--count", type=int, default=20000)
    one.set_defaults(run=population)
    for command in commands.choices.values():
        command.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
