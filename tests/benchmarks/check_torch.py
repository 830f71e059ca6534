"""Compares deterministic_torch.py with the golden file in float64: loss, gradients, Adam.

    check_torch.py golden/deterministic.h5
"""

import sys

import h5py
import torch

from deterministic_torch import DeterministicNetwork, adam, negative_log_likelihood


def golden_names(network):
    """Golden name -> parameter of the network."""
    names = {"batch_norm.gamma": network.norm.weight, "batch_norm.beta": network.norm.bias,
             "dense.kernel": network.dense.weight, "dense.bias": network.dense.bias}
    for index, layer in enumerate(network.trunk):
        number = index // 2 + 1
        if index % 2:
            names[f"prelu{number}.slope"] = layer.slope
        else:
            names[f"conv{number}.kernel"] = layer.weight
            names[f"conv{number}.bias"] = layer.bias
    return names


def relative(value, wanted):
    return ((value - wanted).norm() / wanted.norm()).item()


def main():
    file = h5py.File(sys.argv[1], "r")

    def read(name):
        return torch.from_numpy(file[name][()]).double()

    network = DeterministicNetwork(6, int(file.attrs["size"]),
                                   [int(count) for count in file.attrs["filters"]]).double()
    parameters = golden_names(network)
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(read("parameter/" + name).reshape(parameter.shape))
    optimiser = adam(network, float(file.attrs["learning_rate"]))
    losses = []
    gradients = {}
    for step in range(3):
        optimiser.zero_grad()
        nll = negative_log_likelihood(network(read("input/images")), read("input/targets"))
        nll.mean().backward()
        losses.append(nll.mean().item())
        if step == 0:
            gradients = {name: relative(parameter.grad.flatten(),
                                        read("gradient/" + name).flatten())
                         for name, parameter in parameters.items()}
        optimiser.step()
    after = {name: relative(parameter.detach().flatten(),
                            read("parameter_after_adam/" + name).flatten())
             for name, parameter in parameters.items()}
    worst = {"loss": abs(losses[0] - file.attrs["loss"]),
             "gradient": max(gradients.values()),
             "adam losses":
                 (torch.tensor(losses).double() - read("adam_losses")).abs().max().item(),
             "parameters after Adam": max(after.values())}
    for name, value in worst.items():
        print(f"{name:24s} worst difference {value:.1e}")
    trainable = sum(parameter.numel() for parameter in DeterministicNetwork().parameters())
    print("trainable parameters", trainable)
    if max(worst.values()) > 1e-5 or trainable != 1517205:
        sys.exit("differs from the golden file")


if __name__ == "__main__":
    main()
