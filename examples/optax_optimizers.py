"""Optax: sgd with and without momentum and Nesterov's variant, adagrad, and optimistic_gradient_descent.

    npx omg-oracle gate --command "python3 examples/optax_optimizers.py" --like gradient-descent
    npx omg-oracle gate --command "python3 examples/optax_optimizers.py float32" --like sgd-momentum
    npx omg-oracle gate --command "python3 examples/optax_optimizers.py" --like adagrad
    npx omg-oracle gate --command "python3 examples/optax_optimizers.py" --like heavy-ball

The argument is the precision, float64 if it is left out. Which optimizer is meant shows in the parameters.

`optimistic_gradient_descent` is none of the gate's methods: AO-FTRL takes any hints, and Optax's hint is always beta times the last
gradient. Where hints are just that it is AO-FTRL with constant weights, seen from x_1:

    x_{t+1} = x_1 - rate (g_1 + ... + g_t + beta (g_t - g_1))

The g_1 is there because it takes g_0 = g_1, which is AO-FTRL with the first hint beta g_1. A second argument chooses it, with beta = 1 or
what "optimism" in the parameters says; `--like none` asks for what needs no reference.

    npx omg-oracle gate --command "python3 examples/optax_optimizers.py float64 optimistic" --like none
"""

import functools
import os
import sys

# An adapter of your own has omg_oracle_adapter.py beside it and does without this line.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

import jax

DTYPE = sys.argv[1] if len(sys.argv) > 1 else "float64"
OPTIMISTIC = "optimistic" in sys.argv
jax.config.update("jax_enable_x64", DTYPE == "float64")
jax.config.update("jax_platforms", "cpu")

import numpy as np
import optax

from omg_oracle_adapter import Unsupported, serve


def optimizer(kind, rate, other):
    """The transformation with parameters that may differ from step to step, as optax.inject_hyperparams makes it."""
    if kind == "sgd":
        return optax.sgd(rate)
    if kind == "momentum":
        return optax.sgd(rate, momentum=other)
    if kind == "nesterov":
        return optax.sgd(rate, momentum=other, nesterov=True)
    if kind == "adagrad":
        # Its accumulator starts from 0.1 unless told otherwise.
        return optax.adagrad(rate, initial_accumulator_value=0.0, eps=other)
    return optax.optimistic_gradient_descent(rate, alpha=1.0, beta=other)


# Compiled once for each kind and dimension: the parameters are arguments.
@functools.partial(jax.jit, static_argnums=0)
def step(kind, rate, other, gradient, state, x):
    updates, state = optimizer(kind, rate, other).update(gradient, state, x)
    return optax.apply_updates(x, updates), state


def chosen(config):
    """Which kind, and its parameter beside the rate."""
    if OPTIMISTIC:
        return "optimistic", config.get("optimism", 1.0)
    if "epsilon" in config:
        if not config["epsilonInside"]:
            raise Unsupported("adagrad has epsilon inside of the root")
        return "adagrad", config["epsilon"]
    if "momentum" not in config:
        return "sgd", 0.0
    momentum = config["momentum"]
    if config.get("dampening"):
        raise Unsupported("sgd has no dampening")
    if isinstance(momentum, list) or ("dampening" not in config and isinstance(config["learningRate"], list)):
        raise Unsupported("sgd is Heavy Ball for a constant rate and momentum only")
    return ("nesterov" if config.get("nesterov") else "momentum"), momentum


class Optimizer:
    def __init__(self, start):
        if "learningRate" not in start.config:
            raise Unsupported("a learningRate is needed")
        self.rate = start.config["learningRate"]
        self.kind, self.other = chosen(start.config)
        self.x = np.array(start.x0, dtype=DTYPE)
        self.state = optimizer(self.kind, 0.0, self.other).init(self.x)

    def step(self, given):
        rate = self.rate[given.t - 1] if isinstance(self.rate, list) else self.rate
        self.x, self.state = step(self.kind, rate, self.other, np.array(given.gradient, dtype=DTYPE), self.state, self.x)


serve(Optimizer, name="Optax", version=optax.__version__, dtype=DTYPE)
