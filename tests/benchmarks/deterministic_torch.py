"""The deterministic network of Shearbench in PyTorch: the peer it is compared with.

Images are float32 (batch, 6, 64, 64), targets (batch, 3): e1, e2, redshift. The trunk is
BatchNorm(6), then for each number of filters: conv 3x3 SAME, PReLU, conv 3x3 SAME stride 2,
PReLU. A dense layer gives 9 numbers: 3 means and the 6 entries, row by row, of a lower
triangular scale whose diagonal is softplus(x) + 1e-5. "SAME" is TensorFlow's: at stride 2 on an
even size no padding before and 1 after.
check_torch.py compares this module with the golden file.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

PAPER_FILTERS = (32, 64, 128, 256)
DIAGONAL_FLOOR = 1e-5


class ElementPReLU(nn.Module):
    """PReLU with one slope per element (channel, row, column), started at 0.

    relu(x) - slope * relu(-x) is faster on a CPU than where(x > 0, x, slope * x). The slopes
    are four-dimensional so that .to(memory_format=channels_last) reorders them too.
    """

    def __init__(self, channels, rows, columns):
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(1, channels, rows, columns))

    def forward(self, x):
        return F.relu(x) - self.slope * F.relu(-x)


class DownConv(nn.Conv2d):
    """3x3 convolution of stride 2 with TensorFlow's SAME padding for even sizes (0, 1)."""

    def __init__(self, channels_in, channels_out):
        super().__init__(channels_in, channels_out, 3, stride=2)

    def forward(self, x):
        return super().forward(F.pad(x, (0, 1, 0, 1)))


class DeterministicNetwork(nn.Module):
    """Cutout -> the 9 parameters of a normal distribution in (e1, e2, redshift).

    Torch's moving variance is the unbiased one: larger than Shearbench's by 1 + 1 / (4096 batch).
    """

    def __init__(self, bands=6, size=64, filters=PAPER_FILTERS):
        super().__init__()
        self.norm = nn.BatchNorm2d(bands, eps=1e-3, momentum=0.01)
        layers = []
        channels = bands
        for count in filters:
            layers += [nn.Conv2d(channels, count, 3, padding=1), ElementPReLU(count, size, size)]
            size //= 2
            layers += [DownConv(count, count), ElementPReLU(count, size, size)]
            channels = count
        self.trunk = nn.Sequential(*layers)
        self.dense = nn.Linear(channels * size * size, 9)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, images):
        return self.dense(self.trunk(self.norm(images)).flatten(1))


def negative_log_likelihood(output, target):
    """-log p(target) of each image under N(mean, L L^T); output holds mean and L's rows."""
    d0, d1, d2 = (target - output[:, :3]).unbind(1)
    l00, l10, l11, l20, l21, l22 = output[:, 3:].unbind(1)
    l00 = F.softplus(l00) + DIAGONAL_FLOOR
    l11 = F.softplus(l11) + DIAGONAL_FLOOR
    l22 = F.softplus(l22) + DIAGONAL_FLOOR
    z0 = d0 / l00
    z1 = (d1 - l10 * z0) / l11
    z2 = (d2 - l20 * z0 - l21 * z1) / l22
    return (0.5 * (z0 * z0 + z1 * z1 + z2 * z2) + torch.log(l00) + torch.log(l11) + torch.log(l22)
            + 1.5 * math.log(2 * math.pi))


class TrainingLoss(nn.Module):
    """Network and mean loss in one module, which can be traced as a whole."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images, targets):
        return negative_log_likelihood(self.network(images), targets).mean()


def adam(network, learning_rate=1e-3):
    """Kingma & Ba's algorithm 1 with the paper's epsilon."""
    return torch.optim.Adam(network.parameters(), lr=learning_rate, betas=(0.9, 0.999), eps=1e-7)
