"""What the tests of the problem set must notice, and how hard its variants are."""

import numpy as np

from implicit_bias import baselines, diagonal

PROMISED = """
b = baselines.basis_pursuit(X_promise, y_promise).objective
by_two, by_four = b / 12 * (12 * np.e) ** -100.0, b / 12 * (0.01 / 1.01) ** 2
promised = [by_two ** (1 / 2), by_four ** (1 / 4)]
"""
NEEDED = """
b = baselines.basis_pursuit(X_promise, y_promise).objective
measure = {"sum": lambda beta: norm(beta, 1) / b, "length": lambda beta: norm(beta) * norm(beta) / b}
def needs(D, name="sum", more=0.01):
    def excess(log_alpha):
        beta = diagonal.limit(X_promise, y_promise, np.exp(log_alpha), depth=D)
        return measure[name](beta) - 1 - more
    return np.exp(brentq(excess, np.log(1e-6), np.log(9.0)))
needed = [needs(2), needs(4)]
"""
HEIGHT = """
on, off = X_walls[:, :2].T, X_walls[:, 2:].T
above = np.c_[np.r_[off, -off], -np.ones(16)]
free = [(None, None)] * 5
height = linprog([0, 0, 0, 0, 1], above, np.zeros(16), np.c_[on, np.zeros(2)], np.sign(wished[:2]), free).fun
"""
BORDER = """
def border(D):
    return height ** (1 / (D - 2))
"""
SEEN = """
seen = np.array([
    diagonal.limit(X_walls, X_walls @ wished, 1e-4, depth=3, shape=np.r_[[part * border(3)] * 2, np.ones(8)])
    for part in (1.1, 0.9)
])
"""
RULERS = """
short, gram = pinv(X_lazy) @ y_lazy, X_lazy @ X_lazy.T
betas = diagonal.path(X_lazy, y_lazy, scales).beta
starts, kernels = [8 * a**2 * gram for a in scales], []
for beta, a in zip(betas, scales):
    kernels.append(4 * (X_lazy * np.sqrt(beta**2 + 4 * a**4)) @ X_lazy.T)
change = np.array([norm(k - k0) / norm(k0) for k, k0 in zip(kernels, starts)])
distance = norm(betas - short, axis=1) / norm(short)
forecast = (norm((X_lazy * short**2) @ X_lazy.T) / (0.08 * norm(gram))) ** 0.25
"""
# All of it in another form.
OTHERWISE = {
    "promised-needed-answer": """
import cvxpy
x = cvxpy.Variable(12)
b = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm1(x)), [X_promise @ x == y_promise]).solve(solver="CLARABEL")
def needs(D):
    low, high = 1e-8, 10.0
    while high > 1.0001 * low:
        middle = (low * high) ** 0.5
        beta = diagonal.path(X_promise, y_promise, [middle], depth=D).beta[0]
        low, high = (middle, high) if abs(beta).sum() <= 1.01 * b else (low, middle)
    return low
promised = (np.exp((np.log(b / 12) - 100 * (1 + np.log(12))) / 2), (b / 12) ** 0.25 * 101**-0.5)
needed = np.array([needs(2), needs(4)])
""",
    "start-decides-answer": """
import cvxpy
nu = cvxpy.Variable(4)
lines = X_walls.T @ nu
walls = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm_inf(lines[2:])), [lines[:2] == np.sign(wished[:2])])
height = np.array([walls.solve(solver="CLARABEL")])
border = lambda D: np.exp(np.log(height[0]) / (D - 2))
def row(part):
    shape = np.ones(10)
    shape[:2] = part * height[0]
    return diagonal.path(X_walls, X_walls @ wished, [1e-1, 1e-2, 1e-3, 1e-4], depth=3, shape=shape).beta[-1]
seen = [list(row(1.1)), list(row(0.9))]
""",
    "two-rulers-answer": """
change, distance = [], []
shortest = np.linalg.lstsq(X_lazy, y_lazy, rcond=None)[0]
for alpha in scales:
    beta = diagonal.limit(X_lazy, y_lazy, alpha)
    u = np.arcsinh(beta / (2 * alpha**2)) / 2  # the weights are α exp(±u)
    K = 4 * alpha**2 * X_lazy @ np.diag(np.exp(2 * u) + np.exp(-2 * u)) @ X_lazy.T
    start = 8 * alpha**2 * X_lazy @ X_lazy.T
    change.append(norm(K - start) / norm(start))
    distance.append(norm(beta - shortest) / norm(shortest))
forecast = (12.5 * norm(X_lazy @ np.diag(shortest**2) @ X_lazy.T) / norm(X_lazy @ X_lazy.T)) ** 0.25
""",
}


def change(code, old, new):
    """The code with one thing changed."""
    assert code.count(old) == 1, old
    return code.replace(old, new)


def first(promised="", needed=""):
    """Answers to the first problem."""
    return {"promised-needed-answer": PROMISED + promised + NEEDED + needed}


def second(height="", border="", seen=""):
    """Answers to the second problem."""
    return {"start-decides-answer": HEIGHT + height + BORDER + border + SEEN + seen}


def third(code):
    """Answers to the last problem."""
    return {"two-rulers-answer": code}


WRONG = [
    {"answers": OTHERWISE, "fails": set(), "hint": None},
    {
        "answers": first(promised="\npromised = [by_two, by_four]\n"),
        "fails": {"promised-test"},
        "hint": "is this α, or its square",
    },
    {
        "answers": first(promised="\npromised[1] = by_four\n"),
        "fails": {"promised-test"},
        "hint": "is this α, or its fourth power",
    },
    {
        "answers": first(promised="\npromised[0] = (b / 12 * (12 * np.e) ** -0.01) ** 0.5\n"),
        "fails": {"promised-test"},
        "hint": "exponent of ed",
    },
    {  # ε in the place of ε/(1 + ε)
        "answers": first(promised="\npromised[1] = (b / 12 * 0.01**2) ** 0.25\n"),
        "fails": {"promised-test"},
        "hint": "is ε all",
    },
    {  # b forgotten
        "answers": first(promised="\npromised = [p / b ** (1 / D) for p, D in zip(promised, (2, 4))]\n"),
        "fails": {"promised-test"},
        "hint": "what is your b",
    },
    {
        "answers": first(needed="\nneeded = promised\n"),
        "fails": {"needed-test"},
        "hint": "measure what is needed",
    },
    {
        "answers": first(needed="\nneeded = [needs(2), needs(2)]\n"),
        "fails": {"needed-test"},
        "hint": "less small",
    },
    {  # ten percent
        "answers": first(needed="\nneeded = [needs(2, more=0.1), needs(4, more=0.1)]\n"),
        "fails": {"needed-test"},
        "hint": "not one percent above",
    },
    {"answers": first(needed="\nneeded = [0.01, 0.2]\n"), "fails": {"needed-test"}, "hint": "near, but"},
    {
        "answers": second(height="\nheight = np.max(abs(off @ pinv(on) @ np.sign(wished[:2])))\n"),
        "fails": {"height-test", "seen-test"},
        "hint": "the shortest ν",
    },
    {
        "answers": second(
            height="\nheight = norm(wished, 1) / baselines.basis_pursuit(X_walls, X_walls @ wished).objective\n"
        ),
        "fails": {"height-test", "seen-test"},
        "hint": "lower bound",
    },
    {
        "answers": second(height="\nheight = 1 / height\n", border="\nborder = lambda D: height ** (-1 / (D - 2))\n"),
        "fails": {"height-test", "border-test"},
        "hint": "at height 1 or below",
    },
    {  # a guess; the border is right for it
        "answers": second(height="\nheight = 2.0\n"),
        "fails": {"height-test", "seen-test"},
        "hint": "above the quotient of the norms",
    },
    {
        "answers": second(border="\nborder = lambda D: height ** (1 / D)\n"),
        "fails": {"border-test", "seen-test"},
        "hint": "walls are the same number",
    },
    {
        "answers": second(border="\nborder = lambda D: height ** (D - 2)\n"),
        "fails": {"border-test"},
        "hint": "walls are the same number",
    },
    {
        "answers": second(border="\nborder = lambda D: height ** (1 / (2 - D))\n"),
        "fails": {"border-test", "seen-test"},
        "hint": "start larger",
    },
    {  # a border that is none
        "answers": second(border="\nborder = lambda D: 1.7 ** (1 / (D - 2))\n"),
        "fails": {"border-test", "seen-test"},
        "hint": "does it come from your ρ",
    },
    {"answers": second(seen="\nseen = seen[::-1]\n"), "fails": {"seen-test"}, "hint": "near β°"},
    {  # a start that is not small
        "answers": second(seen=change(SEEN, "1e-4", "1.0")),
        "fails": {"seen-test"},
        "hint": "near β°",
    },
    {  # the second row with s = 1; silent: only with s₃ can it be told from a right row
        "answers": second(seen=change(SEEN, "[[part * border(3)] * 2", "[[part > 1 and 1.1 * border(3) or 1.0] * 2")),
        "fails": {"seen-test"},
        "hint": None,
        "lucky": True,  # where s₃ is near 1 / 0.9
    },
    {  # not relative
        "answers": third(change(RULERS, "norm(k - k0) / norm(k0)", "norm(k - k0)")),
        "fails": {"rulers-test"},
        "hint": "relative to the kernel at the start",
    },
    {  # relative to the kernel at the end
        "answers": third(change(RULERS, "norm(k - k0) / norm(k0)", "norm(k - k0) / norm(k)")),
        "fails": {"rulers-test"},
        "hint": "over K₀, or over K∞",
    },
    {  # not relative
        "answers": third(change(RULERS, "axis=1) / norm(short)", "axis=1)")),
        "fails": {"rulers-test"},
        "hint": "distance is not a relative",
    },
    {
        "answers": third(change(RULERS, "change = np.array([", "change = np.array([0 * ")),
        "fails": {"rulers-test"},
        "hint": "positive",
    },
    {  # half of it; silent: the change at a scale, by which one could tell, is itself an answer
        "answers": third(change(RULERS, "0.08 * norm(gram)", "0.04 * norm(gram)")),
        "fails": {"forecast-test"},
        "hint": None,
    },
    {  # the square root of it; silent for the same reason
        "answers": third(change(RULERS, ")) ** 0.25", ")) ** 0.5")),
        "fails": {"forecast-test"},
        "hint": None,
    },
    {"answers": third(RULERS + "\nforecast = 1e3\n"), "fails": {"forecast-test"}, "hint": "range of the scales"},
]
UNTESTED = {"two-rulers-picture"}


def _needed(given):
    X, y = given["X_promise"], given["y_promise"]
    logs = np.linspace(0, -7, 15)
    excess = np.abs(diagonal.path(X, y, np.exp(logs)).beta).sum(axis=1) / baselines.basis_pursuit(X, y).objective - 1
    return np.exp(-np.interp(-np.log(0.01), -np.log(np.maximum(excess, 1e-12)), logs))


def _wall(given):
    X, wished = given["X_walls"], given["wished"]
    return np.abs(wished).sum() / baselines.basis_pursuit(X, X @ wished).objective


DIFFICULTY = {
    # one over the scale that is needed at depth two
    "promised-needed": _needed,
    # how far the wish is from the smallest norm
    "start-decides": _wall,
    "two-rulers": lambda given: np.linalg.cond(given["X_lazy"]),
}
SPREAD = {"promised-needed": 20.0, "start-decides": 10.0, "two-rulers": 10.0}
