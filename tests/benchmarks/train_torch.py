"""Trains the deterministic network in PyTorch on a Shearbench HDF5 file of galaxy cutouts.

    train_torch.py --data galsim_lsst_isolated.h5 --epochs 30 --batch 8 --seed 1 --out results.json

Galaxies of one COSMOS parent (cosmos_ident) stay on one side of the split. --split FILE.json takes
the rows instead ({"train": [...], "validation": [...], "test": [...]}) so that another program can
train on the same ones; --write-split saves those drawn here.
"""

import argparse
import json
import math
import time

import h5py
import numpy as np
import torch

from deterministic_torch import DeterministicNetwork, adam, negative_log_likelihood


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", help="results as JSON")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1, help="weights, order and augmentation")
    parser.add_argument("--split-seed", type=int, default=1, help="of the split by galaxies")
    parser.add_argument("--split", help="JSON file with the rows of each part")
    parser.add_argument("--write-split", help="save the rows of each part here")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=3e-4, help="the peak")
    parser.add_argument("--schedule", choices=("constant", "cosine"), default="cosine")
    parser.add_argument("--final-fraction", type=float, default=0.01,
                        help="last learning rate over the peak (cosine)")
    parser.add_argument("--warmup", type=int, default=500,
                        help="steps of linear warm-up, at most a tenth of all steps")
    parser.add_argument("--clip", type=float, default=100.0, help="gradient norm, 0 for none")
    parser.add_argument("--normalisation", choices=("none", "asinh"), default="asinh")
    parser.add_argument("--no-augmentation", action="store_true")
    parser.add_argument("--stop-after", type=int, default=0,
                        help="stop after this many epochs of the schedule (0: none)")
    return parser.parse_args()


def load(path, normalisation):
    """Images as the network sees them, targets (e1, e2, redshift), the group of each row."""
    with h5py.File(path, "r") as file:
        images = file["images"][:].astype(np.float32, copy=False)
        targets = np.stack([file[name][:] for name in ("e1", "e2", "redshift")], axis=1)
        groups = file["cosmos_ident"][:]
        sigma = np.sqrt(file.attrs["sky_level_e_per_pixel"]).astype(np.float32)
    if normalisation == "asinh":
        images /= sigma[:, None, None]
        np.arcsinh(images, out=images)
    return torch.from_numpy(images), torch.from_numpy(targets.astype(np.float32)), groups


def split_by_group(groups, seed):
    """80 / 10 / 10 per cent of the groups, in a random order."""
    distinct = np.unique(groups)
    np.random.default_rng(seed).shuffle(distinct)
    first, second = round(0.8 * len(distinct)), round(0.9 * len(distinct))
    parts = {"train": distinct[:first], "validation": distinct[first:second],
             "test": distinct[second:]}
    return {name: np.flatnonzero(np.isin(groups, part)).tolist() for name, part in parts.items()}


def augment(images, targets, generator):
    """Turns each image by a random multiple of 90 degrees and flips half of them.

    A turn by 90 degrees takes (e1, e2) to (-e1, -e2), a left-right flip takes e2 to -e2.
    """
    turns = torch.randint(4, (len(images),), generator=generator)
    flips = torch.randint(2, (len(images),), generator=generator).bool()
    images, targets = images.clone(), targets.clone()
    for turn in range(1, 4):
        chosen = turns == turn
        images[chosen] = torch.rot90(images[chosen], turn, (2, 3))
    targets[:, :2] *= (1 - 2 * (turns % 2)).unsqueeze(1)
    images[flips] = images[flips].flip(3)
    targets[flips, 1] *= -1
    return images, targets


def learning_rate(step, steps, options):
    """Linear warm-up to the peak, then constant or a half cosine to the final fraction."""
    warmup = min(options.warmup, steps // 10)
    if step < warmup:
        return options.learning_rate * (step + 1) / warmup
    if options.schedule == "constant":
        return options.learning_rate
    progress = (step - warmup) / max(1, steps - warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * progress))
    return options.learning_rate * (options.final_fraction + (1 - options.final_fraction) * cosine)


@torch.no_grad()
def evaluate(network, images, targets):
    """Mean and median NLL and the RMS errors in prediction mode, and the NLL of each image."""
    network.eval()
    output = torch.cat([network(chunk) for chunk in images.split(64)])
    nll = negative_log_likelihood(output, targets)
    rms = (output[:, :3] - targets).square().mean(0).sqrt().tolist()
    return {"nll": nll.mean().item(), "median_nll": nll.median().item(),
            "rms_e1": rms[0], "rms_e2": rms[1], "rms_redshift": rms[2]}, nll.tolist()


def gaussian_nll(train, validation):
    """NLL of one Gaussian fitted to the training labels: what a blind network reaches."""
    train, validation = train.double(), validation.double()
    offset = train - train.mean(0)
    gaussian = torch.distributions.MultivariateNormal(train.mean(0),
                                                      offset.T @ offset / len(train))
    return -gaussian.log_prob(validation).mean().item()


def main():
    options = parse_arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)

    images, targets, groups = load(options.data, options.normalisation)
    if options.split:
        with open(options.split) as file:
            split = json.load(file)
    else:
        split = split_by_group(groups, options.split_seed)
    if options.write_split:
        with open(options.write_split, "w") as file:
            json.dump(split, file)
    parts = {name: (images[rows], targets[rows]) for name, rows in split.items()}
    train_images, train_targets = parts["train"]
    gaussian = gaussian_nll(train_targets, parts["validation"][1])
    print("rows", {name: len(rows) for name, rows in split.items()},
          f"Gaussian of the labels: validation NLL {gaussian:.3f}", flush=True)

    network = DeterministicNetwork()
    optimiser = adam(network, options.learning_rate)
    batches = len(train_images) // options.batch
    steps = options.epochs * batches
    history = []
    step = 0
    begin = time.perf_counter()
    for epoch in range(1, (options.stop_after or options.epochs) + 1):
        network.train()
        losses, norms = [], []
        order = torch.randperm(len(train_images), generator=generator)
        for rows in order[:batches * options.batch].split(options.batch):
            batch, wanted = train_images[rows], train_targets[rows]
            if not options.no_augmentation:
                batch, wanted = augment(batch, wanted, generator)
            optimiser.param_groups[0]["lr"] = learning_rate(step, steps, options)
            optimiser.zero_grad(set_to_none=True)
            loss = negative_log_likelihood(network(batch), wanted).mean()
            loss.backward()
            norms.append(torch.nn.utils.clip_grad_norm_(
                network.parameters(), options.clip or math.inf).item())
            optimiser.step()
            losses.append(loss.item())
            step += 1
        record = {"epoch": epoch, "train_nll": float(np.mean(losses)),
                  "worst_batch_nll": max(losses), "median_gradient_norm": float(np.median(norms)),
                  "worst_gradient_norm": max(norms), "seconds": time.perf_counter() - begin,
                  "validation": evaluate(network, *parts["validation"])[0]}
        history.append(record)
        checked = record["validation"]
        print(f"epoch {epoch:3d}  train {record['train_nll']:9.3f} (worst batch "
              f"{max(losses):9.2f}, gradient {record['median_gradient_norm']:6.1f} / "
              f"{max(norms):9.1f})  validation {checked['nll']:9.3f} (median "
              f"{checked['median_nll']:7.3f})  rms e1 {checked['rms_e1']:.4f} e2 "
              f"{checked['rms_e2']:.4f} z {checked['rms_redshift']:.4f}  "
              f"{record['seconds']:6.0f} s", flush=True)
    test, test_nll = evaluate(network, *parts["test"])
    print("test", {name: round(value, 4) for name, value in test.items()}, flush=True)
    if options.out:
        with open(options.out, "w") as file:
            json.dump({"options": vars(options), "gaussian_nll": gaussian, "history": history,
                       "test": test, "test_nll": test_nll,
                       "validation_nll": evaluate(network, *parts["validation"])[1],
                       "split": split}, file)


if __name__ == "__main__":
    main()
