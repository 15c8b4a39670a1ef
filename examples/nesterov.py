"""Nesterov's accelerated gradient on plain lists.

    npx omg-oracle gate --command "python3 examples/nesterov.py" --like nesterov
"""

import math
import os
import sys

# An adapter of your own has omg_oracle_adapter.py beside it and does without this line.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from omg_oracle_adapter import serve


class Nesterov:
    def __init__(self, start):
        rate = start.config["learningRate"]
        # One rate, or one for each step.
        self.rates = rate if isinstance(rate, list) else [rate] * (start.problem["horizon"] + 1)
        self.s = 1.0
        self.x = start.x0
        self.query = start.x0

    def step(self, given):
        rate = self.rates[given.t - 1]
        x = [y - rate * g for y, g in zip(self.query, given.gradient)]
        s = (1 + math.sqrt(1 + 4 * self.s * self.s)) / 2
        momentum = (self.s - 1) / s
        self.query = [new + momentum * (new - old) for new, old in zip(x, self.x)]
        self.x = x
        self.s = s

    def save(self):
        return dict(vars(self))

    @classmethod
    def load(cls, state):
        restored = cls.__new__(cls)
        vars(restored).update(state)
        return restored


if __name__ == "__main__":
    serve(Nesterov, name="nesterov.py", version="1.0.0")
