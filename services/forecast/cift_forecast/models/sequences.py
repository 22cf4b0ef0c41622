"""An LSTM and a Transformer over the last steps, in flax."""

from functools import partial
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn

from cift_forecast.domain.bars import Floats

BATCH = 256
HEADS = 4
LAYERS = 2
PREDICTED_AT_ONCE = 4096
PATIENCE = 2
"""Epochs without a gain on the held-out tenth before training ends."""
NORM_EPSILON = 1e-6


class Lstm(nn.Module):
    hidden: int

    @nn.compact
    def __call__(self, samples: Any) -> Any:
        seen = nn.RNN(nn.OptimizedLSTMCell(self.hidden, name="cell"))(samples)
        return nn.Dense(1, name="out")(seen[:, -1])[:, 0]

    def draw(self, graph: Any, samples: str, parameters: Any) -> str:
        """ONNX wants the gates as input, output, forget, cell, one below the other, and time first."""
        cell, gates = parameters["cell"], "iofg"
        inputs = np.concatenate([np.asarray(cell[f"i{gate}"]["kernel"]).T for gate in gates])
        recurrent = np.concatenate([np.asarray(cell[f"h{gate}"]["kernel"]).T for gate in gates])
        bias = np.concatenate([np.asarray(cell[f"h{gate}"]["bias"]) for gate in gates])
        last = graph.node(
            "LSTM",
            graph.node("Transpose", samples, perm=[1, 0, 2]),
            graph.constant(inputs[None]),
            graph.constant(recurrent[None]),
            graph.constant(np.concatenate([np.zeros_like(bias), bias])[None]),
            outputs=2,
            at=1,
            hidden_size=self.hidden,
        )
        out = parameters["out"]
        return _sigmoid(graph, graph.dense(graph.node("Squeeze", last, graph.integers(0)), out["kernel"], out["bias"]))


class Transformer(nn.Module):
    hidden: int

    @nn.compact
    def __call__(self, samples: Any) -> Any:
        place = self.param("place", nn.initializers.normal(0.02), (samples.shape[1], self.hidden))
        seen = nn.Dense(self.hidden, name="in")(samples) + place
        for layer in range(LAYERS):
            attend = nn.MultiHeadDotProductAttention(num_heads=HEADS, name=f"attend{layer}")
            seen += attend(nn.LayerNorm(NORM_EPSILON, name=f"norm_a{layer}")(seen))
            wide = nn.Dense(2 * self.hidden, name=f"wide{layer}")(
                nn.LayerNorm(NORM_EPSILON, name=f"norm_b{layer}")(seen)
            )
            seen += nn.Dense(self.hidden, name=f"narrow{layer}")(nn.gelu(wide))
        return nn.Dense(1, name="out")(nn.LayerNorm(NORM_EPSILON, name="norm")(seen[:, -1]))[:, 0]

    def draw(self, graph: Any, samples: str, parameters: Any) -> str:
        def dense(inputs: str, name: str) -> str:
            return str(graph.dense(inputs, parameters[name]["kernel"], parameters[name]["bias"]))

        def norm(inputs: str, name: str) -> str:
            scale, bias = (graph.constant(parameters[name][part]) for part in ("scale", "bias"))
            return str(graph.node("LayerNormalization", inputs, scale, bias, epsilon=NORM_EPSILON))

        seen = graph.node("Add", dense(samples, "in"), graph.constant(parameters["place"]))
        for layer in range(LAYERS):
            attended = self._attend(graph, norm(seen, f"norm_a{layer}"), parameters[f"attend{layer}"])
            seen = graph.node("Add", seen, attended)
            wide = graph.node("Gelu", dense(norm(seen, f"norm_b{layer}"), f"wide{layer}"), approximate="tanh")
            seen = graph.node("Add", seen, dense(wide, f"narrow{layer}"))
        return _sigmoid(graph, dense(norm(graph.last(seen), "norm"), "out"))

    def _attend(self, graph: Any, inputs: str, parameters: Any) -> str:
        width = self.hidden // HEADS

        def heads(name: str, order: list[int]) -> str:
            kernel = np.asarray(parameters[name]["kernel"]).reshape(self.hidden, self.hidden)
            whole = graph.dense(inputs, kernel, np.asarray(parameters[name]["bias"]).reshape(self.hidden))
            split = graph.node("Reshape", whole, graph.integers(0, 0, HEADS, width))
            return str(graph.node("Transpose", split, perm=order))

        scores = graph.node("MatMul", heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]))
        weights = graph.node("Softmax", graph.node("Mul", scores, graph.constant(width**-0.5)), axis=-1)
        mixed = graph.node("Transpose", graph.node("MatMul", weights, heads("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        joined = graph.node("Reshape", mixed, graph.integers(0, 0, self.hidden))
        kernel = np.asarray(parameters["out"]["kernel"]).reshape(self.hidden, self.hidden)
        return str(graph.dense(joined, kernel, parameters["out"]["bias"]))


class Network(Protocol):
    """A flax module that can be drawn."""

    def init(self, key: Any, samples: Any) -> Any: ...
    def apply(self, parameters: Any, samples: Any) -> Any: ...
    def draw(self, graph: Any, samples: str, parameters: Any) -> str: ...


class Sequence:
    """Trained with early stopping on the last tenth of what it is given."""

    def __init__(self, name: str, network: Network, window: int, rate: float, epochs_max: int) -> None:
        self.name, self.window = name, window
        self._network, self._rate, self._epochs_max = network, rate, epochs_max
        self._parameters: Any = None
        self.curve: list[tuple[float, float]] = []
        """Loss in training and on the held-out tenth, an epoch."""

    def fit(self, samples: Floats, up: Floats, seed: int) -> None:
        held = max(1, len(samples) // 10)
        # The windows of the last training samples reach into those held out.
        seen, held_out = slice(0, max(1, len(samples) - held - self.window)), slice(len(samples) - held, None)
        inputs, labels = samples.astype(np.float32), up.astype(np.float32)
        optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(self._rate, weight_decay=1e-3))
        parameters = self._network.init(jax.random.key(seed), inputs[:1])
        state = optimizer.init(parameters)
        loss = partial(_loss, self._network)

        @jax.jit
        def step(parameters: Any, state: Any, batch: Any, wanted: Any) -> tuple[Any, Any, Any]:
            value, slope = jax.value_and_grad(loss)(parameters, batch, wanted)
            change, state = optimizer.update(slope, state, parameters)
            return optax.apply_updates(parameters, change), state, value

        measure = jax.jit(loss)
        dice = np.random.default_rng(seed)
        steps = np.arange(len(inputs))[seen]
        size = min(BATCH, len(steps))
        best, patience = np.inf, 0
        self._parameters, self.curve = parameters, []
        for _ in range(self._epochs_max):
            dice.shuffle(steps)
            losses = []
            for start in range(0, len(steps) - size + 1, size):
                batch = steps[start : start + size]
                parameters, state, value = step(parameters, state, inputs[batch], labels[batch])
                losses.append(value)
            held_loss = float(measure(parameters, inputs[held_out], labels[held_out]))
            self.curve.append((float(np.mean(jax.device_get(losses))), held_loss))
            if held_loss < best - 1e-4:
                best, patience, self._parameters = held_loss, 0, parameters
            elif (patience := patience + 1) >= PATIENCE:
                break

    def predict(self, samples: Floats) -> Floats:
        apply = jax.jit(lambda batch: jax.nn.sigmoid(self._network.apply(self._parameters, batch)))
        parts = np.array_split(samples, len(samples) // PREDICTED_AT_ONCE + 1)
        return np.concatenate([np.asarray(apply(part.astype(np.float32))) for part in parts]).astype(np.float64)

    def draw(self, graph: Any, samples: str) -> str:
        return self._network.draw(graph, samples, jax.device_get(self._parameters)["params"])


def _loss(network: Network, parameters: Any, samples: Any, up: Any) -> Any:
    return jnp.mean(optax.sigmoid_binary_cross_entropy(network.apply(parameters, samples), up))


def _sigmoid(graph: Any, score: str) -> str:
    return str(graph.node("Sigmoid", score))


def lstm(window: int = 30) -> Sequence:
    return Sequence("LSTM", Lstm(32), window, 2e-3, 8)


def transformer(window: int = 30) -> Sequence:
    return Sequence("Transformer", Transformer(32), window, 1e-3, 6)
