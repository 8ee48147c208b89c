"""StyleGAN2 in PyTorch, weights per image in grouped convolutions, with the parameter names of src/test-bed."""

import math

import torch
import torch.nn.functional as F
from torch import nn

WIDTH = 512


class Dense(nn.Module):
    def __init__(self, inputs, features, bias):
        super().__init__()
        self.unit_weight = nn.Parameter(torch.zeros(features, inputs))
        self.bias_name = bias
        setattr(self, bias, nn.Parameter(torch.zeros(features)))
        self.scale = float(torch.tensor(1 / math.sqrt(inputs), dtype=torch.float32))

    def forward(self, x):
        return F.linear(x, self.unit_weight * self.scale, getattr(self, self.bias_name))


class Mapping(nn.Module):
    def __init__(self):
        super().__init__()
        for at in range(8):
            setattr(self, f"fc{at}", Dense(WIDTH, WIDTH, "bias"))

    def forward(self, z):
        x = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        for at in range(8):
            x = F.leaky_relu(getattr(self, f"fc{at}")(x), 0.2) * math.sqrt(2)
        return x


def sizes(x):
    """The shape as plain numbers: an exporter then writes them down instead of tracing them."""
    return [int(size) for size in x.shape]


def lowpass_taps():
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return torch.outer(taps, taps) / 64


def upfirdn(x, taps, up=1, pads=(0, 0), gain=1.0):
    """Zeros between elements, pads, a filter per channel."""
    batch, channels, height, width = sizes(x)
    if up > 1:
        x = x.reshape(batch, channels, height, 1, width, 1)
        x = F.pad(x, [0, up - 1, 0, 0, 0, up - 1]).reshape(batch, channels, height * up, width * up)
    x = F.pad(x, [pads[0], pads[1], pads[0], pads[1]])
    weight = (taps * gain)[None, None].repeat([channels, 1, 1, 1])
    return F.conv2d(x, weight, groups=channels)


def modulated_conv(x, weight, style, taps, up=False, pad=0, demodulate=True):
    batch, channels, height, width = sizes(x)
    outputs, inputs, size, _ = sizes(weight)
    w = weight.unsqueeze(0) * style.reshape(batch, 1, -1, 1, 1)
    if demodulate:
        factor = (w.square().sum(dim=[2, 3, 4]) + 1e-8).rsqrt()
        w = w * factor.reshape(batch, -1, 1, 1, 1)
    x = x.reshape(1, batch * channels, height, width)
    if up:
        w = w.transpose(1, 2).reshape(-1, outputs, size, size)
        x = F.conv_transpose2d(x, w, stride=2, groups=batch)
        x = upfirdn(x, taps, pads=(1, 1), gain=4)
    else:
        x = F.conv2d(x, w.reshape(-1, inputs, size, size), padding=pad, groups=batch)
    return x.reshape(batch, outputs, *sizes(x)[2:])


class Layer(nn.Module):
    def __init__(self, inputs, channels, resolution, up):
        super().__init__()
        self.up = up
        self.affine = Dense(WIDTH, inputs, "offset")
        self.unit_weight = nn.Parameter(torch.zeros(channels, inputs, 3, 3))
        self.noise = nn.Parameter(torch.zeros(resolution, resolution))
        self.strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("lowpass", lowpass_taps())

    def forward(self, x, w):
        x = modulated_conv(x, self.unit_weight, self.affine(w), self.lowpass, up=self.up, pad=1)
        x = x + self.noise * self.strength + self.bias.reshape([1, -1, 1, 1])
        return F.leaky_relu(x, 0.2) * math.sqrt(2)


class ToRgb(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.affine = Dense(WIDTH, inputs, "offset")
        self.unit_weight = nn.Parameter(torch.zeros(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))
        self.scale = float(torch.tensor(1 / math.sqrt(inputs), dtype=torch.float32))

    def forward(self, x, w):
        style = self.affine(w) * self.scale
        x = modulated_conv(x, self.unit_weight, style, None, demodulate=False)
        return x + self.bias.reshape([1, -1, 1, 1])


class Synthesis(nn.Module):
    def __init__(self, size, channel_base=4096):
        super().__init__()
        self.resolutions = [2**k for k in range(2, int(math.log2(size)) + 1)]
        self.register_buffer("lowpass", lowpass_taps())
        inputs = min(WIDTH, channel_base // 4)
        for resolution in self.resolutions:
            channels = min(WIDTH, channel_base // resolution)
            block = nn.Module()
            if resolution == 4:
                block.const = nn.Parameter(torch.zeros(channels, 4, 4))
            else:
                block.conv0 = Layer(inputs, channels, resolution, up=True)
            block.conv1 = Layer(channels, channels, resolution, up=False)
            block.torgb = ToRgb(channels)
            setattr(self, f"b{resolution}", block)
            inputs = channels

    def forward(self, w):
        ws = iter(w.unsqueeze(1).repeat([1, 2 * len(self.resolutions), 1]).unbind(dim=1))
        x = self.b4.const.unsqueeze(0).repeat([sizes(w)[0], 1, 1, 1])
        image = None
        for resolution in self.resolutions:
            block = getattr(self, f"b{resolution}")
            style = next(ws)
            if resolution > 4:
                x = block.conv0(x, style)
                style = next(ws)
            x = block.conv1(x, style)
            if image is not None:
                image = upfirdn(image, self.lowpass, up=2, pads=(2, 1), gain=4)
            # ToRgb shares its style with the first layer of the next resolution.
            peeked = next(ws)
            ws = iter([peeked, *ws])
            rgb = block.torgb(x, peeked)
            image = rgb if image is None else image + rgb
        return image
