"""How wide a Bayesian network's epistemic posteriors are, by how many galaxies it was trained on.

    epistemic_width.py --cli build/release/app/cli/shearbench-cli --data galaxies.h5 \
                       --sizes 300 800 0 --epochs 30 --out study

Trains a Bayesian network on so many of the file's training galaxies (0: all of them), each with as
many steps as the largest has, and predicts the validation and test galaxies, the same for all, with
100 weight draws. Writes study/epistemic_width.csv, .json and .svg; the runs stay in study/,
finished ones are not trained again. The width of a galaxy is the root of the mean of the epistemic
variances of e1 and e2, its error the distance of the posterior mean from the true (e1, e2).
"""

import argparse
import csv
import json
import math
import pathlib
import subprocess

import h5py
import numpy as np


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cli", required=True, help="shearbench-cli")
    parser.add_argument("--data", required=True, help="HDF5 file of cutouts")
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 800, 0],
                        help="training galaxies; 0: all")
    parser.add_argument("--epochs", type=int, default=30, help="of the largest")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--options", default="", help="further options of train, in one text")
    parser.add_argument("--out", required=True, help="folder")
    return parser.parse_args()


def run(*words):
    print(" ".join(map(str, words)), flush=True)
    subprocess.run([str(word) for word in words], check=True)


def is_done(folder):
    state = folder / "state.json"
    return state.exists() and json.loads(state.read_text()).get("state") == "done"


def rank(values):
    ranks = np.empty(len(values))
    ranks[np.argsort(values)] = np.arange(len(values))
    return ranks



def write_rows(source, rows, target):
    """The file of cutouts with these rows alone."""
    with h5py.File(source) as whole, h5py.File(target, "w") as part:
        count = max(item.shape[0] for item in whole.values() if isinstance(item, h5py.Dataset))
        for name, item in whole.items():
            if isinstance(item, h5py.Dataset) and item.shape[:1] == (count,):
                part[name] = item[rows]
                part[name].attrs.update(item.attrs)
        part.attrs.update(whole.attrs)


def judge(file):
    with h5py.File(file) as predictions:
        mean, total = predictions["mean"][:], predictions["covariance"][:]
        epistemic, aleatoric = predictions["epistemic"][:], predictions["aleatoric"][:]
        truth = np.stack([predictions["label"][name][:] for name in ("e1", "e2")], 1)
    error = np.hypot(*(mean[:, :2] - truth).T)
    width, aleatoric = (np.sqrt((c[:, 0, 0] + c[:, 1, 1]) / 2) for c in (epistemic, aleatoric))
    whole = np.sqrt((total[:, 0, 0] + total[:, 1, 1]) / 2)
    tenths = np.array_split(np.argsort(width), 10)
    return {
        "held_back_galaxies": len(mean),
        "epistemic_width": float(width.mean()),
        "epistemic_width_standard_error": float(width.std() / math.sqrt(len(width))),
        "epistemic_width_median": float(np.median(width)),
        "aleatoric_width": float(aleatoric.mean()),
        "total_width": float(whole.mean()),
        "rms_error_a_component": float(np.sqrt((error**2).mean() / 2)),
        "correlation_with_error": float(np.corrcoef(width, error)[0, 1]),
        "rank_correlation_with_error": float(np.corrcoef(rank(width), rank(error))[0, 1]),
        "tenths": [{"epistemic_width": float(width[part].mean()),
                    "rms_error_a_component": float(np.sqrt((error[part]**2).mean() / 2))}
                   for part in tenths],
    }


def best_validation(folder):
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    best = min(records, key=lambda record: record["validation_loss"])
    return {"best_epoch": best["epoch"], "epochs": len(records),
            "validation_nll": best["validation_loss"],
            "validation_draws": best.get("validation_draws", 0)}


def study(arguments, folder):
    split_file = folder / "split.json"
    run(arguments.cli, "inspect", arguments.data, "--split", split_file)
    split = json.loads(split_file.read_text())
    held_back = folder / "held_back.h5"
    write_rows(arguments.data, sorted(split["validation"] + split["test"]), held_back)
    most = len(split["train"])
    results = []
    for size in sorted(min(size, most) if size else most for size in arguments.sizes):
        for seed in arguments.seeds:
            where = folder / f"n{size}_s{seed}"
            if not is_done(where):
                run(arguments.cli, "train", "--data", arguments.data, "--network", "bayesian",
                    "--training-images", size, "--seed", seed, "--threads", arguments.threads,
                    "--epochs", round(arguments.epochs * most / size), "--resume", "--out", where,
                    *arguments.options.split())
            predictions = where / "predictions.h5"
            run(arguments.cli, "predict", "--run", where, "--data", held_back, "--draws",
                arguments.draws, "--threads", arguments.threads, "--out", predictions)
            results.append({"training_galaxies": size, "seed": seed, **best_validation(where),
                            **judge(predictions)})
    return results


class Chart:
    """Points on logarithmic axes, as a piece of an SVG."""

    def __init__(self, left, title, x_name, y_name, xs, ys):
        self.left, self.pieces = left, []
        self.range = [self.around(xs), self.around(ys)]
        self.text(left + 170, 22, title, "middle", 600)
        self.text(left + 170, 352, x_name, "middle")
        self.pieces.append(f'<text transform="translate({left + 12},175) rotate(-90)" '
                           f'text-anchor="middle">{y_name}</text>')
        self.pieces.append(f'<rect x="{left + 60}" y="36" width="250" height="280" fill="none" '
                           'stroke="#888"/>')
        for axis, apart in ((0, 36), (1, 24)):
            last = None
            for tick in reversed(self.ticks(axis)):
                if last is None or abs(self.place(axis, tick) - last) >= apart:
                    self.tick(axis, tick)
                    last = self.place(axis, tick)

    @staticmethod
    def around(values):
        low, high = math.log(min(values)), math.log(max(values))
        margin = max(0.12 * (high - low), 0.05)
        return low - margin, high + margin

    def place(self, axis, value):
        low, high = self.range[axis]
        part = (math.log(value) - low) / (high - low)
        return self.left + 60 + 250 * part if axis == 0 else 316 - 280 * part

    def ticks(self, axis):
        low, high = (math.exp(value) for value in self.range[axis])
        for mantissas in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9),
                          tuple(1 + i / 10 for i in range(90))):
            found = [m * 10.0**p for p in range(-6, 8) for m in mantissas
                     if low <= m * 10.0**p <= high]
            if len(found) >= 3:
                return found[::max(1, len(found) // 5)]
        return found

    def tick(self, axis, value):
        at = self.place(axis, value)
        if axis == 0:
            self.pieces.append(f'<path d="M{at:.1f} 316v4" stroke="#888"/>')
            self.text(at, 334, f"{value:g}", "middle")
        else:
            self.pieces.append(f'<path d="M{self.left + 60} {at:.1f}h-4" stroke="#888"/>')
            self.text(self.left + 53, at + 4, f"{value:.3g}", "end")

    def text(self, x, y, words, anchor, weight=400):
        self.pieces.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                           f'font-weight="{weight}">{words}</text>')

    def points(self, xs, ys, colour, bars=None):
        for i, (x, y) in enumerate(zip(xs, ys)):
            if bars:
                top, bottom = (self.place(1, max(y + sign * bars[i], 1e-9)) for sign in (1, -1))
                self.pieces.append(f'<path d="M{self.place(0, x):.1f} {top:.1f}V{bottom:.1f}" '
                                   f'stroke="{colour}" stroke-width="1.5"/>')
            self.pieces.append(f'<circle cx="{self.place(0, x):.1f}" cy="{self.place(1, y):.1f}" '
                               f'r="3.5" fill="{colour}"/>')

    def line(self, xs, ys, colour, dashes="none"):
        path = " ".join(f"{self.place(0, x):.1f},{self.place(1, y):.1f}" for x, y in zip(xs, ys))
        self.pieces.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                           f'stroke-width="1.5" stroke-dasharray="{dashes}"/>')


def figure(results, file):
    colours = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
    sizes = sorted({r["training_galaxies"] for r in results})
    means = [np.mean([r["epistemic_width"] for r in results if r["training_galaxies"] == size])
             for size in sizes]
    widths = Chart(0, "Epistemic width of (e1, e2)", "training galaxies", "mean width",
                   [r["training_galaxies"] for r in results],
                   [r["epistemic_width"] for r in results])
    widths.line(sizes, means, "#444")
    for result in results:
        widths.points([result["training_galaxies"]], [result["epistemic_width"]],
                      colours[sizes.index(result["training_galaxies"]) % len(colours)],
                      [result["epistemic_width_standard_error"]])
    tenths = [t for r in results for t in r["tenths"]]
    errors = Chart(340, "Error by epistemic width (tenths)", "mean epistemic width",
                   "RMS error a component", [t["epistemic_width"] for t in tenths],
                   [t["rms_error_a_component"] for t in tenths])
    for result in results:
        colour = colours[sizes.index(result["training_galaxies"]) % len(colours)]
        xs = [t["epistemic_width"] for t in result["tenths"]]
        ys = [t["rms_error_a_component"] for t in result["tenths"]]
        errors.line(xs, ys, colour, "3 3")
        errors.points(xs, ys, colour)
    for i, size in enumerate(sizes):
        errors.text(640, 300 - 16 * i, f"{size} galaxies", "end")
        errors.pieces.append(f'<circle cx="645" cy="{296 - 16 * i}" r="3.5" '
                             f'fill="{colours[i % len(colours)]}"/>')
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="680" height="362" '
                    'font-family="Inter, sans-serif" font-size="12">'
                    '<rect width="680" height="362" fill="#fff"/>'
                    + "".join(widths.pieces + errors.pieces) + "</svg>\n")


def main():
    arguments = parse_arguments()
    folder = pathlib.Path(arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    results = study(arguments, folder)
    document = {"data": pathlib.Path(arguments.data).name, "draws": arguments.draws,
                "options": arguments.options, "results": results}
    (folder / "epistemic_width.json").write_text(json.dumps(document, indent=1) + "\n")
    with open(folder / "epistemic_width.csv", "w", newline="") as file:
        names = [name for name in results[0] if name != "tenths"]
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(results)
    figure(results, folder / "epistemic_width.svg")
    for r in results:
        print(f"{r['training_galaxies']:6} galaxies, seed {r['seed']}: epistemic width "
              f"{r['epistemic_width']:.4f} +- {r['epistemic_width_standard_error']:.4f}, "
              f"correlation with the error {r['correlation_with_error']:.3f} (ranks "
              f"{r['rank_correlation_with_error']:.3f}), validation NLL {r['validation_nll']:.3f}")


if __name__ == "__main__":
    main()
