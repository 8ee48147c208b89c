"""
Writes src/test-bed/fixtures/forms: small functions of PyTorch as its exporters write them, with gradients of autograd.

    python packages/onnx/scripts/test_bed/forms.py

Each is a function of one input whose first axis is exported as a symbolic batch where PyTorch can. Inputs and cotangents follow the
formula of weights.py, so that only graphs and gradients are stored.
"""

import contextlib
import io
import json
import logging
import sys
import warnings
from pathlib import Path

import onnx
import torch
import torch.nn.functional as F
from torch import nn

from export import strip
from weights import fill, hashed

FOLDER = Path(__file__).parents[2] / "src" / "test-bed" / "fixtures" / "forms"
EXPORTERS = {"traced13": (13, False), "traced": (17, False), "dynamo": (21, True)}
IMAGE = (2, 4, 6, 6)
ROWS = (2, 5, 8)


class Function(nn.Module):
    def __init__(self, call):
        super().__init__()
        self.call = call

    def forward(self, x):
        return self.call(x)


def weight(name, *shape):
    return hashed(name, shape)


class Rotary(nn.Module):
    def forward(self, x):
        _, length, width = x.shape
        rates = 1 / (100 ** (torch.arange(0, width, 2) / width))
        angles = torch.arange(length)[:, None] * rates
        cos, sin = torch.cos(angles), torch.sin(angles)
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2)


class Windows(nn.Module):
    """Shifted windows, as in Swin transformers."""

    def forward(self, x):
        batch, channels, height, width = x.shape
        x = torch.roll(x, (-1, -1), (2, 3))
        x = x.view(batch, channels, height // 3, 3, width // 3, 3)
        x = x.permute(0, 2, 4, 3, 5, 1).reshape(-1, 9, channels)
        return torch.softmax(x @ x.transpose(1, 2), -1) @ x


class SqueezeExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = nn.Conv2d(4, 2, 1), nn.Conv2d(2, 4, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(F.silu(self.down(x.mean((2, 3), keepdim=True)))))


class ChannelShuffle(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.size()
        return x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, -1, height, width) ** 2


class Standardised(nn.Module):
    """Weight standardisation: the kernel is computed at run time."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(4, 4, 3, 3))

    def forward(self, x):
        mean = self.weight.mean((1, 2, 3), keepdim=True)
        std = self.weight.std((1, 2, 3), keepdim=True)
        return F.conv2d(x, (self.weight - mean) / (std + 1e-5), padding=1)


class BatchStandardised(nn.Module):
    """Weight standardisation by batch_norm in training mode, as NFNets and BiT have it."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(6, 2, 3, 3))
        self.gain = nn.Parameter(torch.zeros(6))

    def forward(self, x):
        rows = self.weight.reshape(1, 6, -1)
        weight = F.batch_norm(rows, None, None, weight=self.gain, training=True, momentum=0.0, eps=1e-6)
        return F.conv2d(x, weight.reshape_as(self.weight), padding=1, groups=2)


def warp(**options):
    """The image bent by a field that depends on it, up to a fifth beyond its edges: gradients by the image and by the grid."""

    def call(x):
        grid = 1.2 * torch.tanh(x[:, :2, :5].permute(0, 2, 3, 1) * 1.3)
        return F.grid_sample(x, grid, **options)

    return call


def in_place(x):
    y = x.clone()
    y[:, 1] = y[:, 0] * 2
    y[:, :, 2:4] += 1
    return y * x


FORMS = {
    # Resizing and padding.
    "bilinear": (IMAGE, lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")),
    "bilinear_corners": (IMAGE, lambda x: F.interpolate(x, size=(9, 5), mode="bilinear", align_corners=True)),
    "bilinear_down": (IMAGE, lambda x: F.interpolate(x, size=(4, 3), mode="bilinear")),
    "bilinear_antialias": (IMAGE, lambda x: F.interpolate(x, size=(4, 3), mode="bilinear", antialias=True)),
    "bicubic": (IMAGE, lambda x: F.interpolate(x, scale_factor=1.5, mode="bicubic")),
    "nearest": (IMAGE, lambda x: F.interpolate(x, scale_factor=2)),
    "nearest_size": (IMAGE, lambda x: F.interpolate(x, size=(x.shape[2] * 2, x.shape[3] * 3))),
    "nearest_repeat": (IMAGE, lambda x: x.repeat_interleave(2, 2).repeat_interleave(2, 3)),
    "linear_rows": (ROWS, lambda x: F.interpolate(x, scale_factor=2, mode="linear")),
    "pad_reflect": (IMAGE, lambda x: F.pad(x, (1, 2, 3, 1), mode="reflect") ** 2),
    "pad_replicate": (IMAGE, lambda x: F.pad(x, (1, 2, 3, 1), mode="replicate") ** 2),
    "pad_circular": (IMAGE, lambda x: F.pad(x, (1, 2, 3, 1), mode="circular") ** 2),
    "pad_negative": (IMAGE, lambda x: F.pad(x, (-1, 2, 0, -2)) ** 2),
    "pixel_shuffle": (IMAGE, lambda x: F.pixel_shuffle(x, 2) ** 2),
    "pixel_unshuffle": (IMAGE, lambda x: F.pixel_unshuffle(x, 2) ** 2),
    # Pools.
    "avg_pool_ceil": (IMAGE, lambda x: F.avg_pool2d(x, 4, 3, 1, ceil_mode=True)),
    "avg_pool_uncounted": (IMAGE, lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)),
    "max_pool_dilated": (IMAGE, lambda x: F.max_pool2d(x, 2, 1, dilation=2)),
    "max_pool_ceil": (IMAGE, lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)),
    "max_pool_indices": (IMAGE, lambda x: F.max_pool2d(x, 2, return_indices=True)[0]),
    "adaptive_average": (IMAGE, lambda x: F.adaptive_avg_pool2d(x, 3)),
    "adaptive_max": (IMAGE, lambda x: F.adaptive_max_pool2d(x, 1)),
    "lp_pool": (IMAGE, lambda x: F.lp_pool2d(x, 2, 2)),
    "generalised_mean": (IMAGE, lambda x: x.clamp(min=1e-3).pow(3).mean((2, 3)).pow(1 / 3)),
    # Normalisations.
    "batch_norm": (IMAGE, lambda: nn.BatchNorm2d(4)),
    "instance_norm": (IMAGE, lambda: nn.InstanceNorm2d(4, affine=True)),
    "group_norm": (IMAGE, lambda: nn.GroupNorm(2, 4)),
    "layer_norm": (ROWS, lambda: nn.LayerNorm(8)),
    "layer_norm_bare": (ROWS, lambda: nn.LayerNorm(8, elementwise_affine=False)),
    "layer_norm_channels": (IMAGE, lambda x: F.layer_norm(x.permute(0, 2, 3, 1), (4,)).permute(0, 3, 1, 2)),
    "rms_norm": (ROWS, lambda: nn.RMSNorm(8)),
    "local_response": (IMAGE, lambda x: F.local_response_norm(x, 3, 0.1)),
    "unit_length": (ROWS, lambda x: F.normalize(x, dim=-1)),
    "unit_length_1": (ROWS, lambda x: F.normalize(x, p=1, dim=1)),
    "pixel_norm": (IMAGE, lambda x: x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)),
    "minibatch_std": (IMAGE, lambda x: torch.cat([x, x.std(1, keepdim=True).expand(-1, 1, -1, -1)], 1)),
    "weight_standardised": (IMAGE, lambda: Standardised()),
    "weight_batch_standardised": (IMAGE, lambda: BatchStandardised()),
    # Convolutions.
    "conv_1d": (ROWS, lambda: nn.Conv1d(5, 3, 3, 2, 1)),
    "conv_dilated": (IMAGE, lambda: nn.Conv2d(4, 6, 3, padding=2, dilation=2, groups=2)),
    "conv_same": (IMAGE, lambda: nn.Conv2d(4, 3, 4, padding="same")),
    "conv_reflect": (IMAGE, lambda: nn.Conv2d(4, 3, 3, padding=1, padding_mode="reflect")),
    "conv_transposed": (IMAGE, lambda: nn.ConvTranspose2d(4, 2, 3, 2, 1, output_padding=1, groups=2)),
    "conv_transposed_1d": (ROWS, lambda: nn.ConvTranspose1d(5, 3, 4, 2, 1)),
    "conv_3d": ((2, 2, 4, 4, 4), lambda: nn.Conv3d(2, 3, 3, 2, 1)),
    "grid_bilinear": (IMAGE, lambda x: warp(align_corners=False)(x)),
    "grid_bilinear_border": (IMAGE, lambda x: warp(padding_mode="border", align_corners=True)(x)),
    "grid_bilinear_reflection": (IMAGE, lambda x: warp(padding_mode="reflection", align_corners=False)(x)),
    "grid_bicubic": (IMAGE, lambda x: warp(mode="bicubic", align_corners=True)(x)),
    "grid_bicubic_border": (IMAGE, lambda x: warp(mode="bicubic", padding_mode="border", align_corners=False)(x)),
    "grid_bicubic_reflection": (IMAGE, lambda x: warp(mode="bicubic", padding_mode="reflection", align_corners=True)(x)),
    "grid_nearest": (IMAGE, lambda x: warp(mode="nearest", padding_mode="reflection", align_corners=False)(x)),
    "grid_affine": (IMAGE, lambda x: F.grid_sample(x, F.affine_grid(weight("affine", 1, 2, 3), (1, 4, 5, 7), align_corners=False).expand(x.shape[0], -1, -1, -1), align_corners=False)),
    "fold": ((2, 18, 9), lambda x: F.fold(x * x, (6, 5), 3, stride=(2, 1), padding=(1, 0))),
    "unfold": (IMAGE, lambda x: F.unfold(x, 3, padding=1) ** 2),
    "squeeze_excite": (IMAGE, lambda: SqueezeExcite()),
    "moved_axis": (IMAGE, lambda x: torch.movedim(torch.movedim(x, 1, -1) * weight("moved", 4), -1, 1) ** 2),
    "channel_shuffle": (IMAGE, lambda: ChannelShuffle()),
    # Attention.
    "attention_layer": (ROWS, lambda: nn.MultiheadAttention(8, 2, batch_first=True)),
    "encoder_layer": (ROWS, lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu")),
    "attention_causal": (ROWS, lambda x: F.scaled_dot_product_attention(*[x[:, None]] * 3, is_causal=True)),
    "attention_masked": (ROWS, lambda x: F.scaled_dot_product_attention(*[x[:, None]] * 3, attn_mask=weight("mask", 5, 5))),
    "windows": (IMAGE, lambda: Windows()),
    "rotary": (ROWS, lambda: Rotary()),
    "einsum_heads": (ROWS, lambda x: torch.einsum("bij,bkj->bik", x, x)),
    "einsum_ellipsis": (ROWS, lambda x: torch.einsum("...i,oi->...o", x, weight("einsum", 3, 8))),
    "bilinear_form": (ROWS, lambda x: torch.baddbmm(x.new_ones(1, 5, 5), x, x.transpose(1, 2), beta=0.5, alpha=2)),
    # Activations.
    "gelu": (ROWS, lambda x: F.gelu(x)),
    "gelu_tanh": (ROWS, lambda x: F.gelu(x, approximate="tanh")),
    "mish": (ROWS, lambda x: F.mish(x)),
    "hardswish": (ROWS, lambda x: F.hardswish(x)),
    "hardsigmoid": (ROWS, lambda x: F.hardsigmoid(x)),
    "relu6": (ROWS, lambda x: F.relu6(x * 4)),
    "elu": (ROWS, lambda x: F.elu(x) + F.selu(x) + F.celu(x, 0.7)),
    "softplus": (ROWS, lambda x: F.softplus(x, beta=2) + F.logsigmoid(x) + F.softsign(x)),
    "shrink": (ROWS, lambda x: F.hardshrink(x) + F.softshrink(x) + F.tanhshrink(x)),
    "glu": (ROWS, lambda x: F.glu(x)),
    "prelu": (ROWS, lambda: nn.PReLU()),
    "log_softmax": (ROWS, lambda x: F.log_softmax(x, 1)),
    "threshold": (ROWS, lambda x: F.threshold(x, 0.3, 20.0)),
    # Reductions and element-wise.
    "std": (ROWS, lambda x: x.std(-1)),
    "variance": (ROWS, lambda x: torch.var(x, (1, 2), correction=0)),
    "product": (ROWS, lambda x: x.prod(-1)),
    "norms": (ROWS, lambda x: x.norm(dim=-1) + x.norm(p=1, dim=-1) + x.logsumexp(-1)),
    "extremes": (ROWS, lambda x: x.amax(-1) - x.amin(-1) + x.max(-1)[0]),
    "cumulative": (ROWS, lambda x: x.cumsum(1) ** 2),
    "cosine": (ROWS, lambda x: F.cosine_similarity(x[:, :1], x, dim=-1)),
    "distance": (ROWS, lambda x: (x[:, :, None] - x[:, None]).square().sum(-1).add(1e-3).sqrt()),
    "angles": (ROWS, lambda x: torch.atan2(x[:, 1:], x[:, :-1])),
    "remainder": (ROWS, lambda x: torch.remainder(x, 0.7) + torch.fmod(x, 0.6)),
    "clamp": (ROWS, lambda x: x.clamp(-0.5, 0.8) + torch.minimum(x, -x)),
    "powers": (ROWS, lambda x: x.pow(3) + x.abs().pow(0.3) + x.abs().log1p() + torch.expm1(x)),
    "lerp": (ROWS, lambda x: torch.lerp(x, x.flip(1), 0.3)),
    # Moving elements.
    "top_k": (ROWS, lambda x: x.topk(3, dim=-1)[0]),
    "sort": (ROWS, lambda x: x.sort(dim=-1)[0]),
    "gather": (ROWS, lambda x: x.gather(1, x.argsort(1))),
    "take": (ROWS, lambda x: torch.index_select(x, 1, torch.tensor([3, 0, 0])) * x[:, [1, 1, 2]]),
    "scatter_add": (ROWS, lambda x: torch.zeros_like(x).scatter_add(1, x.argsort(1), x * x)),
    "in_place": (ROWS, in_place),
    "masked": (ROWS, lambda x: x.masked_fill(x > 0.5, 0.1) + torch.where(x > 0, x * x, x)),
    "roll_flip": (ROWS, lambda x: torch.roll(x, 2, -1) * x.flip(-1)),
    "triangles": (ROWS, lambda x: torch.tril(x) - torch.triu(x, 2)),
    "pieces": (ROWS, lambda x: torch.cat([p * at for at, p in enumerate(x.chunk(3, -1))], -1)),
    "unbind_stack": (ROWS, lambda x: torch.stack([r * r for r in x.unbind(1)], -1)),
    "views": (ROWS, lambda x: x.unsqueeze(1).expand(-1, 3, -1, -1).flatten(1, 2).view(x.size(0), 3, -1)),
    "repeat": (ROWS, lambda x: x.repeat(1, 2, 1) * x.tile(2, 1)),
    "coordinates": (IMAGE, lambda x: x * torch.stack(torch.meshgrid(torch.linspace(-1, 1, 6), torch.linspace(-1, 1, 6), indexing="ij")).sum(0)),
    "strided": (IMAGE, lambda x: x[:, :, ::2, 1::2] * x[:, :, 1::2, ::2]),
    "squeeze_pool": (IMAGE, lambda x: x.mean((2, 3), keepdim=True).squeeze()),
    "squeeze_axis": (IMAGE, lambda x: F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(2)),
    "one_hot": (ROWS, lambda x: F.one_hot(x.argmax(-1), 8).float() * x),
    "half": (ROWS, lambda x: x @ weight("half", 8, 3).half().float()),
    "double": (ROWS, lambda x: (x.double() ** 2).float()),
}


def module_of(make):
    module = make() if make.__code__.co_argcount == 0 else Function(make)
    if isinstance(module, nn.MultiheadAttention):
        attention = fill(module).requires_grad_(False)
        return Function(lambda x: attention(x, x, x, need_weights=False)[0])
    return fill(module)


def export(name, exporter, shape, module):
    opset, is_dynamo = EXPORTERS[exporter]
    path = FOLDER / f"{name}.{exporter}.onnx"
    dynamic = {"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)} if is_dynamo else {"dynamic_axes": {"x": {0: "batch"}}}
    options = {"input_names": ["x"], "output_names": ["y"], "opset_version": opset, "dynamo": is_dynamo}
    if is_dynamo:
        options |= {"external_data": False, "verbose": False}
    torch.onnx.export(module, (hashed("example", (3, *shape[1:])),), path, **options, **dynamic)
    model = onnx.load(path)
    strip(model)
    onnx.save(model, path)


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.ERROR)
    FOLDER.mkdir(exist_ok=True, parents=True)
    index = FOLDER / "index.json"
    facts = json.loads(index.read_text()) if index.exists() else {}
    for name in sys.argv[1:] or FORMS:
        shape, make = FORMS[name]
        torch.manual_seed(0)
        exporters = []
        for exporter in EXPORTERS:
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    export(name, exporter, shape, module_of(make))
                exporters.append(exporter)
            except Exception as error:
                (FOLDER / f"{name}.{exporter}.onnx").unlink(missing_ok=True)
                print(name, exporter, str(error).splitlines()[:1], flush=True)
        x = hashed(f"{name}.input", shape).requires_grad_()
        y = module_of(make)(x)
        (gradient,) = torch.autograd.grad(y, x, hashed(f"{name}.cotangent", tuple(y.shape)))
        rounded = [float(f"{value:.7g}") for value in gradient.flatten().tolist()]
        facts[name] = {"shape": list(shape), "output": list(y.shape), "exporters": exporters, "gradient": rounded}
    index.write_text(json.dumps({k: facts[k] for k in FORMS if k in facts}) + "\n")


if __name__ == "__main__":
    main()
