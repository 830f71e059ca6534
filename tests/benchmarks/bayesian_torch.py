"""The Bayesian network of Shearbench in PyTorch: the deterministic one with drawn kernels.

Each kernel weight of the convolutions and the dense layer is N(mean, softplus(rho)^2), drawn once a
step for the whole batch by the reparameterization trick. The loss adds the KL divergence from
N(0, 1), summed over all weights, divided by the number of training images.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from deterministic_torch import TrainingLoss


class Drawn(nn.Module):
    """Takes the place of a kernel; remembers its divergence from the prior."""

    def __init__(self, kernel):
        super().__init__()
        self.rho = nn.Parameter(torch.randn_like(kernel) * 0.1 - 9)
        self.divergence = None

    def forward(self, mean):
        deviation = F.softplus(self.rho)
        self.divergence = (0.5 * (mean * mean + deviation * deviation - 1)
                           - torch.log(deviation)).sum()
        return mean + deviation * torch.randn_like(mean)


def make_bayesian(network):
    for module in list(network.modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            fan_in = module.weight[0].numel()
            nn.init.normal_(module.weight, std=math.sqrt(2 / fan_in))
            parametrize.register_parametrization(module, "weight", Drawn(module.weight))


class BayesianLoss(TrainingLoss):
    def __init__(self, network, training_images):
        super().__init__(network)
        self.share = 1 / training_images
        self.drawn = [module for module in network.modules() if isinstance(module, Drawn)]

    def forward(self, images, targets):
        loss = super().forward(images, targets)
        return loss + self.share * sum(module.divergence for module in self.drawn)
