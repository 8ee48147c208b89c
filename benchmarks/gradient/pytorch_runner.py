"""Runs a graph written by export-graph.ts in PyTorch, forward and with autograd, and says how long it took.

Reads one JSON request per line from standard input and answers each with one line:
  {"load": path} -> {"torch": version, "threads": count, "channelsLast": bool}, the fastest of its settings
  {"run": "forward" | "gradient", "repeats": n} -> {"seconds": per run, "firstRow": [...] of the last result}
Every node is bound to its PyTorch function once, so that a run does nothing but call them, as a written module would.
"""

import functools
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

THREADS = int(os.environ.get("COLLOID_BENCH_THREADS", os.cpu_count() or 1))


def spatial_pads(pads):
    """ONNX pads (begins, ends) as the pairs from the last axis on that PyTorch takes."""
    half = len(pads) // 2
    return [pads[at] for axis in reversed(range(half)) for at in (axis, axis + half)]


def convolution(attributes, constants):
    pads = attributes.get("pads") or [0] * 4
    half = len(pads) // 2
    begins, ends = pads[:half], pads[half:]
    options = {
        "stride": attributes.get("strides") or 1,
        "dilation": attributes.get("dilations") or 1,
        "groups": attributes.get("group", 1),
    }
    if begins == ends:
        return lambda x, w, b=None: F.conv2d(x, w, b, padding=begins, **options)
    return lambda x, w, b=None: F.conv2d(F.pad(x, spatial_pads(pads)), w, b, **options)


def transposed_convolution(attributes, constants):
    pads = attributes.get("pads") or [0] * 4
    half = len(pads) // 2
    if pads[:half] != pads[half:]:
        raise ValueError("a transposed convolution with uneven pads")
    options = {
        "stride": attributes.get("strides") or 1,
        "padding": pads[:half],
        "output_padding": attributes.get("output_padding") or 0,
        "groups": attributes.get("group", 1),
        "dilation": attributes.get("dilations") or 1,
    }
    return lambda x, w, b=None: F.conv_transpose2d(x, w, b, **options)


def gemm(attributes, constants):
    alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
    turn_a, turn_b = attributes.get("transA", 0), attributes.get("transB", 0)
    if alpha == 1 and beta == 1 and not turn_a:
        return lambda a, b, c=None: F.linear(a, b if turn_b else b.t(), c)

    def run(a, b, c=None):
        y = alpha * ((a.t() if turn_a else a) @ (b.t() if turn_b else b))
        return y if c is None else y + beta * c

    return run


def reshape(attributes, constants):
    dims = constants[1]

    def run(x, _):
        return x.reshape([x.shape[axis] if d == 0 else d for axis, d in enumerate(dims)])

    return run


def reduction(function):
    def bind(attributes, constants):
        axes = attributes.get("axes") or (constants[1] if len(constants) > 1 else None)
        keep = bool(attributes.get("keepdims", 1))
        return lambda x, *_: function(x, dim=axes, keepdim=keep)

    return bind


def slice_axes(attributes, constants):
    starts, ends = constants[1], constants[2]
    axes = constants[3] if len(constants) > 3 else range(len(starts))
    steps = constants[4] if len(constants) > 4 else [1] * len(starts)
    if any(step < 1 for step in steps):
        raise ValueError("a slice backwards")

    def run(x, *_):
        index = [slice(None)] * x.dim()
        for axis, start, end, step in zip(axes, starts, ends, steps):
            index[axis] = slice(start, min(end, sys.maxsize), step)
        return x[tuple(index)]

    return run


def gather(attributes, constants):
    axis, indices = attributes.get("axis", 0), constants[1]
    if isinstance(indices, int):
        return lambda x, _: x.select(axis, indices)
    return lambda x, _: x.index_select(axis, torch.tensor(indices))


def resize(attributes, constants):
    scales = constants[2]
    mode = attributes.get("mode", "nearest")
    torch_mode = "bilinear" if mode == "linear" else "nearest"
    options = {"align_corners": False} if mode == "linear" else {}
    return lambda x, *_: F.interpolate(x, scale_factor=scales[2:], mode=torch_mode, **options)


def split(attributes, constants):
    axis, sizes = attributes.get("axis", 0), constants[1]
    return lambda x, _: torch.split(x, sizes, axis)


def squeeze(x, axes):
    for axis in sorted(axes, reverse=True):
        x = x.squeeze(axis)
    return x


def unsqueeze(x, axes):
    for axis in sorted(axes):
        x = x.unsqueeze(axis)
    return x


def batch_normalization(attributes, constants):
    epsilon = attributes.get("epsilon", 1e-5)
    return lambda x, scale, bias, mean, var: F.batch_norm(x, mean, var, scale, bias, eps=epsilon)


def plain(function):
    return lambda attributes, constants: function


OPERATORS = {
    "Add": plain(torch.add),
    "Sub": plain(torch.sub),
    "Mul": plain(torch.mul),
    "Div": plain(torch.div),
    "Pow": plain(torch.pow),
    "Max": plain(lambda *parts: functools.reduce(torch.maximum, parts)),
    "Min": plain(lambda *parts: functools.reduce(torch.minimum, parts)),
    "Clip": plain(torch.clamp),
    "Where": plain(torch.where),
    "Greater": plain(torch.gt),
    "Less": plain(torch.lt),
    "Abs": plain(torch.abs),
    "Erf": plain(torch.erf),
    "Softplus": plain(F.softplus),
    "Neg": plain(torch.neg),
    "Exp": plain(torch.exp),
    "Log": plain(torch.log),
    "Sqrt": plain(torch.sqrt),
    "Sin": plain(torch.sin),
    "Cos": plain(torch.cos),
    "Tanh": plain(torch.tanh),
    "Sigmoid": plain(torch.sigmoid),
    "Reciprocal": plain(torch.reciprocal),
    "Relu": plain(torch.relu),
    "Identity": plain(lambda x: x),
    "MatMul": plain(torch.matmul),
    "LeakyRelu": lambda a, c: lambda x: F.leaky_relu(x, a.get("alpha", 0.01)),
    "PRelu": plain(lambda x, slope: F.prelu(x, slope.reshape(-1))),
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": gemm,
    "BatchNormalization": batch_normalization,
    "Reshape": reshape,
    "Flatten": lambda a, c: lambda x: x.flatten(a.get("axis", 1)),
    "Transpose": lambda a, c: lambda x: x.permute(a["perm"]),
    "Concat": lambda a, c: lambda *parts: torch.cat(parts, a["axis"]),
    "Slice": slice_axes,
    "Split": split,
    "Gather": gather,
    "Pad": lambda a, c: lambda x, *_: F.pad(x, spatial_pads(c[1])),
    "Tile": lambda a, c: lambda x, _: x.repeat(c[1]),
    "Expand": lambda a, c: lambda x, _: x.expand(*[-1 if d == 1 else d for d in c[1]]),
    "Squeeze": lambda a, c: lambda x, _: squeeze(x, c[1]),
    "Unsqueeze": lambda a, c: lambda x, _: unsqueeze(x, c[1]),
    "ReduceSum": reduction(torch.sum),
    "ReduceMean": reduction(torch.mean),
    "Resize": resize,
}


class Graph:
    def __init__(self, folder, channels_last):
        with open(os.path.join(folder, "graph.json"), encoding="utf-8") as file:
            self.description = json.load(file)
        raw = torch.from_file(
            os.path.join(folder, "weights.bin"),
            size=self.description["weightElements"],
            dtype=torch.float32,
        ).clone()
        self.channels_last = channels_last
        self.constants = {}
        for name, weight in self.description["weights"].items():
            start, dims = weight["offset"], weight["dims"]
            count = 1
            for size in dims:
                count *= size
            value = raw[start : start + count].reshape(dims)
            if channels_last and len(dims) == 4 and dims[0] > 1:
                value = value.contiguous(memory_format=torch.channels_last)
            self.constants[name] = value
        integers = self.description["integers"]
        self.steps = []
        for node in self.description["nodes"]:
            known = [integers.get(name) for name in node["inputs"]]
            function = OPERATORS[node["op"]](node["attributes"], known)
            self.steps.append((function, node["inputs"], node["outputs"], node["releases"]))
        feeds = self.description["feeds"]
        self.w = torch.tensor(feeds["w"]).reshape(feeds["dims"])
        self.cotangent = torch.tensor(feeds["cotangent"]).reshape(feeds["dims"][0], -1)

    def embedding(self, w):
        values = dict(self.constants)
        values[self.description["input"]] = w
        for function, inputs, outputs, releases in self.steps:
            result = function(*[values.get(name) for name in inputs])
            values.update(zip(outputs, result if len(outputs) > 1 else (result,)))
            for name in releases:
                del values[name]
        return values[self.description["output"]]

    def forward(self):
        with torch.no_grad():
            return self.embedding(self.w)

    def gradient(self):
        w = self.w.clone().requires_grad_(True)
        return torch.autograd.grad(self.embedding(w), w, grad_outputs=self.cotangent)[0]


def seconds_of(function, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        result = function()
    return (time.perf_counter() - start) / repeats, result


def load(folder):
    """The fastest of both memory layouts and of one thread or all: one thread wins where the others are busy."""
    candidates = []
    for channels_last in (False, True):
        graph = Graph(folder, channels_last)
        for threads in sorted({1, THREADS}, reverse=True):
            torch.set_num_threads(threads)
            seconds_of(graph.gradient, 1)
            best = min(seconds_of(graph.gradient, 1)[0] for _ in range(2))
            candidates.append((best, threads, graph))
    _, threads, graph = min(candidates, key=lambda candidate: candidate[0])
    torch.set_num_threads(threads)
    return graph, threads


def main():
    graph = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "load" in request:
                graph, threads = load(request["load"])
                answer = {
                    "torch": torch.__version__,
                    "threads": threads,
                    "channelsLast": graph.channels_last,
                }
            else:
                run = graph.gradient if request["run"] == "gradient" else graph.forward
                seconds, result = seconds_of(run, request["repeats"])
                answer = {"seconds": seconds, "firstRow": result[0].tolist()}
        except Exception as error:  # told to the caller, which decides
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
