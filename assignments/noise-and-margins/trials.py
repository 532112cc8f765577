"""What the tests of the problem set must notice, and how hard its variants are."""

import numpy as np

ENDED = """
def end(start, ruler=(1, 1, 1)):
    goal = predictions(base)
    run = solve_ivp(
        lambda _, theta: -np.array(ruler) * (jacobian(theta).T @ (predictions(theta) - goal)),
        (0, 50), start, method="Radau", rtol=1e-9, atol=1e-11,
    )
    return run.y[:, -1]
ended = end(base + 0.2 * off)
"""

ESTIMATED = """
def estimate(X, y, C, tau):
    inverse = np.linalg.inv(C)
    return np.linalg.solve(X.T @ X + tau**2 * inverse, X.T @ y)
best = tau**2 * np.trace(np.linalg.inv(A.T @ A + tau**2 * np.linalg.inv(shape)))
def ridge(penalty):
    M = np.linalg.solve(A.T @ A + penalty * np.eye(8), A.T)
    return np.trace((M @ A - np.eye(8)) @ shape @ (M @ A - np.eye(8)).T) + tau**2 * np.trace(M @ M.T)
plain = min(ridge(penalty) for penalty in np.geomspace(1e-2, 1e2, 4000))
"""

SPENT = """
def budget(lam, sigma, m0, K):
    steps = []
    for _ in range(K):
        steps.append(lam * m0 / (lam**2 * m0 + sigma**2))
        m0 = (1 - steps[-1] * lam) ** 2 * m0 + steps[-1] ** 2 * sigma**2
    return steps
def summed(steps, total=0):
    for lam in curvatures:
        square = 1
        for step in steps:
            square = (1 - step * lam) ** 2 * square + step**2 / 100
        total = total + square
    return total
tries = [np.insert(budget(curvatures[0], 0.1, 1, 3), place, 1 / curvatures[1]) for place in range(4)]
runs = [minimize(summed, each, bounds=[(1e-6, None)] * 4) for each in tries]
four = min(runs, key=lambda run: run.fun).x
"""

COUNTED = """
import cvxpy
squares, dual, room = cvxpy.Variable(5), cvxpy.Variable(5), cvxpy.Variable()
c, slopes, on = (E.T**2 / 5) @ squares, E.T @ dual, np.flatnonzero(wished)
off_support = np.flatnonzero(wished == 0)
limits = [cvxpy.sum(squares) == 5, squares >= 0.1]
limits += [slopes[j] == c[j] * np.sign(wished[j]) for j in on]
limits += [cvxpy.abs(slopes[j]) <= c[j] - room for j in off_support]
cvxpy.Problem(cvxpy.Maximize(room), limits).solve(solver="CLARABEL")
scales, nu = np.sqrt(squares.value), dual.value
def room_of(numbers):
    fixed = cvxpy.Problem(cvxpy.Maximize(room), [*limits[2:], squares == np.array(numbers) ** 2])
    fixed.solve(solver="CLARABEL")
    return dual.value
"""


def ended(wrong):
    return {"right-angles-answer": ENDED + wrong}


def estimated(wrong):
    return {"shaped-truth-answer": ESTIMATED + wrong, "risks-answer": "pass"}


def spent(wrong):
    return {"budget-of-steps-answer": SPENT + wrong, "four-answer": "pass"}


def counted(wrong):
    return {"count-more-answer": COUNTED + wrong}


WRONG = [
    {"answers": ended(""), "fails": set(), "hint": None},
    {"answers": ended("ended = base"), "fails": {"right-angles-test"}, "hint": "not all the way"},
    {  # one step of Newton's method is not on the way of the flow
        "answers": ended(
            "ended = base + 0.2 * off\n"
            "for _ in range(9):\n"
            "    ended = ended - np.linalg.pinv(jacobian(ended)) @ (predictions(ended) - predictions(base))"
        ),
        "fails": {"right-angles-test"},
        "hint": "Newton",
    },
    {  # the start is the end of a run too short
        "answers": ended("ended = base + 0.2 * off"),
        "fails": {"right-angles-test"},
        "hint": "wait longer",
    },
    # from the start itself, and with a ruler: only the right end could tell
    {"answers": ended("ended = end(base + off)"), "fails": {"right-angles-test"}, "hint": None},
    {
        "answers": ended("ended = end(base + 0.2 * off, ruler=(1, 2, 4))"),
        "fails": {"right-angles-test"},
        "hint": None,
    },
    {"answers": estimated(""), "fails": set(), "hint": None},
    {
        "answers": estimated("def estimate(X, y, C, tau):\n    return np.linalg.solve(X.T @ X + tau**2 * C, X.T @ y)"),
        "fails": {"estimate-test"},
        "hint": "where C is large",
    },
    {
        "answers": estimated(
            "def estimate(X, y, C, tau):\n    return np.linalg.solve(X.T @ X + tau**2 * np.eye(X.shape[1]), X.T @ y)"
        ),
        "fails": {"estimate-test"},
        "hint": "does not matter yet",
    },
    {  # the noise, not its variance
        "answers": estimated(
            "def estimate(X, y, C, tau):\n    return np.linalg.solve(X.T @ X + tau * np.linalg.inv(C), X.T @ y)"
        ),
        "fails": {"estimate-test"},
        "hint": "twice as large",
    },
    {  # the diagonal of C alone
        "answers": estimated(
            "def estimate(X, y, C, tau):\n"
            "    return np.linalg.solve(X.T @ X + tau**2 * np.diag(1 / np.diag(C)), X.T @ y)"
        ),
        "fails": {"estimate-test"},
        "hint": "off its diagonal",
    },
    {  # the penalty for a round truth of the same mean length
        "answers": estimated("plain = ridge(8 * tau**2 / np.trace(shape))"),
        "fails": {"risks-test"},
        "hint": "another penalty",
    },
    {"answers": estimated("plain = best"), "fails": {"risks-test"}, "hint": "not the best one"},
    {  # the bias is forgotten
        "answers": estimated(
            "best = tau**2 * np.sum(np.linalg.solve(A.T @ A + tau**2 * np.linalg.inv(shape), A.T) ** 2)"
        ),
        "fails": {"risks-test"},
        "hint": "without noise",
    },
    {"answers": spent(""), "fails": set(), "hint": None},
    {
        "answers": spent("def budget(lam, sigma, m0, K):\n    return 1 / (lam * np.arange(1, K + 1))"),
        "fails": {"budget-test"},
        "hint": "nothing is known of the start",
    },
    {
        "answers": spent("def budget(lam, sigma, m0, K):\n    return np.full(K, 1 / (lam * K))"),
        "fails": {"budget-test"},
        "hint": "shorter steps later",
    },
    {  # right for the units of the public test only
        "answers": spent(
            "def budget(lam, sigma, m0, K):\n    return 1 / (lam * (np.arange(1, K + 1) + sigma**2 / m0))"
        ),
        "fails": {"budget-test"},
        "hint": "do the units fit",
    },
    {
        "answers": spent(
            "four, squares = [], np.ones(2)\n"
            "for _ in range(4):\n"
            "    step = curvatures @ squares / (curvatures**2 @ squares + 0.02)\n"
            "    four.append(step)\n"
            "    squares = (1 - step * curvatures) ** 2 * squares + step**2 / 100"
        ),
        "fails": {"four-test"},
        "hint": "what is best for one step",
    },
    {  # a search that ends in the first valley, for some students the right one
        "answers": spent("four = minimize(summed, np.full(4, 0.5 / curvatures[1]), bounds=[(1e-6, None)] * 4).x"),
        "fails": {"four-test"},
        "hint": "longer or shorter",
        "lucky": True,
    },
    {  # the best constant step
        "answers": spent(
            "four = np.full(4, minimize_scalar(lambda step: summed([step] * 4), bounds=(0, 1), method='bounded').x)"
        ),
        "fails": {"four-test"},
        "hint": "four equal steps",
    },
    {  # the steps in the wrong order
        "answers": spent("four = four[::-1]"),
        "fails": {"four-test"},
        "hint": "another order",
    },
    {"answers": counted(""), "fails": set(), "hint": None},
    {
        "answers": counted("scales = np.ones(5)"),
        "fails": {"scales-test", "nu-test"},
        "hint": "the noise prefers another answer",
    },
    {  # the squares
        "answers": counted("scales = squares.value"),
        "fails": {"scales-test", "nu-test"},
        "hint": "the squares of the numbers",
    },
    {  # some room, not the most; silent: to know that there is more is to have solved the problem
        "answers": counted("scales = np.sqrt(0.95 * squares.value + 0.05)\nnu = room_of(scales)"),
        "fails": {"scales-test"},
        "hint": None,
    },
    {  # a certificate of the least length, whatever it is elsewhere
        "answers": counted("nu = np.linalg.pinv(E[:, on].T) @ (scales**2 @ E**2 / 5 * np.sign(wished))[on]"),
        "fails": {"nu-test"},
        "hint": "there is no room",
    },
    {  # on the way to it there is some room, not the most
        "answers": counted(
            "shortest = np.linalg.pinv(E[:, on].T) @ (scales**2 @ E**2 / 5 * np.sign(wished))[on]\n"
            "nu = 0.9 * nu + 0.1 * shortest"
        ),
        "fails": {"nu-test"},
        "hint": "more room",
    },
    {  # for the columns that are multiplied
        "answers": counted("nu = nu / scales"),
        "fails": {"nu-test"},
        "hint": "the equations do not hold",
    },
    {
        "answers": counted("scales = nu = np.zeros(5)"),
        "fails": {"scales-test", "nu-test"},
        "hint": "five positive numbers",
    },
]

UNTESTED = {"right-angles-table"}

DIFFICULTY = {
    "right-angles": lambda given: np.linalg.cond(given["jacobian"](given["base"])),
    "shaped-truth": lambda given: np.linalg.cond(given["shape"]) / given["tau"] ** 2,
    "budget-of-steps": lambda given: given["curvatures"][1] / given["curvatures"][0],
    "count-more": lambda given: np.max(np.mean(given["E"] ** 2, axis=0)) / np.min(np.mean(given["E"] ** 2, axis=0)),
}
SPREAD = {"right-angles": 3.0, "shaped-truth": 10.0, "budget-of-steps": 2.0, "count-more": 10.0}
