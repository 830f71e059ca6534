"""Times PyTorch's training step of a network: forward, loss, backward, Adam.

The network is the first argument, deterministic (without one) or bayesian; where the second is
"predict", the deterministic network's outputs in evaluation mode are timed instead.

A peer for alternating measurements. It reads commands on standard input and answers each with one
line of JSON on standard output:

    measure <batch> <threads> <variant> <seconds>    times steps for that long
    prepare <batch> <threads> <variant>              builds and warms up only
    variants                                         lists the variants
    quit

Variants: nchw, channels_last, jit_nchw, jit_channels_last ("jit": network and loss traced by
torch.jit.trace) and, from PyTorch 2 on, compile_nchw, compile_channels_last (torch.compile). A
model is built and warmed up (untimed) at its first use and kept. Without a driver:

    printf 'measure 8 2 nchw 2\\nquit\\n' | python3 step_torch.py

The answer of measure: images_per_second from the median wall time of a step,
images_per_cpu_second from the process's CPU time over the whole window (all threads), wall_seconds
and cpu_seconds of the window, steps, and the loss after the last step.
"""

import json
import statistics
import sys
import time

import torch

from bayesian_torch import BayesianLoss, make_bayesian
from deterministic_torch import DeterministicNetwork, TrainingLoss, adam

VARIANTS = ("nchw", "channels_last", "jit_nchw", "jit_channels_last")
if hasattr(torch, "compile"):
    # One network a row: past torch's usual limit it would go on uncompiled.
    torch._dynamo.config.recompile_limit = 1000
    VARIANTS += ("compile_nchw", "compile_channels_last")
WARM_UP_STEPS = 5


class Step:
    """One network with its optimiser and a fixed random batch."""

    def __init__(self, batch, variant, bayesian, predict):
        if variant not in VARIANTS:
            raise ValueError(f"unknown variant {variant}")
        torch.manual_seed(1)
        self.images = torch.randn(batch, 6, 64, 64)
        self.targets = 0.2 * torch.randn(batch, 3)
        network = DeterministicNetwork().train()
        if bayesian:
            make_bayesian(network)
        if variant.endswith("channels_last"):
            network = network.to(memory_format=torch.channels_last)
            self.images = self.images.contiguous(memory_format=torch.channels_last)
        self.predict = predict
        if predict:
            self.network = network.eval()
            if variant.startswith("jit"):
                self.network = torch.jit.freeze(torch.jit.trace(self.network, self.images))
            elif variant.startswith("compile"):
                self.network = torch.compile(self.network, dynamic=False)
            return
        self.optimiser = adam(network, 1e-4)
        self.loss = BayesianLoss(network, 8000) if bayesian else TrainingLoss(network)
        if variant.startswith("jit"):
            # Without its check, which would compare two runs and move the averages twice.
            self.loss = torch.jit.trace(self.loss, (self.images, self.targets),
                                        check_trace=False)
        elif variant.startswith("compile"):
            self.loss = torch.compile(self.loss, dynamic=False)

    def run(self):
        if self.predict:
            with torch.inference_mode():
                return self.network(self.images).sum()
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss(self.images, self.targets)
        loss.backward()
        self.optimiser.step()
        return loss


class Peer:
    def __init__(self, bayesian, predict):
        self.bayesian = bayesian
        self.predict = predict
        self.steps = {}

    def prepare(self, batch, threads, variant):
        torch.set_num_threads(threads)
        key = batch, threads, variant
        if key not in self.steps:
            self.steps[key] = Step(batch, variant, self.bayesian, self.predict)
            for _ in range(WARM_UP_STEPS):
                self.steps[key].run()
        return self.steps[key]

    def measure(self, batch, threads, variant, seconds):
        step = self.prepare(batch, threads, variant)
        step.run()
        durations = []
        cpu_begin = time.process_time()
        begin = previous = time.perf_counter()
        while previous - begin < seconds or not durations:
            loss = step.run()
            now = time.perf_counter()
            durations.append(now - previous)
            previous = now
        cpu = time.process_time() - cpu_begin
        return {"batch": batch, "threads": threads, "variant": variant, "steps": len(durations),
                "images_per_second": batch / statistics.median(durations),
                "images_per_cpu_second": batch * len(durations) / cpu,
                "wall_seconds": previous - begin, "cpu_seconds": cpu, "loss": loss.item()}

    def answer(self, words):
        command, *arguments = words
        if command == "variants" and not arguments:
            return {"variants": VARIANTS, "torch": torch.__version__}
        if command == "prepare" and len(arguments) == 3:
            self.prepare(int(arguments[0]), int(arguments[1]), arguments[2])
            return {"ready": arguments}
        if command == "measure" and len(arguments) == 4:
            return self.measure(int(arguments[0]), int(arguments[1]), arguments[2],
                                float(arguments[3]))
        raise ValueError("not a command: " + " ".join(words))


def main():
    peer = Peer("bayesian" in sys.argv[1:], "predict" in sys.argv[1:])
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        if words == ["quit"]:
            break
        try:
            answer = peer.answer(words)
        except (ValueError, RuntimeError) as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
