"""Learns a line, and exports it as a SavedModel with several signatures; beside it a model of TensorFlow 1."""

import os

import tensorflow as tf

folder = os.environ["SM_MODEL_DIR"]


class Line(tf.Module):
    def __init__(self):
        super().__init__()
        self.slope, self.offset = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
    def predict(self, x):
        return {"y": self.slope * x + self.offset}

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.float32, name="a"), tf.TensorSpec([None, 2], tf.int32, name="b")]
    )
    def two(self, a, b):
        return {"sum": a + tf.cast(tf.reduce_sum(b, 1), tf.float32), "twice": b * 2}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="t")])
    def texts(self, t):
        return {"upper": tf.strings.upper(t), "raw_bytes": t}


line = Line()
x = tf.constant([0.0, 1.0, 2.0, 3.0])
columns = tf.stack([x, tf.ones_like(x)], axis=1)
found = tf.linalg.lstsq(columns, tf.reshape(0.5 * x + 2.0, [-1, 1]), fast=False)
# Both are numbers that 32 bits have.
for variable, value in zip([line.slope, line.offset], tf.round(found * 8) / 8):
    variable.assign(value[0])
signatures = {"serving_default": line.predict, "two": line.two, "texts": line.texts}
tf.saved_model.save(line, f"{folder}/export/Servo/2", signatures=signatures)
line.offset.assign(0.0)
tf.saved_model.save(line, f"{folder}/export/Servo/1", signatures=signatures)

v1 = tf.compat.v1
with v1.Graph().as_default(), v1.Session() as session:
    rows = v1.placeholder(tf.string, [None], "rows")
    share = v1.parse_example(rows, {"share": tf.io.FixedLenFeature([1], tf.float32)})["share"]
    classes = tf.tile(tf.constant([["no", "yes"]]), [tf.shape(share)[0], 1])
    kinds = v1.saved_model.signature_def_utils
    builder = v1.saved_model.Builder(f"{folder}/shares/7")
    builder.add_meta_graph_and_variables(
        session,
        ["serve"],
        signature_def_map={
            "serving_default": kinds.classification_signature_def(rows, classes, tf.concat([1 - share, share], 1)),
            "regression": kinds.regression_signature_def(rows, share * 4),
        },
    )
    builder.save()
