#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training steps beside a foreign busy process: more threads must not make them slower.

    contended_steps.py --ours build/release/tests/benchmarks/step_benchmark

For each batch size, round after round: starts a process that does nothing but count, times steps
with one thread and with several beside it, ends it, and times both once more without it. Prints the
mean time of a step (hold-ups are rare and long: a median would hide them) and, as the median over
rounds, the ratio of several threads to one beside the busy process. Blocks during which a third
party took processor time are marked and, where enough others remain, left out.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from compare_steps import Program, busy_seconds, share_of_others, wait_until_idle


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", default="build/release/tests/benchmarks/step_benchmark")
    parser.add_argument("--network", default="deterministic")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batches", type=int, nargs="+", default=[2, 8, 64])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--busy", type=int, default=1, help="foreign processes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one block")
    parser.add_argument("--idle-share", type=float, default=0.05,
                        help="of one core that third parties may use")
    parser.add_argument("--idle-wait", type=float, default=30, help="longest wait, in seconds")
    parser.add_argument("--out", help="all blocks as JSON")
    return parser.parse_args()


class BusyProcesses:
    """Each takes all of a core that it is given."""

    def __init__(self, count):
        self.processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                          for _ in range(count)]
        time.sleep(0.3 if count else 0)

    def cpu_seconds(self):
        total = 0
        for process in self.processes:
            with open(f"/proc/{process.pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def measure(options, program, batch, threads, busy):
    program.ask("prepare", batch, threads, options.device)
    begin = time.monotonic(), busy_seconds()
    before = busy.cpu_seconds()
    block = program.ask("measure", batch, threads, options.device, options.seconds)
    own = block["cpu_seconds"] * (block["steps"] + 1) / block["steps"]
    share = share_of_others(begin, own + busy.cpu_seconds() - before)
    return {**block, "busy": len(busy.processes), "others": share,
            "milliseconds": 1e3 * block["wall_seconds"] / block["steps"]}


def measure_round(options, program, batch):
    blocks = []
    for count in (options.busy, 0):
        quiet = wait_until_idle(options)
        busy = BusyProcesses(count)
        try:
            for threads in (1, options.threads):
                block = measure(options, program, batch, threads, busy)
                blocks.append({**block,
                               "contended": not quiet or block["others"] > options.idle_share})
        finally:
            busy.end()
    return blocks


def summarise(options, rounds):
    """Of the rounds without a third party, if there are at least two, else of all."""
    quiet = [blocks for blocks in rounds if not any(block["contended"] for block in blocks)]
    used = quiet if len(quiet) >= 2 else rounds

    def times(index):
        return [blocks[index]["milliseconds"] for blocks in used]

    ratios = [several / one for one, several in zip(times(0), times(1))]
    return {"one": statistics.median(times(0)), "several": statistics.median(times(1)),
            "one_alone": statistics.median(times(2)), "several_alone": statistics.median(times(3)),
            "ratio": statistics.median(ratios), "largest_ratio": max(ratios), "quiet": len(quiet)}


def main():
    options = parse_arguments()
    program = Program("shearbench", [options.ours, options.network])
    print(f"milliseconds of a step, beside {options.busy} busy process(es) and without")
    rows = []
    for batch in options.batches:
        rounds = [measure_round(options, program, batch) for _ in range(options.rounds)]
        row = {"batch": batch, "threads": options.threads, **summarise(options, rounds)}
        print(f"batch {batch:3d}: beside, 1 thread {row['one']:.2f}, {options.threads} threads "
              f"{row['several']:.2f}, ratio {row['ratio']:.2f} (largest "
              f"{row['largest_ratio']:.2f}); without, {row['one_alone']:.2f} and "
              f"{row['several_alone']:.2f} ({row['quiet']} quiet rounds)", flush=True)
        rows.append({**row, "rounds": rounds})
    program.close()
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"options": vars(options), "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main()
