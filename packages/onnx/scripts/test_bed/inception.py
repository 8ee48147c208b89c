"""Inception-ResNet of the FaceNet type in PyTorch, with the parameter names of src/test-bed."""

import torch
import torch.nn.functional as F
from torch import nn

from recognisers import ConvNorm


def basic(inputs, channels, **options):
    return ConvNorm(inputs, channels, "relu", eps=1e-3, **options)


class Residual(nn.Module):
    """x + scale · (1x1 convolution of the joined branches)."""

    def __init__(self, channels, branches, scale, is_active=True):
        super().__init__()
        self.scale = scale
        self.is_active = is_active
        self.branches = []
        width = 0
        for branch in branches:
            names = []
            inputs = channels
            for name, outputs, kernel in branch:
                setattr(self, name, basic(inputs, outputs, kernel=kernel))
                names.append(name)
                inputs = outputs
            self.branches.append(names)
            width += inputs
        self.join = nn.Conv2d(width, channels, 1)

    def forward(self, x):
        results = []
        for names in self.branches:
            y = x
            for name in names:
                y = getattr(self, name)(y)
            results.append(y)
        y = self.join(torch.cat(results, 1))
        y = x + (y if self.scale == 1 else y * self.scale)
        return F.relu(y) if self.is_active else y


def block35():
    return Residual(
        256,
        [[("a", 32, 1)], [("b0", 32, 1), ("b1", 32, 3)], [("c0", 32, 1), ("c1", 32, 3), ("c2", 32, 3)]],
        0.17,
    )


def block17():
    return Residual(896, [[("a", 128, 1)], [("b0", 128, 1), ("b1", 128, (1, 7)), ("b2", 128, (7, 1))]], 0.1)


def block8(scale, is_active):
    branches = [[("a", 192, 1)], [("b0", 192, 1), ("b1", 192, (1, 3)), ("b2", 192, (3, 1))]]
    return Residual(1792, branches, scale, is_active)


class ReduceA(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = basic(256, 384, stride=2, pad=0)
        self.b0 = basic(256, 192, kernel=1)
        self.b1 = basic(192, 192)
        self.b2 = basic(192, 256, stride=2, pad=0)

    def forward(self, x):
        return torch.cat([self.a(x), self.b2(self.b1(self.b0(x))), F.max_pool2d(x, 3, 2)], 1)


class ReduceB(nn.Module):
    def __init__(self):
        super().__init__()
        for branch in "abc":
            setattr(self, f"{branch}0", basic(896, 256, kernel=1))
        self.a1 = basic(256, 384, stride=2, pad=0)
        self.b1 = basic(256, 256, stride=2, pad=0)
        self.c1 = basic(256, 256)
        self.c2 = basic(256, 256, stride=2, pad=0)

    def forward(self, x):
        a, b = self.a1(self.a0(x)), self.b1(self.b0(x))
        return torch.cat([a, b, self.c2(self.c1(self.c0(x))), F.max_pool2d(x, 3, 2)], 1)


class InceptionResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem1 = basic(3, 32, stride=2, pad=0)
        self.stem2 = basic(32, 32, pad=0)
        self.stem3 = basic(32, 64)
        self.stem4 = basic(64, 80, kernel=1)
        self.stem5 = basic(80, 192, pad=0)
        self.stem6 = basic(192, 256, stride=2, pad=0)
        self.block35 = nn.Sequential(*[block35() for _ in range(5)])
        self.reduce_a = ReduceA()
        self.block17 = nn.Sequential(*[block17() for _ in range(10)])
        self.reduce_b = ReduceB()
        self.block8 = nn.Sequential(*[block8(0.2, True) for _ in range(5)])
        self.block8_last = block8(1, False)
        self.embed = nn.Linear(1792, 512, bias=False)
        self.embed_bn = nn.BatchNorm1d(512, eps=1e-3)

    def forward(self, x):
        x = F.max_pool2d(self.stem3(self.stem2(self.stem1(x))), 3, 2)
        x = self.stem6(self.stem5(self.stem4(x)))
        x = self.reduce_b(self.block17(self.reduce_a(self.block35(x))))
        x = self.block8_last(self.block8(x))
        x = torch.flatten(F.adaptive_avg_pool2d(x, 1), 1)
        return F.normalize(self.embed_bn(self.embed(x)))
