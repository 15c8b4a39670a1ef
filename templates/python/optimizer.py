"""Nesterov's accelerated gradient, behind the protocol of `omg-oracle gate`. Put your optimizer in its place.

    npx omg-oracle gate --command "python3 optimizer.py" --like nesterov

`--like` names the method that the optimizer claims to be; without it the gate guesses, and does not pass. What the
parameters of each method are called, and what is compared, is in the package's docs/PROTOCOL.md. omg_oracle_adapter.py, beside this file,
speaks the protocol; its first lines explain it. print() in the methods is safe: it goes to standard error.
"""

import math

from omg_oracle_adapter import Unsupported, serve


class Optimizer:
    """One session. Nothing may be shared between two of them: the gate runs several at a time."""

    def __init__(self, start):
        # start.x0 is a list of floats, start.config a dictionary of the method's parameters.
        rate = start.config.get("learningRate")
        if rate is None:
            # What your optimizer does not have is no failure.
            raise Unsupported("a learningRate is needed")
        # One number, or a list with one for each step.
        self.rates = rate if isinstance(rate, list) else [rate] * (start.problem["horizon"] + 1)
        self.s = 1.0
        # The iterate that the method would return now.
        self.x = start.x0
        # Where the next gradient is wanted. For most methods this is x: then leave it out.
        self.query = start.x0

    def step(self, given):
        # given.t is 1, 2, 3, ..., given.gradient the gradient at the last query.
        rate = self.rates[given.t - 1]
        x = [y - rate * g for y, g in zip(self.query, given.gradient)]
        s = (1 + math.sqrt(1 + 4 * self.s * self.s)) / 2
        momentum = (self.s - 1) / s
        self.query = [new + momentum * (new - old) for new, old in zip(x, self.x)]
        self.x = x
        self.s = s

    # Optional: what a checkpoint would hold, as plain JSON data, and a session made of it.
    def save(self):
        return {"rates": self.rates, "s": self.s, "x": self.x, "query": self.query}

    @classmethod
    def load(cls, state):
        restored = cls.__new__(cls)
        vars(restored).update(state)
        return restored


if __name__ == "__main__":
    serve(Optimizer, name="my-nesterov", version="1.0.0", dtype="float64")
