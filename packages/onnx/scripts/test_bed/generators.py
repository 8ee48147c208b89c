"""The generators of the test bed in PyTorch, except StyleGAN2, with the parameter names of src/test-bed."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Dcgan64(nn.Module):
    def __init__(self):
        super().__init__()
        inputs = 100
        for at, channels in enumerate([512, 256, 128, 64]):
            stride, pad = (1, 0) if at == 0 else (2, 1)
            setattr(self, f"up{at}", nn.ConvTranspose2d(inputs, channels, 4, stride, pad, bias=False))
            setattr(self, f"norm{at}", nn.BatchNorm2d(channels))
            inputs = channels
        self.image = nn.ConvTranspose2d(inputs, 3, 4, 2, 1, bias=False)

    def forward(self, z):
        x = z[:, :, None, None]
        for at in range(4):
            x = F.relu(getattr(self, f"norm{at}")(getattr(self, f"up{at}")(x)))
        return torch.tanh(self.image(x))


def pixel_norm(x):
    return x / torch.sqrt(torch.mean(x * x, dim=1, keepdim=True) + 1e-8)


class ScaledConv(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.unit_weight = nn.Parameter(torch.zeros(channels, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.scale = math.sqrt(2 / (inputs * 9))

    def forward(self, x):
        x = F.conv2d(x, self.unit_weight * self.scale, self.bias, padding=1)
        return pixel_norm(F.leaky_relu(x, 0.2))


class Progressive64(nn.Module):
    CHANNELS = [256, 256, 128, 64, 32]

    def __init__(self):
        super().__init__()
        self.start = nn.Linear(256, 256 * 16)
        inputs = 256
        for at, channels in enumerate(self.CHANNELS):
            block = nn.Module()
            if at > 0:
                block.conv0 = ScaledConv(inputs, channels)
            block.conv1 = ScaledConv(channels, channels)
            setattr(self, f"block{at}", block)
            inputs = channels
        self.image = nn.Conv2d(inputs, 3, 1)

    def forward(self, z):
        x = self.start(pixel_norm(z)).reshape(-1, 256, 4, 4)
        x = pixel_norm(F.leaky_relu(x, 0.2))
        for at in range(len(self.CHANNELS)):
            block = getattr(self, f"block{at}")
            if at > 0:
                x = block.conv0(F.interpolate(x, scale_factor=2, mode="nearest"))
            x = block.conv1(x)
        return self.image(x)


def group_norm(channels):
    return nn.GroupNorm(8, channels, eps=1e-6)


class DecoderBlock(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.norm1 = group_norm(inputs)
        self.conv1 = nn.Conv2d(inputs, channels, 3, padding=1)
        self.norm2 = group_norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.short = nn.Identity() if inputs == channels else nn.Conv2d(inputs, channels, 1)

    def forward(self, x):
        y = self.conv1(F.silu(self.norm1(x)))
        return self.short(x) + self.conv2(F.silu(self.norm2(y)))


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = group_norm(channels)
        for part in ["q", "k", "v", "out"]:
            setattr(self, part, nn.Conv2d(channels, channels, 1))

    def forward(self, x):
        batch, channels, height, width = x.shape
        normal = self.norm(x)
        q, k, v = [part(normal).reshape(batch, channels, height * width) for part in (self.q, self.k, self.v)]
        scores = torch.bmm(q.transpose(1, 2), k) * (1 / math.sqrt(channels))
        mixed = torch.bmm(v, torch.softmax(scores, dim=2).transpose(1, 2))
        return x + self.out(mixed.reshape(batch, channels, height, width))


class LatentDecoder64(nn.Module):
    LEVELS = [128, 64, 64, 32]

    def __init__(self):
        super().__init__()
        self.post_quant = nn.Conv2d(4, 4, 1)
        self.conv_in = nn.Conv2d(4, 128, 3, padding=1)
        self.mid = nn.Module()
        self.mid.block1 = DecoderBlock(128, 128)
        self.mid.attention = Attention(128)
        self.mid.block2 = DecoderBlock(128, 128)
        inputs = 128
        for level, channels in enumerate(self.LEVELS):
            up = nn.Module()
            up.block = DecoderBlock(inputs, channels)
            if level + 1 < len(self.LEVELS):
                up.enlarge = nn.Conv2d(channels, channels, 3, padding=1)
            setattr(self, f"up{level}", up)
            inputs = channels
        self.norm_out = group_norm(inputs)
        self.conv_out = nn.Conv2d(inputs, 3, 3, padding=1)

    def forward(self, latent):
        x = self.conv_in(self.post_quant(latent.reshape(-1, 4, 8, 8)))
        x = self.mid.block2(self.mid.attention(self.mid.block1(x)))
        for level in range(len(self.LEVELS)):
            up = getattr(self, f"up{level}")
            x = up.block(x)
            if level + 1 < len(self.LEVELS):
                x = up.enlarge(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return self.conv_out(F.silu(self.norm_out(x)))
