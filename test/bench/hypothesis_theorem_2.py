"""Theorem 2 as a property of Hypothesis in NumPy: the same ranges, algorithm, comparator, ledgers and bound as bare-theorem-2.ts, with arrays in the place of loops.

Each line of standard input is answered by one of standard output: {"examples": n, "seed": s} by {"cases", "rejected", "seconds"} of processor time,
{"case": c} by {"gap", "bound", "regret", "ledger"}, null where a hypothesis fails on the case.
"""

import json
import sys
import time

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

# Cases

scalar = st.one_of(st.integers(-4, 4).map(float), st.floats(-4, 4), st.floats(-4, 4), st.builds(lambda x, e: x * 10.0**e, st.floats(-1, 1), st.integers(-3, 3)))
HORIZON, DIMENSION = 100, 8


def vectors(*shape):
    return arrays(np.float64, shape, elements=scalar)


def powers(low, high, *shape):
    return arrays(np.float64, shape, elements=st.floats(low, high)).map(lambda e: 10.0**e)


positive = st.floats(-1.5, 1).map(lambda e: 10.0**e)
square = st.just({"kind": "square"})
shapes = st.one_of(
    st.builds(lambda w: {"kind": "huber", "width": w}, positive), st.just({"kind": "half-square"}), st.builds(lambda w: {"kind": "dead-zone", "width": w}, positive),
    st.builds(lambda r: {"kind": "asymmetric", "ratio": r}, positive), square,
)


def ridge(n, shape):
    term = st.fixed_dictionaries({"direction": vectors(n), "offset": scalar, "weight": positive, "shape": shape})
    return st.fixed_dictionaries({"kind": st.just("ridge"), "terms": st.lists(term, min_size=1, max_size=n + 1)})


def simple(n):
    def diagonal(weights):
        return {"kind": "ridge", "terms": [{"direction": np.eye(n)[i], "offset": 0.0, "weight": w, "shape": {"kind": "square"}} for i, w in enumerate(weights)]}

    reflector = vectors(n).map(lambda v: v if v.any() else np.ones(n))
    return st.one_of(
        powers(-1.5, 1, n).map(diagonal),
        ridge(n, square),
        st.fixed_dictionaries({"kind": st.just("spectral"), "spectrum": powers(-1.5, 1, n), "reflectors": st.lists(reflector, max_size=2)}),
        ridge(n, shapes),
        st.fixed_dictionaries({"kind": st.just("chain"), "dimension": st.just(n), "smoothness": positive}),
        ridge(n, st.just({"kind": "softplus"})),
        st.integers(2, n + 2).flatmap(lambda k: st.fixed_dictionaries({"kind": st.just("log-sum-exp"), "atoms": vectors(k, n), "offsets": vectors(k)})),
        st.fixed_dictionaries({
            "kind": st.just("spectral"), "spectrum": powers(-12, 0, n).map(lambda s: np.concatenate([[1.0], s[1:]])),
            "reflectors": st.lists(arrays(np.float64, n, elements=st.floats(-1, 1)).map(lambda v: v + np.eye(n)[0] * (1 + abs(v[0]) - v[0])), min_size=1, max_size=2),
        }),
    )


def functions(n):
    one = simple(n)
    return st.one_of(
        *[one] * 10,
        st.fixed_dictionaries({"kind": st.just("sum"), "parts": st.lists(one, min_size=2, max_size=2)}),
        st.fixed_dictionaries({"kind": st.just("composition"), "inner": ridge(2, shapes), "matrix": vectors(2, n), "shift": vectors(2)}),
    )


def rules(n, m):
    kind = lambda name, **parts: st.fixed_dictionaries({"kind": st.just(name), **parts})  # noqa: E731
    return st.one_of(
        kind("identity"), kind("affine", matrix=vectors(n, m), offset=vectors(n)),
        kind("state-affine", matrix=vectors(n, m), gain=vectors(n, m), direction=vectors(n), offset=vectors(n), state=vectors(n, n)),
        kind("elementwise-descent"), kind("elementwise-gradient"), kind("preconditioner" if n <= 2 else "elementwise-descent"),
    )


def sets(m):
    corner = st.one_of(vectors(m), st.just(np.zeros(m)))
    whole = st.just({"kind": "all"})
    return st.one_of(
        whole, whole, whole, whole,
        st.builds(lambda low, side: {"kind": "box", "lower": low, "upper": low + side}, vectors(m), powers(-1.5, 1, m)), corner.map(lambda at: {"kind": "orthant", "corner": at}),
        positive.map(lambda size: {"kind": "simplex", "corner": np.zeros(m), "size": size}), st.builds(lambda c, r: {"kind": "ball", "centre": c, "radius": r}, corner, positive),
    )


def hints(m, T):
    return st.one_of(
        *[st.just({"kind": kind}) for kind in ("none", "previous", "current-jacobian", "scaled")],
        vectors(T, m).map(lambda h: {"kind": "given", "hints": h}), vectors(T, m).map(lambda h: {"kind": "noisy", "noise": h}), positive.map(lambda f: {"kind": "adversarial", "factor": f}),
    )


@st.composite
def cases(draw):
    T, n, m = draw(st.integers(1, HORIZON)), draw(st.integers(1, DIMENSION)), draw(st.integers(1, DIMENSION))
    rule = draw(rules(n, m))
    m = {"preconditioner": n * n, "affine": m, "state-affine": m}.get(rule["kind"], n)
    alpha = draw(powers(-3, 3, T))
    beta = draw(st.one_of(powers(-3, 0.5, 1).map(lambda b: np.repeat(b, T + 1)), powers(-3, 0.5, T + 1).map(lambda b: np.sort(b)[::-1])))
    return {
        "function": {"body": draw(functions(n)), "minimiser": draw(vectors(n))}, "rule": rule, "set": draw(sets(m)), "hint": draw(hints(m, T)), "alpha": alpha,
        "beta": beta / max(alpha.max(), 1), "index": draw(st.sampled_from(["equation-4", "algorithm-4"])), "start": draw(vectors(n)),
    }


# Functions: each takes one point, or many as rows


class Ridge:
    """sum of c_k sigma_k(<a_k, x> - b_k)"""

    def __init__(self, A, b, c, shapes, L=None):
        self.A, self.b, self.c = A, b, c
        kinds = np.array([shape["kind"] for shape in shapes])
        self.plain = bool((kinds == "square").all())
        self.soft = bool((kinds == "softplus").all())
        self.zone = np.array([shape["width"] if shape["kind"] == "dead-zone" else 0.0 for shape in shapes])
        self.width = np.array([shape["width"] if shape["kind"] == "huber" else np.inf for shape in shapes])
        self.ratio = np.array([{"asymmetric": shape.get("ratio"), "half-square": 0.0}.get(shape["kind"], 1.0) for shape in shapes], dtype=float)
        curvature = np.array([0.25 if shape["kind"] == "softplus" else max(1, shape["ratio"]) if shape["kind"] == "asymmetric" else 1.0 for shape in shapes])
        size = np.abs(A)
        self.L = float(((c * curvature * size.sum(axis=1)) @ size).max()) if L is None else L

    def slope(self, z):
        if self.plain:
            return z
        if self.soft:
            e = np.exp(-np.abs(z))
            return np.where(z >= 0, 1, e) / (1 + e)
        inner = np.sign(z) * np.maximum(np.abs(z) - self.zone, 0)
        return np.where(inner >= 0, 1, self.ratio) * np.clip(inner, -self.width, self.width)

    def value(self, z):
        if self.soft:
            return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
        inner = np.maximum(np.abs(z) - self.zone, 0)
        near = np.minimum(inner, self.width)
        return np.where(z >= 0, 1, self.ratio) * near * (inner - near / 2)

    def gradient(self, x):
        return (self.c * self.slope(x @ self.A.T - self.b)) @ self.A

    def divergence(self, y, x):
        u, z = y @ self.A.T - self.b, x @ self.A.T - self.b
        return ((u - z) ** 2 / 2 if self.plain else self.value(u) - self.value(z) - self.slope(z) * (u - z)) @ self.c


class LogSumExp:
    def __init__(self, A, b):
        self.A, self.b = A, b
        self.L = float(((A[:, None] - A[None]) ** 2).sum(axis=2).max()) / 4

    def logarithms(self, x):
        e = x @ self.A.T + self.b
        top = e.max(axis=-1, keepdims=True)
        return e - top - np.log(np.exp(e - top).sum(axis=-1, keepdims=True))

    def gradient(self, x):
        return np.exp(self.logarithms(x)) @ self.A

    def divergence(self, y, x):
        logarithms, d = self.logarithms(x), (y - x) @ self.A.T
        shifted = logarithms + d
        top = shifted.max(axis=-1, keepdims=True)
        return top[..., 0] + np.log(np.exp(shifted - top).sum(axis=-1)) - (np.exp(logarithms) * d).sum(axis=-1)


class Sum:
    def __init__(self, parts):
        self.parts, self.L = parts, sum(part.L for part in parts)

    def gradient(self, x):
        return sum(part.gradient(x) for part in self.parts)

    def divergence(self, y, x):
        return sum(part.divergence(y, x) for part in self.parts)


class Composition:
    def __init__(self, inner, M, s):
        self.inner, self.M, self.s = inner, M, s
        self.L = inner.L * float(np.abs(M).sum(axis=1).max() * np.abs(M).sum(axis=0).max())

    def gradient(self, x):
        return self.inner.gradient(x @ self.M.T + self.s) @ self.M

    def divergence(self, y, x):
        return self.inner.divergence(y @ self.M.T + self.s, x @ self.M.T + self.s)


def smooth(body):
    kind = body["kind"]
    if kind == "ridge":
        terms = body["terms"]
        return Ridge(np.array([t["direction"] for t in terms], dtype=float), np.array([t["offset"] for t in terms], dtype=float), np.array([t["weight"] for t in terms], dtype=float), [t["shape"] for t in terms])
    if kind == "spectral":
        c = np.asarray(body["spectrum"], dtype=float)
        n = len(c)
        A = np.eye(n)
        for v in body["reflectors"]:
            v = np.asarray(v, dtype=float)
            A = A - np.outer(A @ v, 2 * v / (v @ v))
        return Ridge(A, np.zeros(n), c, [{"kind": "square"}] * n, float(c.max()) * (1 + 2.0**-48 * n * (len(body["reflectors"]) + 1)))
    if kind == "chain":
        n = body["dimension"]
        A = np.vstack([np.eye(n)[:1], np.eye(n)[:-1] - np.eye(n)[1:], np.eye(n)[-1:]])
        return Ridge(A, np.zeros(n + 1), np.full(n + 1, body["smoothness"] / 4), [{"kind": "square"}] * (n + 1), body["smoothness"])
    if kind == "log-sum-exp":
        return LogSumExp(np.asarray(body["atoms"], dtype=float), np.asarray(body["offsets"], dtype=float))
    if kind == "sum":
        return Sum([smooth(part) for part in body["parts"]])
    return Composition(smooth(body["inner"]), np.asarray(body["matrix"], dtype=float), np.asarray(body["shift"], dtype=float))


def projection(W):
    """Each takes one vector, or many as rows."""
    kind = W["kind"]
    if kind == "all":
        return lambda v: v
    if kind == "box":
        lower, upper = np.asarray(W["lower"], dtype=float), np.asarray(W["upper"], dtype=float)
        return lambda v: np.clip(v, lower, upper)
    if kind == "orthant":
        corner = np.asarray(W["corner"], dtype=float)
        return lambda v: np.maximum(v, corner)
    if kind == "simplex":
        corner, size = np.asarray(W["corner"], dtype=float), W["size"]

        def project(v):
            relative = v - corner
            ordered = -np.sort(-relative, axis=-1)
            candidates = (np.cumsum(ordered, axis=-1) - size) / np.arange(1, relative.shape[-1] + 1)
            last = np.maximum((candidates <= ordered).sum(axis=-1, keepdims=True) - 1, 0)
            return corner + np.maximum(relative - np.take_along_axis(candidates, last, axis=-1), 0)

        return project
    centre, radius = np.asarray(W["centre"], dtype=float), W["radius"]

    def project(v):
        offset = v - centre
        norm = np.sqrt((offset * offset).sum(axis=-1, keepdims=True))
        return np.where(norm <= radius, v, centre + radius / np.maximum(norm, 1e-300) * offset)

    return project


def linearisation(rule, n):
    """m, and (A(x), b(x)) from x and the gradient there."""
    kind = rule["kind"]
    zero = np.zeros(n)
    if kind == "identity":
        return n, lambda x, g: (np.eye(n), zero)
    if kind == "affine":
        A, b = np.asarray(rule["matrix"], dtype=float), np.asarray(rule["offset"], dtype=float)
        return A.shape[1], lambda x, g: (A, b)
    if kind == "state-affine":
        A, B, C, d, b = (np.asarray(rule[name], dtype=float) for name in ("matrix", "gain", "state", "direction", "offset"))
        return A.shape[1], lambda x, g: (A + np.clip(d @ x, -1, 1) * B, C @ x + b)
    if kind == "elementwise-descent":
        return n, lambda x, g: (np.diag(-g), x)
    if kind == "elementwise-gradient":
        return n, lambda x, g: (np.diag(g), zero)
    return n * n, lambda x, g: (np.kron(np.eye(n), -g), x)


# The claim


def comparator(W, project, c, s):
    at = lambda theta: project(-theta * c)  # noqa: E731
    start = at(0.0)
    if c @ start <= s:
        return start
    if W["kind"] == "all":
        return None if c @ c < 2.0**-900 else s / (c @ c) * c
    size = np.abs(c).sum()
    if size**2 < 2.0**-900:
        return None
    low, high = 0.0, 1 / size
    for i in range(27):
        if c @ at(high) <= s:
            break
        if i == 26:
            return None
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return at(high)
        if c @ at(middle) <= s:
            high = middle
        else:
            low = middle


def check(case):
    f = smooth(case["function"]["body"])
    target = np.asarray(case["function"]["minimiser"], dtype=float)
    tilt = f.gradient(target)
    alpha, beta, hint = np.asarray(case["alpha"], dtype=float), np.asarray(case["beta"], dtype=float), case["hint"]
    T, n = len(alpha), len(target)
    project = projection(case["set"])
    m, at = linearisation(case["rule"], n)
    given_hints = np.asarray(hint.get("hints", hint.get("noise", np.zeros((T, m)))), dtype=float)
    eta = beta[1:] if case["index"] == "equation-4" else beta[:-1]
    A, b = np.empty((T, n, m)), np.empty((T, n))
    w, hinted, g, S = np.empty((T, m)), np.zeros((T, m)), np.empty((T, m)), np.zeros((T + 1, m))
    x, average, G = np.empty((T, n)), np.empty((T + 1, n)), np.empty((T + 1, n))
    average[0] = case["start"]
    G[0] = f.gradient(average[0]) - tilt
    totals = np.concatenate([[0.0], np.cumsum(alpha)])
    kind = hint["kind"]
    for t in range(T):
        A[t], b[t] = at(average[t], G[t])
        if kind == "given":
            hinted[t] = given_hints[t]
        elif kind == "noisy":
            hinted[t] = (t + 1) * given_hints[t] + (g[t - 1] if t > 0 else 0)
        elif t > 0:
            if kind == "previous":
                hinted[t] = g[t - 1]
            elif kind == "current-jacobian":
                hinted[t] = G[t] @ A[t]
            elif kind == "scaled":
                hinted[t] = (alpha[t - 1] / alpha[t]) ** 2 * (G[t] @ A[t])
            elif kind == "adversarial":
                hinted[t] = -hint["factor"] * g[t - 1]
        w[t] = project(-eta[t] * (S[t] + alpha[t] * hinted[t]))
        x[t] = A[t] @ w[t] + b[t]
        average[t + 1] = (totals[t] * average[t] + alpha[t] * x[t]) / totals[t + 1]
        G[t + 1] = f.gradient(average[t + 1]) - tilt
        g[t] = G[t + 1] @ A[t]
        S[t + 1] = S[t] + alpha[t] * g[t]
    before, after, G = average[:-1], average[1:], G[1:]
    if not all((np.abs(v) <= 1e7).all() for v in (after, x, w)):
        return None
    s = alpha @ ((target - b) * G).sum(axis=1)
    star = comparator(case["set"], project, S[T], s)
    if star is None:
        return None
    total, L = totals[T], f.L
    widest = max(np.abs(v).sum(axis=-1).max() for v in (after, x, target[None]))
    scale = (1 + total) * (1 + L) * (1 + widest) ** 2
    close = lambda a, b, size: np.abs(a - b) <= 1e-8 * (size + scale)  # noqa: E731

    gap = total * f.divergence(after[-1], target)
    nearest = project(np.zeros(m))
    first = star @ star / (2 * eta[-1]) - nearest @ nearest / (2 * eta[0])
    changes = np.concatenate([[0.0], totals[1:T] * ((G[1:] - G[:-1]) ** 2).sum(axis=1)])
    paid = (alpha * (G * G).sum(axis=1) + changes) / (2 * L) if L > 0 else np.zeros(T)
    prediction = alpha**2 * eta * ((g - hinted) ** 2).sum(axis=1) / 2
    bound = first + (prediction - paid).sum()
    assert gap - bound <= 1e-8 * (abs(first) + (prediction + paid).sum() + scale)

    bregman = alpha * f.divergence(np.broadcast_to(target, after.shape), after)
    bregman[1:] += totals[1:T] * f.divergence(before[1:], after[1:])
    assert (paid - bregman <= 1e-8 * (paid + bregman + scale)).all()
    online = alpha * ((x - target) * G).sum(axis=1)
    regret = alpha @ ((w - star) * g).sum(axis=1)
    other = alpha @ ((A @ star + b - target) * G).sum(axis=1)
    sizes = lambda v: np.abs(v).sum(axis=-1)  # noqa: E731
    size = (np.abs(online) + bregman + alpha * (sizes(g) * (sizes(w) + sizes(star)) + sizes(G) * (sizes(b) + sizes(target)))).sum()
    assert close((online - bregman).sum(), gap, size) and close(online.sum(), regret + other, size) and other <= 1e-8 * (size + scale)
    rates = np.concatenate([eta, eta[-1:]])
    leaders = project(-rates[:, None] * S)
    least = (S * leaders).sum(axis=1) + (leaders * leaders).sum(axis=1) / (2 * rates)
    ledger = star @ star / (2 * eta[-1]) - (S[T] @ star + star @ star / (2 * eta[-1]) - least[T]) - least[0] + (alpha * (g * w).sum(axis=1) + least[:-1] - least[1:]).sum()
    size += np.abs(least).sum() + (eta * (sizes(S[:-1]) + alpha * (sizes(g) + sizes(hinted))) ** 2).sum() + star @ star / eta[-1]
    assert close(regret, ledger, size)
    return {"gap": float(gap), "bound": float(bound), "regret": float(regret), "ledger": float(ledger)}


def measure(examples, number):
    seen = [0, 0]

    @seed(number)
    @settings(max_examples=examples, database=None, deadline=None, derandomize=False, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases())
    def theorem_2(case):
        seen[0] += 1
        if check(case) is None:
            seen[1] += 1

    begun = time.process_time()
    theorem_2()
    return {"cases": seen[0], "rejected": seen[1], "seconds": time.process_time() - begun}


np.seterr(all="ignore")
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(check(asked["case"]) if "case" in asked else measure(asked["examples"], asked["seed"])), flush=True)
