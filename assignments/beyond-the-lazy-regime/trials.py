"""What the tests of the problem set must notice, and how hard its variants are."""

import numpy as np

CERTIFICATE = """
slopes = curves @ w_start
values = np.linalg.svd(slopes, compute_uv=False)
bend = norm(sum(Q @ Q for Q in curves), 2) ** 0.5
scale = bend * norm(y_curves) / (3 / 8 * values[-1] ** 2)
def trained(s, step=1.0, enough=1e-12):
    w, r = w_start, -y_curves
    for _ in range(5000):
        if norm(r) < enough * norm(y_curves):
            break
        w = w - step * s * (curves @ w).T @ r / (s * (values[0] + values[-1] / 2)) ** 2
        r = s * (w @ curves @ w - w_start @ curves @ w_start) / 2 - y_curves
    return w
landing = trained(scale)
linear = w_start + pinv(scale * slopes) @ y_curves
unit = norm(y_curves) / (scale * values[-1])
slack = [4 / 3 * unit / norm(landing - w_start), 3 / 4 * unit / norm(landing - linear)]
"""
SQUARE = """
basis, roots, _ = np.linalg.svd(X_waves)
A, B, heights = basis[:, :2].T @ U_waves, basis[:, 2:].T @ U_waves, roots**2
def three(t):
    grown = np.linalg.inv(np.eye(4) + 2 * t * B.T @ B)
    inverse, decay = np.linalg.inv(A @ grown @ A.T), np.exp(-heights * t)
    S = np.linalg.inv(decay[:, None] * inverse * decay + np.diag((1 - decay**2) / heights))
    into = grown @ A.T @ inverse
    return S, B @ into * decay, B @ (grown - into @ A @ grown) @ B.T
def square(t):
    S, T, K = three(t)
    return basis @ np.block([[S, S @ T.T], [T @ S, T @ S @ T.T + K]]) @ basis.T
"""
NAIVE = """
lam, vectors = np.linalg.eigh(X_waves @ X_waves.T)
def square(t):
    with np.errstate(all="ignore"):
        pushed = np.where(lam > 1e-9, np.expm1(2 * lam * t) / np.where(lam > 1e-9, lam, 1), 2 * t)
        D = np.eye(4) + U_waves.T @ (vectors * pushed) @ vectors.T @ U_waves
        Y = (vectors * np.exp(lam * t)) @ vectors.T @ U_waves
        return Y @ np.linalg.solve(D, Y.T)
"""
TIMES = """
M = X_waves @ X_waves.T
signs = [
    lambda t: norm(three(t)[1], 2) - 0.01,
    lambda t: np.linalg.eigvalsh(three(t)[0])[0] - heights[-1] / 2,
    lambda t: norm(square(t) - M) / norm(M) - 1e-3,
]
times = [brentq(sign, 0, 60) for sign in signs]
"""
FLOOR = """
power = 2 * (1 - np.max(np.sum(confusion[2:, :2], axis=1)))
def ends_at(H, x, stretch=1.0, rate=2.0, size=2.0):
    logs = []
    for a in starts:
        pull = lambda t, log: rate * H @ (x - np.exp(log))
        way = {"method": "LSODA", "rtol": 1e-11, "atol": 1e-11}
        logs.append(solve_ivp(pull, (0, -4 / x[1] * stretch * np.log(a)), np.full(4, size * np.log(a)), **way).y[:, -1])
    return np.exp(logs)
reached = ends_at(confusion, spectrum)
errors, noises = norm(reached - spectrum, axis=1), reached[:, 2:]
"""
# All of it in another form.
OTHERWISE = {
    "certified-lazy-answer": """
slopes = np.array([Q @ w_start for Q in curves])
sigma = np.sqrt(np.linalg.eigvalsh(slopes @ slopes.T))
scale = np.array(8 * norm(np.concatenate(list(curves)), 2) * norm(y_curves) / (3 * sigma[0] ** 2))
def f(w):
    return scale * np.array([(w @ Q @ w - w_start @ Q @ w_start) / 2 for Q in curves])
landing = w_start.copy()
for _ in range(3000):
    J = scale * np.array([Q @ landing for Q in curves])
    landing -= J.T @ (f(landing) - y_curves) / (scale * (sigma[-1] + sigma[0] / 2)) ** 2
linear = w_start + np.linalg.lstsq(scale * slopes, y_curves, rcond=None)[0]
slack = (
    4 * norm(y_curves) / (3 * scale * sigma[0]) / norm(landing - w_start),
    2 * (3 / 8) * norm(y_curves) / (scale * sigma[0]) / norm(landing - linear),
)
""",
    "flow-for-all-times-answer": """
lam, frame = np.linalg.eigh(X_waves @ X_waves.T)
up, low = frame[:, 4:], frame[:, :4]
A, B = up.T @ U_waves, low.T @ U_waves
N = np.linalg.svd(A)[2][2:].T  # what the signal does not see
def parts(t):
    M = np.eye(4) + 2 * t * B.T @ B
    G = A @ np.linalg.solve(M, A.T)
    small = np.diag(np.exp(-lam[4:] * t))
    S = np.linalg.inv(small @ np.linalg.solve(G, small) - np.diag(np.expm1(-2 * lam[4:] * t) / lam[4:]))
    T = B @ np.linalg.solve(M, A.T) @ np.linalg.solve(G, small)
    return S, T, B @ N @ np.linalg.solve(N.T @ M @ N, N.T @ B.T)
def square(t):
    S, T, K = parts(t)
    both = up + low @ T
    return (both @ S @ both.T + low @ K @ low.T).tolist()
""",
    "flow-times-answer": """
goal = X_waves @ X_waves.T
def first(holds):
    low, high = 0.0, 60.0
    while high - low > 1e-5:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
times = np.array([
    first(lambda t: norm(parts(t)[1], 2) <= 0.01),
    first(lambda t: 2 * np.linalg.eigvalsh(parts(t)[0])[0] >= lam[4]),
    first(lambda t: norm(np.array(square(t)) - goal) <= 1e-3 * norm(goal)),
])
""",
    "height-of-the-floor-answer": """
H, x = confusion, spectrum
c = np.linalg.solve(H[:2, :2], H[:2, 2:]).T
power = min(2 - 2 * row.sum() for row in c)
errors = []
for alpha in starts:
    run = solve_ivp(
        lambda t, beta: 2 * beta * (H @ (x - beta)), (0, 4 / x[1] * np.log(1 / alpha)), np.full(4, alpha**2),
        method="DOP853", rtol=1e-11, atol=1e-18,
    )
    errors.append(float(norm(run.y[:, -1] - x)))
errors = np.array(errors)
""",
}


def change(code, old, new):
    """The code with one thing changed."""
    assert code.count(old) == 1, old
    return code.replace(old, new)


def lazy(old="", new="", end=""):
    """Answers to the first problem."""
    return {"certified-lazy-answer": (change(CERTIFICATE, old, new) if old else CERTIFICATE) + end}


def flow(old="", new="", end=""):
    """Answers to the second problem, but for the times."""
    return {"flow-for-all-times-answer": (change(SQUARE, old, new) if old else SQUARE) + end}


def times(old, new):
    """The times of the second problem."""
    return {"flow-times-answer": change(TIMES, old, new)}


def floor(old="", new="", end=""):
    """Answers to the last problem."""
    return {"height-of-the-floor-answer": (change(FLOOR, old, new) if old else FLOOR) + end}


ALL_LAZY = {"scale-test", "ends-test", "slack-test"}
WRONG = [
    {"answers": OTHERWISE, "fails": set(), "hint": None},
    # the largest singular value
    {
        "answers": lazy("8 * values[-1] ** 2)", "8 * values[0] ** 2)"),
        "fails": {"scale-test"},
        "hint": "the smallest singular value",
    },
    # a guess
    {"answers": lazy(end="\nscale = 1.0\n"), "fails": ALL_LAZY, "hint": "over the square of σ"},
    # τ at most one half
    {"answers": lazy("(3 / 8 * values", "(1 / 2 * values"), "fails": {"scale-test"}, "hint": "τ is larger than 3/8"},
    # ℓ without the root
    {"answers": lazy(", 2) ** 0.5", ", 2)"), "fails": {"scale-test"}, "hint": "has ℓ its root"},
    # a scale that is large for certain
    {"answers": lazy("(3 / 8 * values[-1] ** 2)", "1e-6"), "fails": ALL_LAZY, "hint": "is your scale the smallest"},
    {"answers": lazy("enough=1e-12", "enough=1e-2"), "fails": {"ends-test", "slack-test"}, "hint": "train longer"},
    # steps of half the size: another end, but only one who trains can tell
    {"answers": lazy("step=1.0", "step=0.5"), "fails": {"ends-test", "slack-test"}, "hint": None},
    # the linearized model at the scale 1
    {
        "answers": lazy("pinv(scale * slopes)", "pinv(slopes)"),
        "fails": {"ends-test", "slack-test"},
        "hint": "does not fit at linear",
    },
    # of all that fit not the nearest
    {
        "answers": lazy("* slopes) @ y_curves", "* slopes) @ y_curves + 0.01 * np.linalg.svd(slopes)[2][-1]"),
        "fails": {"ends-test", "slack-test"},
        "hint": "nearer to w₀",
    },
    {"answers": lazy(end="\nslack = [1 / each for each in slack]\n"), "fails": {"slack-test"}, "hint": "exceed 1"},
    # the bounds without 4/3 and 2τ
    {"answers": lazy(end="\nslack = [slack[0] * 3 / 4, slack[1] * 4 / 3]\n"), "fails": {"slack-test"}, "hint": "2τ"},
    {
        "answers": {"flow-for-all-times-answer": SQUARE + NAIVE, **times("0, 60", "0, 24")},
        "fails": {"late-test"},
        "hint": "lost in the rounding | Singular matrix",
    },
    # no noise
    {"answers": flow("T @ S @ T.T + K]", "T @ S @ T.T]"), "fails": {"square-test", "late-test"}, "hint": "U₀U₀ᵀ"},
    # the end for all late times
    {
        "answers": flow(end="\nexact = square\nsquare = lambda t: exact(t) if t < 24 else X_waves @ X_waves.T\n"),
        "fails": {"late-test"},
        "hint": "lost in the rounding",
    },
    # the noise stays as it is
    {"answers": flow("2 * t * B.T @ B", "0 * t * B.T @ B"), "fails": {"square-test", "late-test"}, "hint": "it falls"},
    # half the integral
    {
        "answers": flow("(1 - decay**2) / heights", "(1 - decay**2) / (2 * heights)"),
        "fails": {"square-test", "late-test", "times-test"},
        "hint": "does not follow the flow",
    },
    # the factor, not its square
    {
        "answers": flow(end="\nfull = square\nsquare = lambda t: full(t)[:, :4]\n"),
        "fails": {"square-test", "late-test", "times-test"},
        "hint": "6 × 6",
    },
    # the signal itself half of its height
    {"answers": times("[0] - heights", "[0] ** 0.5 - heights"), "fails": {"times-test"}, "hint": "take σ"},
    # the larger height
    {"answers": times("heights[-1] / 2", "heights[0] / 2"), "fails": {"times-test"}, "hint": "which eigenvalue"},
    # an error that is not relative
    {"answers": times("/ norm(M) - 1e-3", "- 1e-3"), "fails": {"times-test"}, "hint": "is yours relative"},
    # the length of TS over that of S
    {
        "answers": times("norm(three(t)[1], 2)", "norm(three(t)[1] @ three(t)[0], 2) / norm(three(t)[0], 2)"),
        "fails": {"times-test"},
        "hint": "no quotient of two norms",
    },
    {"answers": times("in signs]", "in signs][::-1]"), "fails": {"times-test"}, "hint": "first the tilt"},
    # α in the place of α²
    {"answers": floor(end="\npower = power / 2\n"), "fails": {"power-test"}, "hint": "at α, or at α²"},
    # the smaller sum, here negative
    {"answers": floor("np.max(np.sum", "np.min(np.sum"), "fails": {"power-test"}, "hint": "holds the floor"},
    # the mean of the sums
    {"answers": floor("np.max(np.sum(", "np.mean(np.sum("), "fails": {"power-test"}, "hint": "holds the floor"},
    # all sums together, with the wrong sign
    {
        "answers": floor("2 * (1 - np.max(np.sum(confusion[2:, :2], axis=1)))", "2 * (1 + np.max(confusion[2:, :2]))"),
        "fails": {"power-test"},
        "hint": "between 0 and 2",
    },
    # what was measured, for what the theorem says: to tell them apart one must know q
    {"answers": floor(end="\npower = np.log10(errors[-2] / errors[-1])\n"), "fails": {"power-test"}, "hint": None},
    # from α
    {"answers": floor("size=2.0", "size=1.0"), "fails": {"errors-test"}, "hint": "start at α²"},
    # half the speed: only the floors themselves could tell
    {"answers": floor("rate=2.0", "rate=1.0"), "fails": {"errors-test"}, "hint": None},
    {
        "answers": floor("stretch * np.log(a)), np", "stretch * -1), np"),
        "fails": {"errors-test"},
        "hint": "the signals have not arrived",
    },
    # β itself, with the accuracy that nobody has asked for
    {
        "answers": floor(
            end="""
errors = []
for a in starts:
    run = solve_ivp(
        lambda t, b: 2 * b * (confusion @ (spectrum - b)), (0, -4 / spectrum[1] * np.log(a)), np.full(4, a**2)
    )
    errors.append(norm(run.y[:, -1] - spectrum))
"""
        ),
        "fails": {"errors-test"},
        "hint": "your solver exact",
    },
    # the squared length
    {"answers": floor(end="\nerrors = errors**2\n"), "fails": {"errors-test"}, "hint": "squared lengths"},
    {"answers": floor(end="\nerrors = errors[::-1]\n"), "fails": {"errors-test"}, "hint": "have not arrived"},
]
UNTESTED = {"floor-table"}


def _scale(given):
    slopes, curves = given["curves"] @ given["w_start"], given["curves"]
    bend = np.linalg.norm(sum(Q @ Q for Q in curves), 2) ** 0.5
    return bend / np.linalg.svd(slopes, compute_uv=False)[-1]


DIFFICULTY = {
    # how much the model bends
    "certified-lazy": _scale,
    # the heights, and how far the start is from the truth
    "flow-for-all-times": lambda given: np.linalg.cond(given["X_waves"].T @ given["U_waves"]),
    # the power itself
    "height-of-the-floor": lambda given: 2 * (1 - np.max(np.sum(given["confusion"][2:, :2], axis=1))),
}
SPREAD = {"certified-lazy": 10.0, "flow-for-all-times": 20.0, "height-of-the-floor": 4.0}
