#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the figures and numbers of a benchmark into the README.

usage: tests/readme_figures.py RESULTS.json [--build FOLDER]

Needs the built program, no display. Writes resources/results/time_*.svg and times.json, and,
between the two comments in README.md that name this script, the figures, what they were measured
with, and a table of times and ratios. Refuses results that other programs disturbed, unless
--disturbed is given.
"""
import argparse
import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "resources" / "results"
START, END = "<!-- begin: tests/readme_figures.py -->", "<!-- end: tests/readme_figures.py -->"
SUBJECTS = [("figure_2_deterministic", "training", "deterministic", "Deterministic network"),
            ("figure_3_bayesian", "training", "bayesian", "Bayesian network"),
            ("figure_4_generation", "generation", "generative", "Generation")]
QUIET_CORES = 0.25


def digits(value, count=4):
    """Without a power of ten: 6,277; 0.00697."""
    text = f"{value:.{count}g}"
    return f"{float(text):,.0f}" if abs(value) >= 10 ** (count - 1) else f"{float(text):g}"


def columns_of(path):
    """A figure's CSV as {head: {x: value}}; empty cells are left out."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    heads = rows[0]
    return {head: {float(row[0]): float(row[i]) for row in rows[1:] if row[i]}
            for i, head in enumerate(heads) if i > 0}


def times_table(figures, results):
    """Seconds with half the interval in percent, and how many times faster than the published."""
    published = ["Tesla V100", "Graphcore GC2"]
    own = [device["name"] for device in results["devices"]]
    lines = ["| | size | " + " | ".join(f"{name}, s" for name in published) +
             " | " + " | ".join(f"`{device['id']}`, s" for device in results["devices"]) +
             f" | V100 / `{results['devices'][0]['id']}`" +
             f" | GC2 / `{results['devices'][0]['id']}` |",
             "|---|" + "--:|" * (3 + len(published) + len(own))]
    for name, kind, _, title in SUBJECTS:
        columns = columns_of(figures / f"{name}_time.csv")
        sizes = sorted({size for device in own for size in columns.get(device, {})})
        for size in sizes:
            cells = [title if size == sizes[0] else "",
                     f"{size:g}" + (" image" + "s" * (size > 1) if kind == "generation" else "")]
            cells += [digits(columns[p][size]) if size in columns[p] else "" for p in published]
            for device in own:
                value = columns.get(device, {}).get(size)
                low = columns.get(device + ", low", {}).get(size, value)
                high = columns.get(device + ", high", {}).get(size, value)
                cells.append("" if value is None else
                             f"{digits(value)} ± {50 * (high - low) / value:.2g} %")
            base = columns.get(own[0], {}).get(size)
            cells += [f"{columns[p][size] / base:.3g}" if base and size in columns[p] else ""
                      for p in published]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def protocol_words(protocol):
    if protocol["method"] == "paper":
        return (f"{protocol['warmup_epochs']} epochs to warm up, then {protocol['epochs']} timed "
                f"ones of {protocol['images']} images; intervals of 95 %")
    return (f"quick protocol, at most {protocol['budget_seconds']:g} s a point: medians over "
            f"blocks of steps with their intervals of 95 %, scaled to {protocol['epochs']} epochs "
            f"of {protocol['images']} images")


def catalogue_words(figures, results):
    path = figures / "generation_of_cosmodc2.csv"
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    days = {row[0]: float(row[2]) for row in rows[1:]}
    words = [f"{digits(days[device['name']], 3)} days on `{device['id']}`"
             for device in results["devices"] if device["name"] in days]
    if not words:
        return []
    galaxies = rows[0][2].replace("days for ", "")
    return ["", f"At the pace of the largest number of images, {galaxies} would take "
            f"{', '.join(words)}, {digits(days['Tesla V100'], 3)} on the V100 and "
            f"{digits(days['Graphcore GC2'], 3)} on the GC2."]


def block(figures, results):
    machine, data = results["machine"], results["data"]
    governor = machine["governor"] or "unknown"
    lines = [START, ""]
    for name, _, subject, title in SUBJECTS:
        shown = "generation" if name.endswith("generation") else subject
        lines += [f"![{title}: time, and speed ratio, on this machine and as published]"
                  f"(resources/results/time_{shown}.svg)", ""]
    lines += [f"Solid: {machine['host']}, {machine['cores']} cores, {machine['system']}, clock "
              f"governor {governor}, on {results['started'][:10]}; "
              f"{protocol_words(results['protocol'])}; images of {data['channels']} x "
              f"{data['height']} x {data['width']}. Dashed: the published times of the Tesla V100 "
              "and the Graphcore GC2 (Arcelin 2021, TensorFlow, 100 epochs of 8000 images of "
              "6 x 64 x 64). The ratio is time on A over time on B; above the red line B is "
              "faster.", ""]
    lines += times_table(figures, results)
    lines += catalogue_words(figures, results)
    lines += ["", "All blocks are in [times.json](resources/results/times.json), to which your "
              "machine's are compared by `shearbench figures --results mine.json "
              "resources/results/times.json --out figures`. Made with", "",
              "```sh", re.sub(r" --(run|out) \S+", "", results["command"]) + " --out times.json",
              "tests/readme_figures.py times.json", "```", "", END]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release")
    parser.add_argument("--readme", type=Path, default=ROOT / "README.md")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the figures")
    parser.add_argument("--disturbed", action="store_true")
    options = parser.parse_args()
    results = json.loads(options.results.read_text(encoding="utf-8"))
    unfinished = [point for point in results["points"] if point["status"] == "waiting"]
    if unfinished:
        sys.exit(f"{len(unfinished)} points were not timed: resume the benchmark first.")
    foreign = max(point["foreign_cores"] for point in results["points"])
    if foreign >= QUIET_CORES and not options.disturbed:
        sys.exit(f"Other programs kept up to {foreign:.1f} processors busy; measure on an idle "
                 "machine.")
    readme = options.readme.read_text(encoding="utf-8")
    before, found, rest = readme.partition(START)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        sys.exit(f"{options.readme} does not hold the lines {START} and {END}.")
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder)
        subprocess.run([options.build / "shearbench", "figures", "--results", options.results,
                        "--out", figures], check=True, stdout=subprocess.DEVNULL)
        options.out.mkdir(parents=True, exist_ok=True)
        for name, _, subject, _ in SUBJECTS:
            shown = "generation" if name.endswith("generation") else subject
            shutil.copyfile(figures / f"{name}.svg", options.out / f"time_{shown}.svg")
        shutil.copyfile(figures / "results.json", options.out / "times.json")
        options.readme.write_text(before + block(figures, results) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
