"""The numbers of the test bed by a formula of name and position, without a framework: the twin of src/test-bed/weights.ts."""

import math

import numpy as np

BY_SUFFIX = {
    "running_var": (1, 0.5),
    "running_mean": (0, 0.1),
    "bias": (0, 0.1),
    "slope": (0.25, 0.05),
    "strength": (0.1, 0.05),
    "offset": (1, 0.2),
}


def numbers(name, shape):
    """The float32 array of this name and shape."""
    centre, spread = _distribution(name, shape)
    count = math.prod(shape)
    at = np.arange(1, count + 1, dtype=np.uint32)
    with np.errstate(over="ignore"):
        z = np.uint32(_name_hash(name)) + at * np.uint32(0x9E3779B9)
        z = (z ^ (z >> np.uint32(16))) * np.uint32(0x21F0AAAD)
        z = (z ^ (z >> np.uint32(15))) * np.uint32(0x735A2D97)
        z = z ^ (z >> np.uint32(15))
    values = centre + spread * (z.astype(np.float64) / 2**31 - 1)
    return values.astype(np.float32).reshape(shape)


def _distribution(name, shape):
    suffix = name.rsplit(".", 1)[-1]
    if suffix == "weight" and len(shape) == 1:
        return 1, 0.2
    if suffix == "weight":
        return 0, math.sqrt(3 / math.prod(shape[1:]))
    return BY_SUFFIX.get(suffix, (0, math.sqrt(3)))


def _name_hash(name):
    value = 0x811C9DC5
    for character in name.encode("ascii"):
        value = ((value ^ character) * 0x01000193) & 0xFFFFFFFF
    return value
