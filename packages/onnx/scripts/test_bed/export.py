"""
Writes the fixtures of src/test-bed/fixtures: graphs as PyTorch exports them, and the gradients of PyTorch's autograd.

    pip install torch onnx onnxscript numpy
    python packages/onnx/scripts/test_bed/export.py [name ...]
    npx prettier --write packages/onnx/src/test-bed/fixtures

Weights are inputs of the exported graphs, so that files stay small and no weight is folded away under another name; the test binds them
to the formula of weights.py. Gradients are computed in float64 and stored in float32.
"""

import copy
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F

import generators
import inception
import recognisers
import stylegan2
from weights import fill, hashed

FIXTURES = Path(__file__).parents[2] / "src" / "test-bed" / "fixtures"

NETWORKS = {
    "dcgan64": (generators.Dcgan64, "z", "image", (2, 100)),
    "styleGan2Mapping": (stylegan2.Mapping, "z", "w", (2, 512)),
    "styleGan2Synthesis64": (lambda: stylegan2.Synthesis(64), "w", "image", (2, 512)),
    "styleGan2Synthesis256": (lambda: stylegan2.Synthesis(256, 1024), "w", "image", (1, 512)),
    "progressive64": (generators.Progressive64, "z", "image", (2, 256)),
    "latentDecoder64": (generators.LatentDecoder64, "latent", "image", (2, 256)),
    "iresnet18": (lambda: recognisers.IResNet([2, 2, 2, 2]), "image", "embedding", (1, 3, 112, 112)),
    "iresnet50": (lambda: recognisers.IResNet([3, 4, 14, 3]), "image", "embedding", (1, 3, 112, 112)),
    "mobileFaceNet": (recognisers.MobileFaceNet, "image", "embedding", (1, 3, 112, 112)),
    "inceptionResNet": (inception.InceptionResNet, "image", "embedding", (1, 3, 160, 160)),
    "visionTransformer": (recognisers.VisionTransformer, "image", "embedding", (1, 3, 112, 112)),
}
DRAWS = 16
EXPORTERS = {"traced": (17, False), "dynamo": (20, True)}


class Open(torch.nn.Module):
    """A module with its parameters and buffers as inputs."""

    def __init__(self, module, names, is_dynamo):
        super().__init__()
        self.names = names
        call = torch.func.functional_call if is_dynamo else call_with
        self.call = lambda values, x: call(module, values, (x,))

    def forward(self, x, weights):
        return self.call(dict(zip(self.names, weights)), x)


def call_with(module, values, inputs):
    """Like functional_call, for the tracer: the values become plain attributes of the module."""
    for name, value in values.items():
        parent, _, leaf = name.rpartition(".")
        owner = module.get_submodule(parent)
        owner._parameters.pop(leaf, None)
        owner._buffers.pop(leaf, None)
        object.__setattr__(owner, leaf, value)
    return module(*inputs)


def weights_of(module):
    everything = [*module.named_parameters(), *module.named_buffers()]
    kept = [(n, v) for n, v in everything if not n.endswith(("num_batches_tracked", "lowpass"))]
    return {name: value.detach() for name, value in kept}


def gradient(module, name, x):
    dtype = x.dtype
    x.requires_grad_()
    y = module.to(dtype)(x)
    cotangent = hashed(f"{name}.cotangent", tuple(y.shape)).to(dtype)
    (result,) = torch.autograd.grad(y, x, cotangent)
    return y.detach(), result


class Margin:
    """The smallest distance of an activation from its kink at 0, relative to its layer's root mean square."""

    FUNCTIONS = ["relu", "leaky_relu", "prelu"]

    def __enter__(self):
        self.value = math.inf
        self.originals = {name: getattr(F, name) for name in self.FUNCTIONS}
        for name, original in self.originals.items():
            setattr(F, name, self.watched(original))
        return self

    def __exit__(self, *_):
        for name, original in self.originals.items():
            setattr(F, name, original)

    def watched(self, original):
        def call(x, *rest):
            distance = float(x.abs().min() / x.square().mean().sqrt())
            self.value = min(self.value, distance)
            return original(x, *rest)

        return call


def margin(module, x):
    with torch.no_grad(), Margin() as watch:
        module.double()(x.double())
    return watch.value


def compare(module, name, shape):
    """
    The gradient at the draw of the input whose activations stay farthest from their kinks: nearer than rounding, programs that add in
    another order take another side, and a gradient that sums over a million paths with mixed signs moves by a thousandth.
    """
    draws = [hashed(f"{name}.input{draw}", shape) for draw in range(DRAWS)]
    margins = [margin(module, x) for x in draws]
    draw = max(range(DRAWS), key=lambda at: margins[at])
    output, exact = gradient(module, name, draws[draw].double())
    _, single = gradient(module, name, draws[draw].clone())
    facts = {
        "shape": list(shape),
        "draw": draw,
        "margin": margins[draw] if math.isfinite(margins[draw]) else None,
        "outputNorm": float(output.norm()),
        "float32Error": float((single.double() - exact).norm() / exact.norm()),
    }
    return exact, facts


def export(module, name, exporter):
    _, source, target, shape = NETWORKS[name]
    opset, is_dynamo = EXPORTERS[exporter]
    weights = weights_of(module)
    is_fixed = name.startswith("styleGan2Synthesis")  # groups per image are an attribute
    example = hashed("example", shape if is_fixed else (2, *shape[1:]))
    batch = {0: torch.export.Dim("batch")}
    options = {"external_data": False} if is_dynamo else {}
    if not is_fixed:
        options |= (
            {"dynamic_shapes": (batch, [None] * len(weights))}
            if is_dynamo
            else {"dynamic_axes": {source: {0: "batch"}, target: {0: "batch"}}}
        )
    path = FIXTURES / f"{name}.{exporter}.onnx"
    torch.onnx.export(
        Open(copy.deepcopy(module), list(weights), is_dynamo),
        (example, list(weights.values())),
        path,
        input_names=[source, *weights],
        output_names=[target],
        opset_version=opset,
        dynamo=is_dynamo,
        **options,
    )
    model = onnx.load(path)
    strip(model)
    onnx.save(model, path)
    return path.stat().st_size


def strip(model):
    """Leaves out what only helps a reader of the file."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.doc_string = ""
        del value.metadata_props[:]


def main():
    warnings.filterwarnings("ignore")
    FIXTURES.mkdir(exist_ok=True)
    index = FIXTURES / "index.json"
    facts = json.loads(index.read_text()) if index.exists() else {}
    for name in sys.argv[1:] or NETWORKS:
        make, _, _, shape = NETWORKS[name]
        module = fill(make())
        sizes = {exporter: export(module, name, exporter) for exporter in EXPORTERS}
        exact, facts[name] = compare(module, name, shape)
        exact.numpy().astype("<f4").tofile(FIXTURES / f"{name}.gradient.bin")
        print(name, sizes, facts[name], flush=True)
    facts = {"torch": torch.__version__.split("+")[0], **{k: facts[k] for k in NETWORKS if k in facts}}
    index.write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
