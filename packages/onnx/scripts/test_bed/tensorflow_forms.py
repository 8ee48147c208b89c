"""
Writes src/test-bed/fixtures/tensorflow: functions and small networks of TensorFlow and Keras as tf2onnx writes them, with the gradients
of tf.GradientTape in float64 where TensorFlow has them, else in float32.

    pip install tensorflow-cpu tf2onnx
    python packages/onnx/scripts/test_bed/tensorflow_forms.py [name ...]
    npx prettier --write packages/onnx/src/test-bed/fixtures/tensorflow

Each is a function of one input [batch, ...], channels last, the batch symbolic. Functions are converted as such, at opset 17; networks by
way of a saved model, as teams keep them. Inputs and cotangents follow the formula
of formula.py, and so do weights, which are kept in the files.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx

from formula import numbers
from tensorflow_networks import FUNCTIONS, NETWORKS

FOLDER = Path(__file__).parents[2] / "src" / "test-bed" / "fixtures" / "tensorflow"
OPSET = 17
DRAWS = 16


def callable_of(name, make, shape, dtype):
    """The function or Keras layer in this dtype, weights by the formula."""
    tf.keras.backend.set_floatx(dtype)
    tf.keras.backend.clear_session()
    call = make() if make.__code__.co_argcount == 0 else make
    if not isinstance(call, (tf.keras.layers.Layer, tf.keras.Model)):
        return call, lambda x: call(x)
    call(tf.zeros(shape, dtype))
    call.set_weights([weight_of(f"{name}.{at}", w) for at, w in enumerate(call.weights)])
    return call, lambda x: call(x, training=False)


def weight_of(name, weight):
    shape, kind = tuple(weight.shape), weight.path.rsplit("/", 1)[-1]
    suffix = {"gamma": "offset", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var", "alpha": "slope", "bias": "bias"}
    values = numbers(f"{name}.{suffix.get(kind, kind)}", shape)
    return values if kind in suffix else values / math.sqrt(math.prod(shape[:-1]))


def gradient(name, make, shape, draw, dtype):
    _, call = callable_of(name, make, shape, dtype)
    x = tf.constant(numbers(f"{name}.input{draw}", shape), dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = call(x)
    cotangent = tf.constant(numbers(f"{name}.cotangent", tuple(y.shape)), dtype)
    return y.numpy(), tape.gradient(y, x, cotangent).numpy()


def compare(name, make, shape):
    """The gradient at the draw of the input where float32 agrees best with float64: the one farthest from kinks."""
    draws = []
    for draw in range(DRAWS):
        y, single = gradient(name, make, shape, draw, "float32")
        try:
            y, exact = gradient(name, make, shape, draw, "float64")
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
            # TensorFlow has the gradients of some kinds of resizing in float32 only.
            return None, draw, y, single
        error = np.linalg.norm(single - exact) / np.linalg.norm(exact)
        draws.append((float(error), draw, y, exact))
        if error < 1e-6:
            break
    return min(draws, key=lambda each: each[0])


def convert_function(name, make, shape, path):
    _, call = callable_of(name, make, shape, "float32")
    signature = [tf.TensorSpec([None, *shape[1:]], tf.float32, name="x")]
    tf2onnx.convert.from_function(tf.function(call, input_signature=signature, autograph=False), signature, opset=OPSET, output_path=str(path))


def convert_saved_model(name, make, shape, path):
    model, call = callable_of(name, make, shape, "float32")
    signature = [tf.TensorSpec([None, *shape[1:]], tf.float32, name="x")]
    module = tf.Module()
    module.model = model
    module.call = tf.function(call, input_signature=signature, autograph=False)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures=module.call)
        command = [sys.executable, "-m", "tf2onnx.convert", "--saved-model", folder, "--output", str(path), "--opset", str(OPSET)]
        subprocess.run(command, check=True, capture_output=True)


def strip(path):
    """Leaves out what only helps a reader of the file."""
    model = onnx.load(path)
    del model.metadata_props[:]
    del model.graph.value_info[:]
    model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
    onnx.save(model, path)


def main():
    FOLDER.mkdir(exist_ok=True, parents=True)
    index = FOLDER / "index.json"
    facts = json.loads(index.read_text()) if index.exists() else {}
    everything = {**FUNCTIONS, **NETWORKS}
    for name in sys.argv[1:] or everything:
        shape, make = everything[name]
        path = FOLDER / f"{name}.onnx"
        convert = convert_saved_model if name in NETWORKS else convert_function
        try:
            convert(name, make, shape, path)
        except Exception as error:
            print(name, "NOT CONVERTED", str(error).splitlines()[-1:], flush=True)
            path.unlink(missing_ok=True)
            continue
        strip(path)
        error, draw, y, exact = compare(name, make, shape)
        exact.astype("<f4").tofile(FOLDER / f"{name}.gradient.bin")
        facts[name] = {"shape": list(shape), "output": list(y.shape), "draw": draw, "outputNorm": float(np.linalg.norm(y)), "float32Error": error}
        print(name, path.stat().st_size, facts[name], flush=True)
        versions = {"tensorflow": tf.__version__, "tf2onnx": tf2onnx.__version__}
        index.write_text(json.dumps({**versions, **{k: facts[k] for k in everything if k in facts}}) + "\n")


if __name__ == "__main__":
    main()
