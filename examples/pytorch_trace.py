"""Records the steps of PyTorch's SGD, so that each of them can be checked, element by element.

    python3 examples/pytorch_trace.py trace.arrow --steps 20 --momentum 0.9
    npx omg-oracle trace check trace.arrow

Needs torch and pyarrow. In a training loop of your own:

    with SGDTrace("trace.arrow", optimizer, model.named_parameters(), steps=1000, count=4096) as trace:
        for batch in batches:
            optimizer.zero_grad()
            loss = ...
            loss.backward()
            trace.step(loss)                 # in the place of optimizer.step()
"""

import argparse
import json

import pyarrow as pa
import torch


class SGDTrace:
    """Takes an optimizer's steps and writes what was there before and after: a row for each tensor in each step.

    steps  how many will be taken; None where that is not known
    count  how many elements of each tensor are recorded, drawn with `seed`; None: all
    """

    def __init__(self, path, optimizer, named_parameters, steps=None, count=None, seed=0):
        if not isinstance(optimizer, torch.optim.SGD) or len(optimizer.param_groups) != 1:
            raise ValueError(f"expected a torch.optim.SGD with one group of parameters, got {type(optimizer).__name__} with {len(optimizer.param_groups)}")
        self.optimizer = optimizer
        self.group = optimizer.param_groups[0]
        named = [(name, parameter) for name, parameter in named_parameters if parameter.requires_grad]
        for name, parameter in named:
            if parameter.dtype != torch.float32:
                raise ValueError(f"expected parameters in float32, got {name} in {parameter.dtype}")
        self.parameters = [parameter for _, parameter in named]
        generator = torch.Generator().manual_seed(seed)
        self.index = [
            None if count is None or parameter.numel() <= count else torch.randperm(parameter.numel(), generator=generator)[:count].sort().values
            for parameter in self.parameters
        ]
        self.config = self._config()
        self.momentum = self.config.get("momentum", 0) != 0
        self.t = 0
        header = {
            "version": 1,
            "method": "sgd-momentum" if self.momentum else "gradient-descent",
            "config": self.config,
            "parameters": [{"name": name, "shape": list(parameter.shape)} for name, parameter in named],
            "steps": steps,
            "sample": None if count is None else {"seed": seed, "count": count},
            "producer": {"name": "PyTorch", "version": torch.__version__, "device": str(self.parameters[0].device)},
        }
        floats = pa.list_(pa.field("item", pa.float32(), nullable=False))
        integers = pa.list_(pa.field("item", pa.int32(), nullable=False))
        columns = ["x", "g", "x_after"] + (["b", "b_after"] if self.momentum else [])
        self.schema = pa.schema(
            [("step", pa.int32()), ("parameter", pa.int32()), ("loss", pa.float32()), ("index", integers)] + [(name, floats) for name in columns],
            metadata={"omg-oracle-trace": json.dumps(header)},
        )
        self.stream = pa.ipc.new_stream(path, self.schema)

    def _config(self):
        group = self.group
        if group.get("maximize"):
            raise ValueError("expected an optimizer that minimises, got maximize=True")
        config = {"learningRate": group["lr"], "weightDecay": group["weight_decay"]}
        if group["momentum"] != 0:
            config.update(momentum=group["momentum"], dampening=group["dampening"], nesterov=group["nesterov"])
        return config

    def _taken(self, tensors):
        taken = []
        for tensor, index in zip(tensors, self.index):
            flat = tensor.detach().reshape(-1)
            taken.append((flat if index is None else flat[index.to(flat.device)]).cpu().clone().numpy())
        return taken

    def _buffers(self):
        buffers = [self.optimizer.state[parameter].get("momentum_buffer") for parameter in self.parameters]
        # Before the first step there is none yet.
        return self._taken([torch.zeros_like(parameter) if b is None else b for parameter, b in zip(self.parameters, buffers)])

    def step(self, loss):
        if self._config() != self.config:
            raise ValueError(f"expected the optimizer to keep {self.config}, got {self._config()}; a schedule goes into the header as a list")
        before = {"x": self._taken(self.parameters), "g": self._taken([parameter.grad for parameter in self.parameters])}
        if self.momentum:
            before["b"] = self._buffers()
        self.optimizer.step()
        after = {"x_after": self._taken(self.parameters)}
        if self.momentum:
            after["b_after"] = self._buffers()
        self.t += 1
        loss = float(torch.as_tensor(loss).detach())
        columns = {**before, **after}
        for i in range(len(self.parameters)):
            row = {"step": [self.t], "parameter": [i], "loss": [loss], "index": [None if self.index[i] is None else self.index[i].numpy()]}
            row.update({name: [values[i]] for name, values in columns.items()})
            arrays = [pa.array(row[field.name], type=field.type) for field in self.schema]
            self.stream.write_batch(pa.record_batch(arrays, schema=self.schema))

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        # A stream that is not closed is one that was cut off.
        if failure is None:
            self.stream.close()


def main():
    options = argparse.ArgumentParser(description="trains a small network on made-up pictures, and records every step")
    options.add_argument("path")
    options.add_argument("--steps", type=int, default=20)
    options.add_argument("--learning-rate", type=float, default=0.05)
    options.add_argument("--momentum", type=float, default=0.9)
    options.add_argument("--dampening", type=float, default=0)
    options.add_argument("--nesterov", action="store_true")
    options.add_argument("--weight-decay", type=float, default=1e-4)
    options.add_argument("--count", type=int)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    torch.manual_seed(given.seed)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3, padding=1), torch.nn.BatchNorm2d(16), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(16, 4),
    )
    optimizer = torch.optim.SGD(
        model.parameters(), lr=given.learning_rate, momentum=given.momentum, dampening=given.dampening, nesterov=given.nesterov, weight_decay=given.weight_decay,
    )
    with SGDTrace(given.path, optimizer, model.named_parameters(), steps=given.steps, count=given.count, seed=given.seed) as trace:
        for _ in range(given.steps):
            classes = torch.randint(4, (16,))
            pictures = torch.randn(16, 3, 16, 16) + classes.reshape(-1, 1, 1, 1) * 0.3
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(pictures), classes)
            loss.backward()
            trace.step(loss)


if __name__ == "__main__":
    main()
