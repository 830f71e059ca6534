#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares Shearbench's training step with PyTorch's, in alternating blocks.

    compare_steps.py --ours build/release/tests/benchmarks/step_benchmark --out results.json

Starts both programs (each reads commands and answers in JSON, see their heads) and, for each number
of threads and batch size, times every variant of both in turn, round after round. Before a block it
waits until the rest of the machine is idle; a block during which other processes took more than the
allowed share of the processor is marked contended and, unless too few others remain, left out.

With one thread the rate can be taken from the process's CPU time (--rate cpu), which other
processes disturb little; otherwise it is that of the median wall time of a step.

Our variants are devices, "cpu", of which the processor can be held to narrower instructions,
"cpu-avx2" and "cpu-plain", or to convolutions by their definition, "cpu-direct"; each runs in a
program of its own. --task predict compares predictions instead: the latency at batch 1.

Prints, for each row, the median of each program's blocks, their spread (half the distance between
the quartiles, relative), what share of the processor's multiply-add rate, measured between the
blocks, the layers' definitions would take at that rate (Winograd's algorithm takes less), and the
ratio of our first variant's rate to the fastest PyTorch variant's; then those of our others.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = {"": {}, "avx2": {"SHEARBENCH_ISA": "avx2"},
                "plain": {"SHEARBENCH_ISA": "baseline"},
                "direct": {"SHEARBENCH_CONVOLUTION": "direct"}}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", default="build/release/tests/benchmarks/step_benchmark")
    parser.add_argument("--peer", default=str(HERE / "step_torch.py"))
    parser.add_argument("--network", choices=("deterministic", "bayesian"),
                        default="deterministic")
    parser.add_argument("--task", choices=("step", "predict"), default="step")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has torch")
    parser.add_argument("--batches", type=int, nargs="+", default=[2, 4, 8, 10, 12, 14, 64])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count()])
    parser.add_argument("--our-variants", nargs="+", default=["cpu"])
    parser.add_argument("--peer-variants", nargs="+", help="default: all it has")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one block")
    parser.add_argument("--rate", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--idle-share", type=float, default=0.05,
                        help="of one core that others may use")
    parser.add_argument("--idle-wait", type=float, default=30, help="longest wait, in seconds")
    parser.add_argument("--out", help="all blocks as JSON")
    return parser.parse_args()


class Program:
    """One that is measured, kept running."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, **(environment or {})})

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} stopped while asked: {' '.join(map(str, words))}")
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(f"{self.name}: {answer['error']}")
        return answer

    def close(self):
        self.process.communicate("quit\n")


def busy_seconds():
    """CPU seconds spent by the whole machine since it started, except waiting."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def share_of_others(begin, own_cpu_seconds):
    """Of one core, since begin = (time, busy seconds)."""
    passed = time.monotonic() - begin[0]
    return max(0.0, busy_seconds() - begin[1] - own_cpu_seconds) / passed


def wait_until_idle(options):
    """Whether the rest of the machine became idle in time."""
    deadline = time.monotonic() + options.idle_wait
    while True:
        begin = time.monotonic(), busy_seconds()
        time.sleep(0.3)
        # A tick of the clock may be counted against an idle machine.
        if share_of_others(begin, 0.02) <= options.idle_share:
            return True
        if time.monotonic() > deadline:
            return False


class Contestant:
    """A variant of a program."""

    def __init__(self, program, variant):
        self.program = program
        self.variant = variant

    def ask(self, command, batch, threads, *more):
        device = self.variant.split("-")[0]
        return self.program.ask(command, batch, threads, device, *more)


def start_ours(options):
    """Our variants; those of one environment share a program."""
    programs, contestants = {}, []
    for variant in options.our_variants:
        _, _, environment = variant.partition("-")
        if environment not in ENVIRONMENTS:
            known = ", ".join(filter(None, ENVIRONMENTS))
            sys.exit(f"{variant}: after the device may stand {known}")
        if environment not in programs:
            programs[environment] = Program(
                "shearbench", [options.ours, options.network, options.task],
                ENVIRONMENTS[environment])
        contestants.append(Contestant(programs[environment], variant))
    return contestants


def measure(options, contestant, batch, threads):
    contestant.ask("prepare", batch, threads)
    idle = wait_until_idle(options)
    begin = time.monotonic(), busy_seconds()
    block = contestant.ask("measure", batch, threads, options.seconds)
    # The step before the timed window runs inside this interval too.
    own = block["cpu_seconds"] * (block["steps"] + 1) / block["steps"]
    share = share_of_others(begin, own)
    return {**block, "program": contestant.program.name, "variant": contestant.variant,
            "others": share, "contended": not idle or share > options.idle_share}


def rates(options, blocks):
    """Of the quiet blocks if there are at least two, else of all."""
    quiet = [block for block in blocks if not block["contended"]]
    key = "images_per_cpu_second" if options.rate == "cpu" else "images_per_second"
    return [block[key] for block in (quiet if len(quiet) >= 2 else blocks)], len(quiet)


def summarise(options, blocks):
    """One entry for each variant: median rate, spread, number of quiet blocks."""
    result = {}
    for name in dict.fromkeys((block["program"], block["variant"]) for block in blocks):
        values, quiet = rates(options, [block for block in blocks
                                        if (block["program"], block["variant"]) == name])
        quartiles = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
        middle = statistics.median(values)
        result[name] = {"rate": middle, "spread": (quartiles[2] - quartiles[0]) / 2 / middle,
                        "quiet": quiet}
    return result


def measure_row(options, contestants, ours, batch, threads):
    """All blocks of a row, and the processor's peak between them."""
    blocks, peaks = [], []
    for _ in range(options.rounds):
        peaks.append(ours.ask("peak", threads))
        blocks += [measure(options, contestant, batch, threads) for contestant in contestants]
    peak = max(peaks, key=lambda found: found["gflops"])
    summary = summarise(options, blocks)
    fastest = max(entry["rate"] for (name, _), entry in summary.items() if name == "torch")
    for entry in summary.values():
        entry["share"] = entry["rate"] * peak["gflop_per_image"] / peak["gflops"]
        entry["ratio"] = entry["rate"] / fastest
    return summary, {"batch": batch, "threads": threads, "peak_gflops": peak["gflops"],
                     "gflop_per_image": peak["gflop_per_image"], "blocks": blocks}


def print_row(summary, row):
    rates_of = ", ".join(
        f"{variant} {entry['rate']:.0f} +- {100 * entry['spread']:.0f} % ({entry['quiet']}q, "
        f"{100 * entry['share']:.0f} % of peak)" for (_, variant), entry in summary.items())
    first, *others = [(variant, entry["ratio"]) for (name, variant), entry in summary.items()
                      if name == "shearbench"]
    print(f"batch {row['batch']:3d}, {row['threads']} threads, peak {row['peak_gflops']:.0f} "
          f"GFLOP/s: {rates_of}; ratio {first[1]:.2f}"
          + "".join(f", {variant} {ratio:.2f}" for variant, ratio in others), flush=True)


def main():
    options = parse_arguments()
    contestants = start_ours(options)
    ours = contestants[0].program
    peer = Program("torch", [options.python, options.peer, options.network, options.task])
    about = {"shearbench": ours.ask("variants"), "torch": peer.ask("variants")}
    contestants += [Contestant(peer, variant)
                    for variant in options.peer_variants or about["torch"]["variants"]]
    rows = []
    print(f"images/s ({options.rate} time), median of {options.rounds} blocks +- spread; "
          "q: quiet blocks")
    for threads in dict.fromkeys(options.threads):
        for batch in options.batches:
            summary, row = measure_row(options, contestants, ours, batch, threads)
            row["ratio"] = next(entry["ratio"] for entry in summary.values())
            row["variants"] = [{"program": name, "variant": variant, **entry}
                               for (name, variant), entry in summary.items()]
            print_row(summary, row)
            rows.append(row)
    for program in dict.fromkeys(contestant.program for contestant in contestants):
        program.close()
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"programs": about, "options": vars(options), "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
