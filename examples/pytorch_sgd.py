"""PyTorch: torch.optim.SGD with and without momentum, dampening and Nesterov's variant, and torch.optim.Adagrad.

    npx omg-oracle gate --command "python3 examples/pytorch_sgd.py" --like gradient-descent
    npx omg-oracle gate --command "python3 examples/pytorch_sgd.py float32" --like sgd-momentum
    npx omg-oracle gate --command "python3 examples/pytorch_sgd.py" --like adagrad
    npx omg-oracle gate --command "python3 examples/pytorch_sgd.py" --like heavy-ball

The argument is the precision, float64 if it is left out. Which optimizer is meant shows in the parameters.
"""

import os
import sys

# An adapter of your own has omg_oracle_adapter.py beside it and does without this line.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

import torch

from omg_oracle_adapter import Unsupported, serve

DTYPE = sys.argv[1] if len(sys.argv) > 1 else "float64"
PRECISION = {"float32": torch.float32, "float64": torch.float64}[DTYPE]


def sgd(parameters, config):
    momentum = config.get("momentum", 0.0)
    # The gate's Heavy Ball has no dampening.
    dampening = config.get("dampening")
    nesterov = config.get("nesterov", False)
    if isinstance(momentum, list) or (dampening is None and momentum and isinstance(config["learningRate"], list)):
        raise Unsupported("SGD is Heavy Ball for a constant rate and momentum only")
    if momentum == 0 and dampening:
        raise Unsupported("SGD ignores dampening without momentum")
    if nesterov and momentum == 0:
        raise Unsupported("SGD has no Nesterov variant without momentum")
    return torch.optim.SGD(parameters, lr=0.0, momentum=momentum, dampening=dampening or 0.0, nesterov=nesterov)


def adagrad(parameters, config):
    if config["epsilonInside"]:
        raise Unsupported("Adagrad has epsilon outside of the root")
    return torch.optim.Adagrad(parameters, lr=0.0, eps=config["epsilon"])


class Optimizer:
    def __init__(self, start):
        self.config = start.config
        self.x = torch.tensor(start.x0, dtype=PRECISION, requires_grad=True)
        self.optimizer = (adagrad if "epsilon" in self.config else sgd)([self.x], self.config)

    def step(self, given):
        rate = self.config["learningRate"]
        self.optimizer.param_groups[0]["lr"] = rate[given.t - 1] if isinstance(rate, list) else rate
        self.x.grad = torch.tensor(given.gradient, dtype=PRECISION)
        self.optimizer.step()


torch.set_num_threads(1)
serve(Optimizer, name="PyTorch", version=torch.__version__, dtype=DTYPE)
