"""What tensorflow_forms.py exports: functions of TensorFlow and Keras, and small networks of the kinds that teams bring."""

import tensorflow as tf
from tensorflow.keras import layers

from formula import numbers

IMAGE = (2, 6, 6, 4)
ODD = (2, 7, 5, 4)
ROWS = (2, 5, 8)


def weight(name, x, *shape):
    return tf.constant(numbers(name, shape), x.dtype)


def dcgan():
    """DCGAN's generator, 32 x 32, tf.keras's tutorial form."""
    return tf.keras.Sequential([
        layers.Dense(4 * 4 * 24, use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Reshape((4, 4, 24)),
        layers.Conv2DTranspose(16, 5, 2, "same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(),
        layers.Conv2DTranspose(8, 4, 2, "same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2DTranspose(3, 5, 2, "same", activation="tanh"),
    ])


class PixelNorm(layers.Layer):
    def call(self, x):
        return x * tf.math.rsqrt(tf.reduce_mean(tf.square(x), -1, keepdims=True) + 1e-8)


def progressive():
    """A generator that enlarges by UpSampling2D, with pixel norm and a skip of RGB."""
    w = layers.Input((32,))
    x = layers.Reshape((4, 4, 16))(layers.Dense(256)(w))
    image = None
    for channels in (16, 12, 8):
        x = layers.UpSampling2D(2, interpolation="nearest")(x)
        x = PixelNorm()(layers.LeakyReLU(0.2)(layers.Conv2D(channels, 3, padding="same")(x)))
        rgb = layers.Conv2D(3, 1)(x)
        image = rgb if image is None else layers.Add()([layers.UpSampling2D(2, interpolation="bilinear")(image), rgb])
    return tf.keras.Model(w, layers.Activation("tanh")(image))


def mobile_face_net():
    """MobileFaceNet: strided depthwise bottlenecks, PReLU, a depthwise convolution over the whole grid, an embedding of unit length."""
    image = layers.Input((48, 48, 3))

    def unit(x, channels, kernel, strides=1, act=True):
        x = layers.BatchNormalization()(layers.Conv2D(channels, kernel, strides, "same", use_bias=False)(x))
        return layers.PReLU(shared_axes=[1, 2])(x) if act else x

    def bottleneck(x, channels, strides, expansion=2):
        y = unit(x, channels * expansion, 1)
        y = layers.DepthwiseConv2D(3, strides, "same", use_bias=False)(y)
        y = layers.PReLU(shared_axes=[1, 2])(layers.BatchNormalization()(y))
        y = unit(y, channels, 1, act=False)
        return layers.Add()([x, y]) if strides == 1 else y

    x = unit(image, 12, 3, 2)
    x = layers.PReLU(shared_axes=[1, 2])(layers.BatchNormalization()(layers.DepthwiseConv2D(3, 1, "same", use_bias=False)(x)))
    for channels, strides in ((12, 2), (12, 1), (16, 2), (16, 1)):
        x = bottleneck(x, channels, strides)
    x = unit(x, 32, 1)
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(6, use_bias=False)(x))
    x = layers.Flatten()(layers.Conv2D(32, 1, use_bias=False)(x))
    x = layers.BatchNormalization(scale=False)(x)
    return tf.keras.Model(image, layers.UnitNormalization()(x))


def residual_se():
    """A residual recogniser with squeeze and excitation and swish, pooled by the mean."""
    image = layers.Input((32, 32, 3))
    x = layers.Rescaling(1 / 2, 0.1)(image)
    x = layers.Conv2D(8, 3, 2, "same")(x)
    for channels, strides in ((8, 1), (12, 2), (16, 2)):
        y = layers.Activation("swish")(layers.BatchNormalization()(x))
        y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization()(y)
        y = layers.Activation("swish")(y)
        y = layers.ZeroPadding2D(1)(y)
        y = layers.Conv2D(channels, 3, strides, "valid", use_bias=False)(y)
        s = layers.GlobalAveragePooling2D(keepdims=True)(y)
        s = layers.Conv2D(channels, 1, activation="sigmoid")(layers.Conv2D(4, 1, activation="relu")(s))
        y = layers.Multiply()([y, s])
        skip = x if strides == 1 else layers.AveragePooling2D(2, padding="same")(layers.Conv2D(channels, 1)(x))
        x = layers.Add()([skip, y])
    return tf.keras.Model(image, layers.Dense(24)(layers.GlobalAveragePooling2D()(x)))


def vision_transformer():
    """Patches by a convolution, a class token, two blocks of Keras's attention."""
    image = layers.Input((32, 32, 3))
    x = layers.Reshape((16, 24))(layers.Conv2D(24, 8, 8)(image))
    x = Token()(x)
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = x + layers.MultiHeadAttention(3, 8)(y, y)
        y = layers.Dense(48, activation="gelu")(layers.LayerNormalization(epsilon=1e-6)(x))
        x = x + layers.Dense(24)(y)
    return tf.keras.Model(image, layers.Dense(16)(layers.LayerNormalization()(x)[:, 0]))


class Token(layers.Layer):
    def build(self, shape):
        self.token = self.add_weight(shape=(1, 1, shape[2]), name="token")
        self.places = self.add_weight(shape=(1, shape[1] + 1, shape[2]), name="places")

    def call(self, x):
        token = tf.tile(self.token, [tf.shape(x)[0], 1, 1])
        return tf.concat([token, x], 1) + self.places


NETWORKS = {
    "dcgan": ((2, 24), dcgan),
    "progressive": ((2, 32), progressive),
    "mobileFaceNet": ((1, 48, 48, 3), mobile_face_net),
    "residualSe": ((1, 32, 32, 3), residual_se),
    "visionTransformer": ((1, 32, 32, 3), vision_transformer),
}


class Attention(layers.Layer):
    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 4)

    def call(self, x):
        return self.attention(x, x)


class CausalAttention(Attention):
    def call(self, x):
        return self.attention(x, x, use_causal_mask=True)


def flat_rows(x):
    """Sizes read from the value, as tf.keras.layers.Reshape and Flatten do."""
    shape = tf.shape(x)
    rows = tf.reshape(x, [shape[0], shape[1] * shape[2], shape[3]])
    return tf.reshape(rows @ weight("flat", x, 4, 3), tf.stack([shape[0], shape[1], shape[2], 3]))


def channel_shuffle(x):
    _, height, width, channels = x.shape
    x = tf.reshape(x, [-1, height, width, 2, channels // 2])
    return tf.reshape(tf.transpose(x, [0, 1, 2, 4, 3]), [-1, height, width, channels]) ** 2


def modulated(x):
    """StyleGAN2's layer as its TensorFlow code has it without fusing: scaled input, shared kernel, demodulation."""
    style = tf.reduce_mean(x, [1, 2]) @ weight("style", x, 4, 4) + 1
    kernel = weight("kernel", x, 3, 3, 4, 5) / 6
    scale = tf.math.rsqrt(tf.reduce_sum(tf.square(kernel[None] * style[:, None, None, :, None]), [1, 2, 3]) + 1e-8)
    return tf.nn.conv2d(x * style[:, None, None], kernel, 1, "SAME") * scale[:, None, None]


FUNCTIONS = {
    # Convolutions, padded as TensorFlow does: more at the end when it is uneven.
    "conv_same_strided": (IMAGE, lambda: layers.Conv2D(6, 3, 2, "same")),
    "conv_same_odd": (ODD, lambda: layers.Conv2D(6, (4, 3), (2, 3), "same")),
    "conv_valid": (ODD, lambda: layers.Conv2D(3, 3, 2)),
    "conv_dilated": (IMAGE, lambda: layers.Conv2D(6, 3, padding="same", dilation_rate=2)),
    "conv_grouped": (IMAGE, lambda: layers.Conv2D(6, 3, padding="same", groups=2)),
    "conv_split": (IMAGE, lambda x: tf.concat([tf.nn.conv2d(part, weight(f"split{at}", x, 3, 3, 2, 3), 1, "SAME") for at, part in enumerate(tf.split(x, 2, -1))], -1)),
    "conv_causal": (ROWS, lambda: layers.Conv1D(6, 3, padding="causal")),
    "conv_1d_strided": (ROWS, lambda: layers.Conv1D(6, 4, 2, "same")),
    "conv_3d": ((2, 4, 4, 4, 2), lambda: layers.Conv3D(3, 3, 2, "same")),
    "depthwise": (IMAGE, lambda: layers.DepthwiseConv2D(3, 1, "same", depth_multiplier=2)),
    "depthwise_strided": (ODD, lambda: layers.DepthwiseConv2D(3, 2, "same")),
    "separable": (IMAGE, lambda: layers.SeparableConv2D(5, 3, 2, "same")),
    "conv_transposed": (IMAGE, lambda: layers.Conv2DTranspose(3, 4, 2, "same")),
    "conv_transposed_odd": (ODD, lambda: layers.Conv2DTranspose(3, 5, 2, "same")),
    "conv_transposed_3": (IMAGE, lambda: layers.Conv2DTranspose(3, 3, 2, "same")),
    "conv_transposed_valid": (IMAGE, lambda: layers.Conv2DTranspose(3, 3, 2, "valid")),
    "conv_transposed_padded": (IMAGE, lambda: layers.Conv2DTranspose(3, 3, 2, "same", output_padding=1)),
    "conv_transposed_1d": (ROWS, lambda: layers.Conv1DTranspose(3, 4, 2, "same")),
    "modulated": (IMAGE, modulated),
    # Normalisations.
    "batch_norm": (IMAGE, lambda: layers.BatchNormalization()),
    "conv_batch_norm": (IMAGE, lambda: tf.keras.Sequential([layers.Conv2D(5, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()])),
    "batch_norm_rows": (ROWS, lambda: layers.BatchNormalization()),
    "layer_norm": (ROWS, lambda: layers.LayerNormalization()),
    "layer_norm_image": (IMAGE, lambda: layers.LayerNormalization(axis=[1, 2, 3])),
    "group_norm": (IMAGE, lambda: layers.GroupNormalization(2)),
    "instance_norm": (IMAGE, lambda: layers.GroupNormalization(-1)),
    "rms_norm": (ROWS, lambda: layers.RMSNormalization()),
    "unit_norm": (ROWS, lambda x: tf.math.l2_normalize(x, -1)),
    "moments": (IMAGE, lambda x: (x - tf.nn.moments(x, [1, 2], keepdims=True)[0]) * tf.math.rsqrt(tf.nn.moments(x, [1, 2], keepdims=True)[1] + 1e-3)),
    "pixel_norm": (IMAGE, lambda: PixelNorm()),
    # Activations.
    "prelu": (IMAGE, lambda: layers.PReLU(shared_axes=[1, 2])),
    "prelu_elements": (IMAGE, lambda: layers.PReLU()),
    "leaky": (IMAGE, lambda x: tf.nn.leaky_relu(x, 0.3) + tf.nn.relu6(x * 4)),
    "elu": (ROWS, lambda x: tf.nn.elu(x) + tf.nn.selu(x) + tf.nn.softplus(x) + tf.nn.softsign(x)),
    "gelu": (ROWS, lambda x: tf.nn.gelu(x) + tf.nn.gelu(x, approximate=True)),
    "swish": (ROWS, lambda x: tf.nn.swish(x) + tf.keras.activations.mish(x)),
    "hard": (ROWS, lambda x: tf.keras.activations.hard_sigmoid(x) + tf.keras.activations.hard_silu(x)),
    "softmax": (ROWS, lambda x: tf.nn.softmax(x, 1) + tf.nn.log_softmax(x)),
    # Resizing, padding, pools.
    "upsample_nearest": (IMAGE, lambda: layers.UpSampling2D(2)),
    "upsample_bilinear": (IMAGE, lambda: layers.UpSampling2D(2, interpolation="bilinear")),
    "resize_bilinear": (IMAGE, lambda x: tf.image.resize(x, (9, 4))),
    "resize_nearest": (IMAGE, lambda x: tf.image.resize(x, (9, 12), method="nearest")),
    "resize_computed": (IMAGE, lambda x: tf.image.resize(x, tf.shape(x)[1:3] * 2)),
    "resize_old": (IMAGE, lambda x: tf.compat.v1.image.resize_bilinear(x, (9, 11), align_corners=True)),
    "resize_asymmetric": (IMAGE, lambda x: tf.compat.v1.image.resize_nearest_neighbor(x, (12, 12))),
    "repeat": (IMAGE, lambda x: tf.repeat(tf.repeat(x, 2, 1), 2, 2) ** 2),
    "upsample_tile": (IMAGE, lambda x: tf.reshape(tf.tile(tf.reshape(x, [-1, 6, 1, 6, 1, 4]), [1, 1, 2, 1, 2, 1]), [-1, 12, 12, 4]) ** 2),
    "pad_reflect": (IMAGE, lambda x: tf.pad(x, [[0, 0], [1, 2], [2, 1], [0, 0]], "REFLECT") ** 2),
    "pad_zero": (IMAGE, lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]]) ** 2),
    "max_pool_same": (ODD, lambda x: tf.nn.max_pool2d(x, 3, 2, "SAME")),
    "avg_pool_same": (ODD, lambda x: tf.nn.avg_pool2d(x, 3, 2, "SAME")),
    "avg_pool": (IMAGE, lambda: layers.AveragePooling2D(2)),
    "global_pools": (IMAGE, lambda x: tf.reduce_mean(x, [1, 2]) + tf.reduce_max(x, [1, 2])),
    "blur": (IMAGE, lambda x: tf.nn.depthwise_conv2d(x, tf.tile(weight("blur", x, 3, 3, 1, 1), [1, 1, 4, 1]), [1, 2, 2, 1], "SAME")),
    "depth_to_space": (IMAGE, lambda x: tf.nn.depth_to_space(x, 2) ** 2),
    "space_to_depth": (IMAGE, lambda x: tf.nn.space_to_depth(x, 2) ** 2),
    # Products and attention.
    "dense_rows": (ROWS, lambda: layers.Dense(3, activation="tanh")),
    "dense_flat": (IMAGE, lambda: tf.keras.Sequential([layers.Flatten(), layers.Dense(12), layers.Reshape((2, 2, 3))])),
    "einsum": (ROWS, lambda x: tf.einsum("bij,bkj->bik", x, x) + tf.einsum("bij,jk->bik", x, weight("einsum", x, 8, 5))),
    "attention": (ROWS, lambda: Attention()),
    "attention_causal": (ROWS, lambda: CausalAttention()),
    "squeeze_excite": (IMAGE, lambda x: x * tf.sigmoid(tf.reduce_mean(x, [1, 2], keepdims=True) @ weight("excite", x, 4, 4))),
    # Moving elements, sizes computed from the value.
    "flat_rows": (IMAGE, flat_rows),
    "channel_shuffle": (IMAGE, channel_shuffle),
    "slices": (IMAGE, lambda x: x[:, 1:-1, ::2] * x[:, 2:, 1::2] + x[:, 1, tf.newaxis, ::-2]),
    "split_stack": (IMAGE, lambda x: tf.stack([p * (at + 1) for at, p in enumerate(tf.split(x, 2, -1))], 1)),
    "unstack": (ROWS, lambda x: tf.stack([r * r for r in tf.unstack(x, axis=1)], -1)),
    "gather": (ROWS, lambda x: tf.gather(x, [3, 0, 0], axis=1) * x[:, 1:4]),
    "gather_nd": (ROWS, lambda x: tf.gather_nd(tf.transpose(x, [1, 0, 2]), [[3], [0], [3]])),
    "roll": (ROWS, lambda x: tf.roll(x, 2, -1) * tf.reverse(x, [1])),
    "broadcast": (ROWS, lambda x: tf.broadcast_to(x[:, :1], tf.shape(x)) * x),
    "batch_constant": (ROWS, lambda x: tf.concat([tf.tile(weight("token", x, 1, 1, 8), [tf.shape(x)[0], 1, 1]), x], 1) ** 2),
    "coordinates": (IMAGE, lambda x: x * tf.cast(tf.range(6), x.dtype)[:, None, None] + tf.ones([tf.shape(x)[0], 1, 1, 1], x.dtype) * x),
    "squeezed": (IMAGE, lambda x: tf.squeeze(tf.reduce_mean(x, [1, 2], keepdims=True), [1, 2])),
    # Element-wise and reductions.
    "element_wise": (ROWS, lambda x: tf.exp(x) + tf.abs(x) ** 1.5 + tf.math.log1p(tf.abs(x)) + tf.square(x) + tf.math.erf(x)),
    "where": (ROWS, lambda x: tf.where(x > 0, x * x, tf.sin(x)) + tf.clip_by_value(x, -0.5, 0.8) + tf.maximum(x, -x)),
    "squared_difference": (ROWS, lambda x: tf.math.squared_difference(x[:, :, None], x[:, None])),
    "statistics": (ROWS, lambda x: tf.math.reduce_std(x, -1) + tf.math.reduce_variance(x, -1) + tf.reduce_logsumexp(x, -1)),
    "norms": (ROWS, lambda x: tf.norm(x, axis=-1) + tf.reduce_prod(x, -1) + tf.reduce_min(x, -1)),
    "cumulative": (ROWS, lambda x: tf.cumsum(x, 1) ** 2),
    "top_k": (ROWS, lambda x: tf.math.top_k(x, 3)[0]),
    "one_hot": (ROWS, lambda x: tf.one_hot(tf.argmax(x, -1), 8, dtype=x.dtype) * x),
}
