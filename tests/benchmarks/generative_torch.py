"""Times what a generative experiment does in PyTorch, beside generative_benchmark.

Reads commands on standard input and answers each with one line of JSON:

    measure <count> <threads> <what> <seconds>
    quit

What: vae or vae_channels_last (training steps with batches of <count> images), naive (that many
galaxies, each dimension of each flow layer from a whole pass), incremental (each hidden unit
computed once, when its inputs exist). The answer: images_per_second from the median wall time of
one.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn

LATENT, HIDDEN, LAYERS = 32, 256, 8


class Prelu(nn.Module):
    """One slope an element."""

    def __init__(self, *shape):
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1, *shape))

    def forward(self, x):
        return torch.relu(x) - self.slope * torch.relu(-x)


class StridedConvolution(nn.Module):
    """3x3, stride 2, a row and a column of zeros behind the image."""

    def __init__(self, channels, filters):
        super().__init__()
        self.convolution = nn.Conv2d(channels, filters, 3, 2)

    def forward(self, x):
        return self.convolution(nn.functional.pad(x, (0, 1, 0, 1)))


class UpConvolution(nn.Module):
    """Its adjoint: n -> 2 n rows."""

    def __init__(self, channels, filters):
        super().__init__()
        self.convolution = nn.ConvTranspose2d(channels, filters, 3, 2)

    def forward(self, x):
        return self.convolution(x)[:, :, :-1, :-1]


class Vae(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels, size = [nn.BatchNorm2d(6, 1e-3, 0.01)], 6, 64
        for filters in (32, 64, 128, 256):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), Prelu(filters, size, size)]
            size //= 2
            layers += [StridedConvolution(filters, filters), Prelu(filters, size, size)]
            channels = filters
        layers += [nn.Flatten(), nn.Linear(4096, 256), Prelu(256)]
        self.trunk = nn.Sequential(*layers)
        self.mean, self.scale = nn.Linear(256, LATENT), nn.Linear(256, LATENT)
        layers = [nn.Linear(LATENT, 256), Prelu(256), nn.Linear(256, 4096), Prelu(4096),
                  nn.Unflatten(1, (256, 4, 4))]
        for filters in (256, 128, 64, 32):
            size *= 2
            layers += [UpConvolution(channels, filters), Prelu(filters, size, size),
                       nn.ConvTranspose2d(filters, filters, 3, padding=1),
                       Prelu(filters, size, size)]
            channels = filters
        self.decoder = nn.Sequential(*layers, nn.Conv2d(32, 6, 3, padding=1), nn.Sigmoid())

    def loss(self, images):
        features = self.trunk(images)
        mean, scale = self.mean(features), nn.functional.softplus(self.scale(features))
        decoded = self.decoder(mean + scale * torch.randn_like(mean))
        divergence = (0.5 * (mean * mean + scale * scale - 1) - torch.log(scale)).sum()
        return ((decoded - images).square().sum() + 0.01 * divergence) / len(images)


class Made:
    """One layer of the flow; hidden units sorted by degree."""

    def __init__(self):
        degrees = torch.arange(HIDDEN) % (LATENT - 1) + 1
        degrees = degrees.sort().values
        features = torch.arange(1, LATENT + 1)
        self.ends = [int((degrees <= k).sum()) for k in range(LATENT)]
        self.w1 = 0.05 * torch.randn(HIDDEN, LATENT) * (degrees[:, None] >= features)
        self.w2 = 0.05 * torch.randn(HIDDEN, HIDDEN) * (degrees[:, None] >= degrees)
        self.w3 = 0.05 * torch.randn(2 * LATENT, HIDDEN) * (
            features.repeat_interleave(2)[:, None] > degrees)
        self.b1, self.b2 = torch.zeros(HIDDEN), torch.zeros(HIDDEN)
        self.b3 = torch.zeros(2 * LATENT)

    def naive(self, u):
        x = torch.zeros_like(u)
        for i in range(LATENT):
            hidden = nn.functional.leaky_relu(torch.addmm(self.b1, x, self.w1.T), 0.2)
            hidden = nn.functional.leaky_relu(torch.addmm(self.b2, hidden, self.w2.T), 0.2)
            out = torch.addmm(self.b3, hidden, self.w3.T)
            x[:, i] = u[:, i] * torch.exp(out[:, 2 * i + 1]) + out[:, 2 * i]
        return x

    def incremental(self, u):
        x = torch.zeros_like(u)
        hidden1, hidden2 = torch.zeros(len(u), HIDDEN), torch.zeros(len(u), HIDDEN)
        before = 0
        for i in range(LATENT):
            known = self.ends[i]
            if known > before:
                new = slice(before, known)
                hidden1[:, new] = nn.functional.leaky_relu(
                    torch.addmm(self.b1[new], x[:, :i], self.w1[new, :i].T), 0.2)
                hidden2[:, new] = nn.functional.leaky_relu(
                    torch.addmm(self.b2[new], hidden1[:, :known], self.w2[new, :known].T), 0.2)
            before = known
            pair = slice(2 * i, 2 * i + 2)
            out = torch.addmm(self.b3[pair], hidden2[:, :known], self.w3[pair, :known].T)
            x[:, i] = u[:, i] * torch.exp(out[:, 1]) + out[:, 0]
        return x


class Peer:
    def __init__(self):
        torch.manual_seed(1)
        self.vae, self.optimiser = self.make(torch.contiguous_format)
        self.others = None
        self.flow = [Made() for _ in range(LAYERS)]

    @staticmethod
    def make(layout):
        vae = Vae().to(memory_format=layout)
        return vae, torch.optim.Adam(vae.parameters(), 1e-4, eps=1e-7)

    @staticmethod
    def step(vae, optimiser, images):
        vae.train()
        optimiser.zero_grad(set_to_none=True)
        vae.loss(images).backward()
        optimiser.step()

    @torch.no_grad()
    def generate(self, count, way):
        self.vae.eval()
        images = []
        for first in range(0, count, 64):
            latent = torch.randn(min(64, count - first), LATENT)
            for layer in self.flow:
                latent = getattr(layer, way)(latent).flip(1)
            images.append(self.vae.decoder(latent))
        return torch.cat(images)

    def measure(self, count, threads, what, seconds):
        torch.set_num_threads(threads)
        if what == "vae":
            images = 0.3 * torch.randn(count, 6, 64, 64)
            run = warm_up = lambda: self.step(self.vae, self.optimiser, images)
        elif what == "vae_channels_last":
            self.others = self.others or self.make(torch.channels_last)
            images = 0.3 * torch.randn(count, 6, 64, 64)
            images = images.contiguous(memory_format=torch.channels_last)
            run = warm_up = lambda: self.step(*self.others, images)
        else:
            run = lambda: self.generate(count, what)
            warm_up = lambda: self.generate(min(count, 64), what)
        for _ in range(2):
            warm_up()
        durations, begin = [], time.perf_counter()
        while not durations or time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            run()
            durations.append(time.perf_counter() - start)
        return {"count": count, "what": what,
                "images_per_second": count / statistics.median(durations),
                "repetitions": len(durations)}


def main():
    peer = Peer()
    for line in sys.stdin:
        words = line.split()
        if words == ["quit"]:
            break
        try:
            _, count, threads, what, seconds = words
            answer = peer.measure(int(count), int(threads), what, float(seconds))
        except (ValueError, AttributeError) as problem:
            answer = {"error": f"{line.strip()}: {problem}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
