"""Weights of PyTorch's modules by the formula of formula.py."""

import torch

from formula import numbers


def hashed(name, shape):
    """The float32 tensor of this name and shape."""
    return torch.from_numpy(numbers(name, shape))


def fill(module):
    """Sets every parameter and buffer of a module, in evaluation mode, by its name."""
    module.eval()
    with torch.no_grad():
        for name, value in [*module.named_parameters(), *module.named_buffers()]:
            if not name.endswith(("num_batches_tracked", "lowpass")):
                value.copy_(hashed(name, tuple(value.shape)))
    return module
