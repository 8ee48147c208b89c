"""The recognisers of the test bed in PyTorch, with the parameter names of src/test-bed."""

import torch
import torch.nn.functional as F
from torch import nn


class Prelu(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return F.prelu(x, self.slope)


def conv(inputs, outputs, kernel=3, stride=1, group=1, pad=None):
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    pad = (kernel[0] // 2, kernel[1] // 2) if pad is None else pad
    return nn.Conv2d(inputs, outputs, kernel, stride, pad, groups=group, bias=False)


class IResNetBlock(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.prelu = Prelu(channels)
        self.conv2 = conv(channels, channels, stride=stride)
        self.bn3 = nn.BatchNorm2d(channels)
        self.is_plain = stride == 1 and inputs == channels
        if not self.is_plain:
            self.down = conv(inputs, channels, 1, stride)
            self.down_bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        y = self.bn3(self.conv2(y))
        return y + (x if self.is_plain else self.down_bn(self.down(x)))


class IResNet(nn.Module):
    def __init__(self, depths):
        super().__init__()
        self.conv1 = conv(3, 64)
        self.bn1 = nn.BatchNorm2d(64)
        self.prelu = Prelu(64)
        inputs = 64
        for stage, depth in enumerate(depths):
            channels = 64 * 2**stage
            blocks = []
            for at in range(depth):
                blocks.append(IResNetBlock(inputs, channels, 2 if at == 0 else 1))
                inputs = channels
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.bn2 = nn.BatchNorm2d(512)
        self.fc = nn.Linear(512 * 7 * 7, 512)
        self.features = nn.BatchNorm1d(512)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(torch.flatten(self.bn2(x), 1)))


class ConvNorm(nn.Module):
    def __init__(self, inputs, channels, activation=None, eps=1e-5, **options):
        super().__init__()
        self.conv = conv(inputs, channels, **options)
        self.bn = nn.BatchNorm2d(channels, eps=eps)
        if activation == "prelu":
            self.prelu = Prelu(channels)
        self.activation = activation

    def forward(self, x):
        x = self.bn(self.conv(x))
        if self.activation == "prelu":
            return self.prelu(x)
        return F.relu(x) if self.activation == "relu" else x


class Bottleneck(nn.Module):
    def __init__(self, inputs, expansion, channels, stride):
        super().__init__()
        wide = inputs * expansion
        self.expand = ConvNorm(inputs, wide, "prelu", kernel=1)
        self.depth = ConvNorm(wide, wide, "prelu", stride=stride, group=wide)
        self.project = ConvNorm(wide, channels, kernel=1)
        self.is_residual = stride == 1 and inputs == channels

    def forward(self, x):
        y = self.project(self.depth(self.expand(x)))
        return x + y if self.is_residual else y


class MobileFaceNet(nn.Module):
    STAGES = [(2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1)]

    def __init__(self):
        super().__init__()
        self.stem = ConvNorm(3, 64, "prelu", stride=2)
        self.stem_depth = ConvNorm(64, 64, "prelu", group=64)
        inputs = 64
        for stage, (expansion, channels, repeats, stride) in enumerate(self.STAGES):
            blocks = []
            for at in range(repeats):
                blocks.append(Bottleneck(inputs, expansion, channels, stride if at == 0 else 1))
                inputs = channels
            setattr(self, f"stage{stage}", nn.Sequential(*blocks))
        self.wide = ConvNorm(inputs, 512, "prelu", kernel=1)
        self.whole = ConvNorm(512, 512, kernel=7, pad=0, group=512)
        self.embed = ConvNorm(512, 128, kernel=1)

    def forward(self, x):
        x = self.stem_depth(self.stem(x))
        for stage in range(len(self.STAGES)):
            x = getattr(self, f"stage{stage}")(x)
        return torch.flatten(self.embed(self.whole(self.wide(x))), 1)


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def attention(self, x):
        batch, tokens, width = x.shape
        parts = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.project(mixed.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    def __init__(self, width=192, heads=3, depth=4, patch=8):
        super().__init__()
        self.depth = depth
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.zeros(1, (112 // patch) ** 2 + 1, width))
        for at in range(depth):
            setattr(self, f"block{at}", TransformerBlock(width, heads))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.embed = nn.Linear(width, 512)

    def forward(self, image):
        tokens = self.patch(image).flatten(2).transpose(1, 2)
        first = self.class_token.expand(image.shape[0], -1, -1)
        x = torch.cat([first, tokens], dim=1) + self.position
        for at in range(self.depth):
            x = getattr(self, f"block{at}")(x)
        return self.embed(self.norm(x)[:, 0])
