"""Lets `omg-oracle gate --command "python3 FILE"` judge an optimizer written in Python.

Copy this file beside your adapter. It needs the standard library of Python 3.8 or later and nothing else.
A complete adapter, in ten lines:

    from omg_oracle_adapter import serve

    def init(start):
        return {"x": start.x0, "rate": start.config["learningRate"]}

    def step(state, given):
        x = [x - state["rate"] * g for x, g in zip(state["x"], given.gradient)]
        return {**state, "x": x}

    serve(init, step, name="my-descent")

`init` makes the state of one session from a `Start` and `step` the next state from a state and a `Step`. A state is a
dictionary, or an object with attributes. What the gate is told is taken from it:

    x        the iterate that the method would return now; left out: the same as `query`
    query    where the next gradient is wanted; left out: the same as `x`
    average  the running average, for methods that keep one
    meta     the meta-parameters, for methods that have them

Each is a sequence of numbers, or anything with `tolist()`: an array of NumPy or JAX, a tensor of PyTorch. They are read at
once: they may be buffers that the next step writes to. The lists that `init` and `step` are given may be kept, but not
changed; the gate is told of those that are.

A class does as well: `serve(Optimizer, name=...)`, where `Optimizer(start)` sets `self.x` (and the others) and its
method `step(given)` updates them. Its `save()`, which returns plain JSON data, and `load(state)`, a static or class
method that returns a new instance, are optional; so is `run(gradients)`, which returns (queries, xs).

Raise `Unsupported` for a configuration that the optimizer does not have, `Invalid` for one that makes no sense, and
`Skipped` for a claim that it is known not to meet. Any other exception is reported with its traceback. `print` is safe
from `serve` on: what is printed goes to standard error, and so does what was printed before but not flushed.
"""

import copy
import json
import os
import platform
import sys
import traceback

__all__ = ["Invalid", "Skipped", "Start", "Step", "Unsupported", "serve"]

PROTOCOL = 1
# JSON has no such numbers: by what repr() calls them, and by what the protocol calls them.
NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
NAMED = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Unsupported(Exception):
    """The optimizer does not have what was asked for. The claim that asked becomes inapplicable."""


class Invalid(Exception):
    """What was asked for makes no sense. The claim that asked fails."""


class Skipped(Exception):
    """The optimizer is known not to meet this claim: `raise Skipped("reason", issue="https://...")`."""

    def __init__(self, reason, issue=None):
        super().__init__(reason)
        self.issue = issue


class Start:
    """What a session starts from.

    x0        list of float
    config    dictionary: the method's parameters, by the names of the protocol
    problem   dictionary: "horizon", the number of steps to come, and perhaps "L", a bound on the smoothness
    gradient  list of float or None: the gradient at x0, for methods that need it before their first query
    hint      list of float or None: the first hint
    """

    __slots__ = ("config", "gradient", "hint", "problem", "x0")

    def __init__(self, request):
        self.x0 = _vector(request["x0"])
        self.config = request.get("config", {})
        self.problem = request.get("problem", {})
        self.gradient = _optional(request, "gradient")
        self.hint = _optional(request, "hint")


class Step:
    """What one step is given.

    t         1, 2, 3, ... within the session
    gradient  list of float: the gradient at the last query
    value     float or None: the function's value there
    hint      list of float or None: the hint for the next step
    target    list of float or None: the target, for bootstrapped meta-gradients
    """

    __slots__ = ("gradient", "hint", "t", "target", "value")

    def __init__(self, t, gradient, value=None, hint=None, target=None):
        self.t = t
        self.gradient = gradient
        self.value = value
        self.hint = hint
        self.target = target


def serve(init, step=None, *, name, version="0", dtype="float64", capabilities=(), save=None, load=None, run=None):
    """Answers the gate until it says goodbye or closes the pipe, then ends the process.

    init, step    two functions, or a class alone (see the top of this file)
    dtype         "float64" or "float32": the precision that the optimizer computes in
    capabilities  what it can do beyond "step" and "run": "hint" if it uses hints, "average" if it answers with averages.
                  "state" is added where there are `save` and `load`
    save, load    for two functions: state -> plain JSON data, and back. What `save` returned must not change with later
                  steps, nor what `load` was given: copy what will be written to
    run           for two functions: (state, gradients) -> (state, queries, xs), where that is faster than repeated steps
    """
    model = _OfClass(init) if step is None else _OfFunctions(init, step, save, load, run)
    listed = ["step", "run", *capabilities, *(["state"] if model.can_save else []), "changed"]
    hello = {
        "implementation": {"name": name, "version": version, "language": "python " + platform.python_version()},
        "dtype": dtype,
        "capabilities": list(dict.fromkeys(listed)),
    }
    requests, answers = _take_over_pipes()
    _Server(model, hello).serve(requests, answers)
    sys.stderr.flush()
    # The interpreter's own end may wait for threads of a framework: it is not needed.
    os._exit(0)


def _take_over_pipes():
    """Keeps the two pipes for the protocol alone: print() and C code write to standard error, input() finds nothing."""
    requests = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # What modules printed while they were imported is still in the buffer: it goes to standard error as well.
    sys.stdout.flush()
    sys.stdout = sys.stderr
    return requests, answers


class _OfFunctions:
    def __init__(self, init, step, save, load, run):
        self.init, self.step, self._save, self._load, self._run = init, step, save, load, run
        self.can_save = save is not None and load is not None

    def save(self, state):
        return self._save(state)

    def load(self, saved):
        return self._load(saved)

    def run(self, state, gradients):
        return None if self._run is None else self._run(state, gradients)


class _OfClass:
    def __init__(self, kind):
        self.init = kind
        self.load = getattr(kind, "load", None)
        self.can_save = hasattr(kind, "save") and self.load is not None
        self._runs = hasattr(kind, "run")

    def step(self, optimizer, given):
        optimizer.step(given)
        return optimizer

    def save(self, optimizer):
        return optimizer.save()

    def run(self, optimizer, gradients):
        return (optimizer, *optimizer.run(gradients)) if self._runs else None


class _Watch:
    """The lists and states of one session that an optimizer may keep but not change, each held against a copy."""

    # More than a session of usual length is given; of a longer one, the last.
    KEPT = 64

    def __init__(self):
        self.kept = []

    def given(self, name, values):
        """Returns values, None included."""
        if values is not None:
            before = copy.deepcopy(values) if isinstance(values, dict) else list(values)
            self._keep(name, lambda: values == before)
        return values

    def saved(self, name, state, text):
        self._keep(name, lambda: _dumped(state) == text)

    def told(self):
        """The end of an answer: the names of what has changed, each once."""
        changed = [entry for entry in self.kept if not self._same(entry[1])]
        if not changed:
            return ""
        self.kept = [entry for entry in self.kept if entry not in changed]
        return ',"changed":' + json.dumps(", ".join(name for name, _ in changed))

    def _keep(self, name, same):
        self.kept = [*self.kept[1 - self.KEPT:], (name, same)]

    @staticmethod
    def _same(same):
        try:
            return bool(same())
        except Exception:
            # It has become what cannot be compared or written.
            return False


class _Server:
    def __init__(self, model, hello):
        self.model = model
        self.hello = hello
        # name -> [state, number of steps taken, _Watch]
        self.sessions = {}
        self.operations = {
            "hello": self._hello,
            "init": self._init,
            "step": self._step,
            "run": self._run,
            "save": self._save,
            "load": self._load,
            "close": self._close,
            "bye": lambda request: "",
        }

    def serve(self, requests, answers):
        try:
            for line in requests:
                request = json.loads(line)
                answers.write(self.answer(request).encode())
                answers.flush()
                if request["op"] == "bye":
                    return
        except BrokenPipeError:
            return

    def answer(self, request):
        """One line. Everything after the id is put together as text, since vectors are most of it."""
        head = '{"id":' + json.dumps(request["id"])
        try:
            operation = self.operations.get(request["op"])
            if operation is None:
                raise Unsupported("no such operation: " + str(request["op"]))
            return head + ',"ok":true' + operation(request) + "}\n"
        except Unsupported as error:
            return head + _refusal("unsupported", error)
        except Invalid as error:
            return head + _refusal("invalid", error)
        except Skipped as skipped:
            reason = {"reason": str(skipped)} if skipped.issue is None else {"reason": str(skipped), "issue": skipped.issue}
            return head + ',"ok":true,"skipped":' + json.dumps(reason) + "}\n"
        except Exception as error:
            return head + _refusal("exception", error, traceback.format_exc())

    def _hello(self, request):
        facts = json.dumps(self.hello, separators=(",", ":"))
        # The gate compares the two protocol numbers: it can name both.
        return ',"protocol":%d,"echo":%s,%s' % (PROTOCOL, _encode(_vector(request.get("echo", ()))), facts[1:-1])

    def _init(self, request):
        start = Start(request)
        watch = _Watch()
        for name, values in (("x0", start.x0), ("config", start.config), ("gradient of init", start.gradient), ("hint of init", start.hint)):
            watch.given(name, values)
        state = self.model.init(start)
        self.sessions[request["session"]] = [state, 0, watch]
        return _describe(state) + watch.told()

    def _step(self, request):
        session = self._session(request)
        gradient = [float(g) for g in request["gradient"]]
        value = request.get("value")
        given = Step(
            request["t"], gradient, None if value is None else float(value), _optional(request, "hint"), _optional(request, "target")
        )
        watch = session[2]
        for name in ("gradient", "hint", "target"):
            watch.given("%s of step %d" % (name, request["t"]), getattr(given, name))
        session[0] = self.model.step(session[0], given)
        session[1] = request["t"]
        return _describe(session[0]) + watch.told()

    def _run(self, request):
        session = self._session(request)
        gradients = [_vector(gradient) for gradient in request["gradients"]]
        for i, gradient in enumerate(gradients):
            session[2].given("gradient of step %d" % (session[1] + i + 1), gradient)
        done = self.model.run(session[0], gradients)
        if done is None:
            queries, xs = [], []
            for gradient in gradients:
                session[1] += 1
                session[0] = self.model.step(session[0], Step(session[1], gradient))
                query, x = _point(session[0])
                queries.append(_encode(query))
                xs.append(queries[-1] if x is query else _encode(x))
        else:
            session[0], query_list, x_list = done
            session[1] += len(gradients)
            queries, xs = [_encode(query) for query in query_list], [_encode(x) for x in x_list]
        return ',"queries":[' + ",".join(queries) + '],"xs":[' + ",".join(xs) + "]" + session[2].told()

    def _save(self, request):
        session = self._session(request)
        self._require_state()
        state = self.model.save(session[0])
        text = _dumped(state)
        told = session[2].told()
        session[2].saved("what save returned after " + ("step %d" % session[1] if session[1] else "init"), state, text)
        return ',"state":{"steps":%d,"state":%s}' % (session[1], text) + told

    def _load(self, request):
        self._require_state()
        saved = request["state"]
        given = _restored(saved["state"])
        watch = _Watch()
        watch.saved("the state given to load", given, _dumped(given))
        state = self.model.load(given)
        self.sessions[request["session"]] = [state, saved["steps"], watch]
        return _describe(state) + watch.told()

    def _close(self, request):
        self.sessions.pop(request["session"], None)
        return ""

    def _session(self, request):
        session = self.sessions.get(request["session"])
        if session is None:
            raise Invalid("no such session: " + str(request["session"]))
        return session

    def _require_state(self):
        if not self.model.can_save:
            raise Unsupported("this optimizer has no save and load")


def _vector(values):
    # float() knows the names "NaN", "Infinity" and "-Infinity".
    return [float(value) for value in values]


def _optional(request, name):
    values = request.get(name)
    return None if values is None else [float(value) for value in values]


def _get(state, name):
    return state.get(name) if isinstance(state, dict) else getattr(state, name, None)


def _point(state):
    query, x = _get(state, "query"), _get(state, "x")
    if query is None and x is None:
        raise TypeError("expected a state with x or query, got " + type(state).__name__)
    return (x if query is None else query), (query if x is None else x)


def _describe(state):
    query, x = _point(state)
    text = _encode(query)
    line = ',"query":' + text + ',"x":' + (text if x is query else _encode(x))
    for name in ("average", "meta"):
        values = _get(state, name)
        if values is not None:
            line += ',"' + name + '":' + (text if values is query else _encode(values))
    return line


def _encode(values):
    """Shortest decimals that read back as the same doubles; names for what is not finite."""
    if type(values) is not list:
        tolist = getattr(values, "tolist", None)
        values = list(values) if tolist is None else tolist()
    try:
        text = ",".join(map(float.__repr__, values))
    except TypeError:
        text = ",".join([repr(float(value)) for value in values])
    if "n" in text:
        text = ",".join(['"%s"' % NOT_FINITE[number] if number in NOT_FINITE else number for number in text.split(",")])
    return "[" + text + "]"


def _plain(value):
    """JSON has no NaN: the names of the protocol stand for it in saved states, too."""
    if isinstance(value, float):
        return NOT_FINITE.get(repr(float(value)), float(value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    tolist = getattr(value, "tolist", None)
    return value if tolist is None else _plain(tolist())


def _dumped(state):
    return json.dumps(_plain(state), separators=(",", ":"), allow_nan=False)


def _restored(value):
    if isinstance(value, str):
        return NAMED.get(value, value)
    if isinstance(value, dict):
        return {key: _restored(item) for key, item in value.items()}
    return [_restored(item) for item in value] if isinstance(value, list) else value


def _refusal(kind, error, trace=None):
    details = {"kind": kind, "message": str(error) or type(error).__name__}
    if trace is not None:
        details["message"] = type(error).__name__ + ": " + str(error)
        details["traceback"] = trace
    return ',"ok":false,"error":' + json.dumps(details) + "}\n"
