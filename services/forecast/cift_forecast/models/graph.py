"""A trained model as an ONNX graph: what serves it needs none of the libraries that trained it.

The graph takes features as they come, float32 (count, window, features), and scales them itself.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from cift_forecast.models.base import BOUND, Exportable, Scale

OPSET, OPSET_TREES = 20, 3
IR_VERSION = 9
INPUT, OUTPUT = "features", "probability"


class Graph:
    """Nodes and constants, one after the other; each gives the name of what it makes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: ArrayLike, kind: Any = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=kind, order="C"), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def node(self, operator: str, *inputs: str, outputs: int = 1, at: int = 0, **attributes: Any) -> str:
        """The name of its output number `at`."""
        names = [f"n{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[at]

    def dense(self, inputs: str, kernel: ArrayLike, bias: ArrayLike) -> str:
        return self.node("Add", self.node("MatMul", inputs, self.constant(kernel)), self.constant(bias))

    def last(self, inputs: str) -> str:
        """(count, window, values) → (count, values): of the last step."""
        return self.node("Gather", inputs, self.constant(-1, np.int64), axis=1)


def draw(model: Exportable, scale: Scale, features: int) -> Any:
    """The whole model with its scaling, checked."""
    graph = Graph()
    centred = graph.node("Sub", INPUT, graph.constant(scale.mean))
    scaled = graph.node("Div", centred, graph.constant(scale.deviation))
    bounded = graph.node("Clip", scaled, graph.constant(-BOUND), graph.constant(BOUND))
    found = graph.node("Reshape", model.draw(graph, bounded), graph.integers(-1))
    graph.nodes.append(helper.make_node("Identity", [found], [OUTPUT]))
    drawn = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "forecast",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["count", model.window, features])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["count"])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", OPSET_TREES)],
        ir_version=IR_VERSION,
        producer_name="cift-forecast",
    )
    onnx.checker.check_model(drawn)
    return drawn
