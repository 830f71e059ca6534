#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the Bayesian and the generative networks beside PyTorch, in alternating blocks.

    compare_generative.py --programs build/release/tests/benchmarks --out ratios.json

Rows: training steps of the Bayesian network beside PyTorch's and beside our deterministic network's;
training steps of the autoencoder; generated galaxies, from base numbers through flow and decoder to
images, beside PyTorch that samples naively (every dimension of every flow layer from a whole pass)
and incrementally as we do. Before a block it waits until the rest of the machine is idle; blocks
during which others took more than the allowed share are marked contended and, unless too few others
remain, left out. --parts and --threads do some of it.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

from compare_steps import Program, share_of_others, busy_seconds, wait_until_idle

HERE = Path(__file__).resolve().parent
# Least ratios that are asked for, by row.
WANTED = {"bayesian / torch": 3, "vae / torch": 2, "generate / naive": 4,
          "generate / incremental": 2.5}
MOST_OF_DETERMINISTIC = 1.3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", default="build/release/tests/benchmarks",
                        help="folder of step_benchmark and generative_benchmark")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has torch")
    parser.add_argument("--parts", nargs="+", default=["bayesian", "vae", "generate"],
                        choices=("bayesian", "vae", "generate"))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count()])
    parser.add_argument("--bayesian-batches", type=int, nargs="+", default=[2, 4, 6, 8])
    parser.add_argument("--vae-batches", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 10, 100, 1000])
    parser.add_argument("--peer-variants", nargs="+", default=None,
                        help="of PyTorch's Bayesian step; default: all it has")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one block, at least")
    parser.add_argument("--idle-share", type=float, default=0.05)
    parser.add_argument("--idle-wait", type=float, default=30)
    parser.add_argument("--out", help="all blocks as JSON")
    return parser.parse_args()


class Bench:
    """Programs that are started when they are first asked."""

    def __init__(self, options):
        self.options = options
        steps = Path(options.programs) / "step_benchmark"
        self.commands = {
            "deterministic": [steps, "deterministic"],
            "bayesian": [steps, "bayesian"],
            "torch bayesian": [options.python, HERE / "step_torch.py", "bayesian"],
            "generative": [Path(options.programs) / "generative_benchmark"],
            "torch generative": [options.python, HERE / "generative_torch.py"],
        }
        self.running = {}

    def program(self, name):
        if name not in self.running:
            self.running[name] = Program(name, [str(word) for word in self.commands[name]])
        return self.running[name]

    def close(self):
        for program in self.running.values():
            program.close()

    def measure(self, name, *words):
        """One block: images a second, and whether others disturbed it."""
        program = self.program(name)
        idle = wait_until_idle(self.options)
        own = program_seconds(program)
        begin = time.monotonic(), busy_seconds()
        block = program.ask("measure", *words, self.options.seconds)
        share = share_of_others(begin, program_seconds(program) - own)
        return {**block, "contended": not idle or share > self.options.idle_share}


def program_seconds(program):
    """Processor time it has taken so far."""
    with open(f"/proc/{program.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_row(bench, contestants):
    """contestants: {label: (program, words)}, measured in turns; {label: median rate}."""
    blocks = {label: [] for label in contestants}
    for _ in range(bench.options.rounds):
        for label, (program, words) in contestants.items():
            blocks[label].append(bench.measure(program, *words))
    rates = {}
    for label, found in blocks.items():
        quiet = [block for block in found if not block["contended"]]
        used = quiet if len(quiet) >= 2 else found
        rates[label] = statistics.median(block["images_per_second"] for block in used)
    return rates, blocks


def bayesian_rows(bench, threads):
    variants = bench.options.peer_variants or bench.program("torch bayesian").ask(
        "variants")["variants"]
    for batch in bench.options.bayesian_batches:
        contestants = {name: (name, (batch, threads, "cpu"))
                       for name in ("bayesian", "deterministic")}
        contestants |= {f"torch {v}": ("torch bayesian", (batch, threads, v)) for v in variants}
        rates, blocks = measure_row(bench, contestants)
        torch = max(rate for label, rate in rates.items() if label.startswith("torch"))
        yield {"row": "bayesian step", "size": batch, "rates": rates, "blocks": blocks,
               "ratios": {"bayesian / torch": rates["bayesian"] / torch},
               "of_deterministic": rates["deterministic"] / rates["bayesian"]}


def vae_rows(bench, threads):
    for batch in bench.options.vae_batches:
        rates, blocks = measure_row(bench, {
            "vae": ("generative", (batch, threads, "vae")),
            "torch nchw": ("torch generative", (batch, threads, "vae")),
            "torch channels_last": ("torch generative", (batch, threads, "vae_channels_last"))})
        torch = max(rate for label, rate in rates.items() if label.startswith("torch"))
        yield {"row": "autoencoder step", "size": batch, "rates": rates, "blocks": blocks,
               "ratios": {"vae / torch": rates["vae"] / torch}}


def generate_rows(bench, threads):
    for count in bench.options.counts:
        ways = ("naive", "incremental")
        contestants = {"generate": ("generative", (count, threads, "generate"))}
        contestants |= {way: ("torch generative", (count, threads, way)) for way in ways}
        rates, blocks = measure_row(bench, contestants)
        yield {"row": "generation", "size": count, "rates": rates, "blocks": blocks,
               "ratios": {f"generate / {way}": rates["generate"] / rates[way] for way in ways}}


def print_row(threads, row):
    words = [", ".join(f"{label} {rate:.4g}" for label, rate in row["rates"].items())]
    for name, ratio in row["ratios"].items():
        verdict = "" if ratio >= WANTED[name] else ", short of it"
        words.append(f"{name} {ratio:.2f} ({WANTED[name]:g} wanted{verdict})")
    if "of_deterministic" in row:
        words.append(f"{row['of_deterministic']:.2f} times the deterministic step"
                     f" (at most {MOST_OF_DETERMINISTIC:g} wanted at batch 8)")
    contended = sum(block["contended"] for found in row["blocks"].values() for block in found)
    words += [f"{contended} blocks contended"] if contended else []
    print(f"{row['row']:16} {row['size']:5d}, {threads} threads: " + "; ".join(words), flush=True)


def main():
    options = parse_arguments()
    bench = Bench(options)
    makers = {"bayesian": bayesian_rows, "vae": vae_rows, "generate": generate_rows}
    rows = []
    print(f"images/s, median of {options.rounds} blocks")
    for threads in dict.fromkeys(options.threads):
        for part in options.parts:
            for row in makers[part](bench, threads):
                print_row(threads, row)
                rows.append({"threads": threads, **row})
    bench.close()
    if options.out:
        Path(options.out).write_text(json.dumps({"options": vars(options), "rows": rows},
                                                indent=1) + "\n")


if __name__ == "__main__":
    main()
