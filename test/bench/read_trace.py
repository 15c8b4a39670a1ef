"""Reads a trace of SGD with momentum and does every step again in NumPy, as somebody would by hand: each line of standard input is a path, answered by the
seconds that it took and by how many elements were compared. A tolerance that was picked, and no word on which element is wrong.
"""

import json
import sys
import time

import numpy as np
import pyarrow as pa

for line in sys.stdin:
    begun = time.perf_counter()
    compared, last = 0, {}
    with pa.memory_map(line.strip()) as source, pa.ipc.open_stream(source) as reader:
        config = json.loads(reader.schema.metadata[b"omg-oracle-trace"])["config"]
        lr, momentum, dampening, decay = (np.float32(config[name]) for name in ("learningRate", "momentum", "dampening", "weightDecay"))
        for batch in reader:
            for row in range(batch.num_rows):
                step, parameter = (batch.column(name)[row].as_py() for name in ("step", "parameter"))
                x, g, x_after, b, b_after = (batch.column(name)[row].values.to_numpy() for name in ("x", "g", "x_after", "b", "b_after"))
                slope = g + decay * x
                ours = slope if step == 1 else momentum * b + (1 - dampening) * slope
                ok = np.allclose(ours, b_after, rtol=1e-5, atol=1e-6) and np.allclose(x - lr * b_after, x_after, rtol=1e-5, atol=1e-6) and np.isfinite(x_after).all()
                if parameter in last:
                    ok = ok and np.array_equal(last[parameter], x)
                if not ok:
                    raise SystemExit(f"step {step} of parameter {parameter} is wrong")
                last[parameter] = x_after
                compared += x.size
    print(json.dumps({"seconds": time.perf_counter() - begun, "compared": compared}), flush=True)
