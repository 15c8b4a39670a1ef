"""The least that an optimizer in another process can be: a JSON line in, a JSON line out."""

import json
import sys

for line in sys.stdin:
    asked = json.loads(line)
    sys.stdout.write(json.dumps({"query": [-0.5 * g for g in asked["gradient"]]}) + "\n")
    sys.stdout.flush()
