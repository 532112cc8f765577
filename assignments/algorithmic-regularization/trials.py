"""What the tests of the problem set must notice, and how hard its variants are."""

import numpy as np

SIZES = "left, sizes, right = np.linalg.svd(X)\nsizes = sizes[:8]\n"
STEPS = SIZES + "steps = 1 / sizes[::2][np.abs(left.T @ y)[:8:2] + np.abs(left.T @ y)[1:8:2] > 1e-9] ** 2\n"
PAIR = """
def pair(a, b):
    return [2 / (a + b + (b - a) * np.cos(angle)) for angle in (np.pi / 4, 3 * np.pi / 4)]
"""
BEST_PAIR = STEPS + PAIR

CHOSEN = """
from scipy.optimize import nnls
def mean(beta):
    columns = A * np.sign(beta)
    weights = nnls(np.vstack([columns, np.ones(8)]), np.eye(4)[3])[0]
    return columns @ weights, np.sign(beta) * weights / weights.sum()
distances = [norm(mean(fit)[0]) for fit in fits]
reached = int(np.argmax(distances))
ruler = fits[reached] / (mean(fits[reached])[0] @ A)
certificate = mean(fits[1 - reached])[1]
"""

BOUGHT = """
goal = baselines.basis_pursuit(C, targets, nonnegative=True)
theta, on = goal.x, goal.x > 1e-6
def lowest(rows):
    below = np.column_stack([rows[:, ~on].T, -np.ones(7)])
    equal = np.column_stack([rows[:, on].T, np.zeros(2)])
    found = linprog(np.append(0 * rows[:, 0], 1), below, np.zeros(7), equal, np.ones(2), bounds=(None, None))
    return found.x
nu = lowest(C)[:-1]
powers = [2 * (1 - lowest(rows)[-1]) for rows in (C, *(np.vstack([C, offer]) for offer in offers))]
"""

WAITED = """
entered, jumps, rests, gram, slopes = [], [], [], E.T @ E, E.T @ goals
fit = slower = np.zeros(4)
while len(entered) < 4:
    times = (1 - gram @ slower) / (slopes - gram @ fit)
    entered.append(min(set(range(4)) - set(entered), key=lambda i: times[i]))
    jumps.append(times[entered[-1]])
    fit, slower = np.zeros(4), np.zeros(4)
    fit[entered] = np.linalg.solve(gram[np.ix_(entered, entered)], slopes[entered])
    slower[entered] = np.linalg.solve(gram[np.ix_(entered, entered)], np.ones(len(entered)))
    rests.append(fit)
"""


def bought(wrong):
    return {"which-example-answer": BOUGHT + wrong, "which-powers-answer": "pass"}


WRONG = [
    {
        "answers": {"few-steps-answer": SIZES + "steps = list(1 / np.linalg.svd(X)[1] ** 2)\n" + PAIR},
        "fails": {"steps-test"},
        "hint": "singular value of zero",
    },
    {
        "answers": {"few-steps-answer": SIZES + "steps = list(1 / sizes**2)\n" + PAIR},
        "fails": {"steps-test"},
        "hint": "can share a step",
    },
    {
        "answers": {"few-steps-answer": SIZES + "steps = list(1 / sizes[::2] ** 2)\n" + PAIR},
        "fails": {"steps-test"},
        "hint": "does y need all",
    },
    {  # the singular values themselves, not their squares
        "answers": {"few-steps-answer": STEPS + "steps = np.sqrt(steps)\n" + PAIR},
        "fails": {"steps-test"},
        "hint": "its unit not 1/X²",
    },
    {  # one step too few, and the best constant step twice
        "answers": {
            "few-steps-answer": STEPS + "steps = steps[:2]\ndef pair(a, b):\n    return [2 / (a + b), 2 / (a + b)]"
        },
        "fails": {"steps-test", "pair-test"},
        "hint": "two different steps do better",
    },
    {
        "answers": {"few-steps-answer": STEPS + "def pair(a, b):\n    return 1 / a, 1 / b"},
        "fails": {"pair-test"},
        "hint": "exact at both ends",
    },
    {  # the roots are spaced evenly
        "answers": {"few-steps-answer": STEPS + "def pair(a, b):\n    return 4 / (3 * a + b), 4 / (a + 3 * b)"},
        "fails": {"pair-test"},
        "hint": "other steps nearby",
    },
    {
        "answers": {"few-steps-answer": "steps = 'three'\ndef pair(a, b):\n    return np.full(2, np.nan)"},
        "fails": {"steps-test", "pair-test"},
        "hint": "cannot be used",
    },
    {"answers": {"few-steps-answer": BEST_PAIR}, "fails": set(), "hint": None},
    {"answers": {"rulers-answer": CHOSEN}, "fails": set(), "hint": None},
    {
        "answers": {"rulers-answer": CHOSEN + "ruler = np.abs(fits[reached])"},
        "fails": {"ruler-test"},
        "hint": "the row's sum is small",
    },
    {
        "answers": {"rulers-answer": CHOSEN + "ruler = np.ones(8)"},
        "fails": {"ruler-test"},
        "hint": "the shortest solution",
    },
    {  # the right ruler for the wrong row
        "answers": {"rulers-answer": CHOSEN + "reached = 1 - reached"},
        "fails": {"ruler-test"},
        "hint": "which of them is reached",
    },
    {  # the numbers of the other row over those of a combination, whatever their signs
        "answers": {"rulers-answer": CHOSEN + "ruler = fits[1 - reached] / (mean(fits[reached])[0] @ A)"},
        "fails": {"ruler-test"},
        "hint": "8 positive entries",
    },
    {
        "answers": {
            "rulers-answer": CHOSEN
            + "certificate = fits[0] - fits[1]\ncertificate = certificate / norm(certificate, 1)"
        },
        "fails": {"certificate-test"},
        "hint": "the difference of the two solutions",
    },
    {  # the signs alone are easy
        "answers": {"rulers-answer": CHOSEN + "certificate = fits[1 - reached] / norm(fits[1 - reached], 1)"},
        "fails": {"certificate-test"},
        "hint": "is it in the kernel of X",
    },
    {
        "answers": {"rulers-answer": CHOSEN + "certificate = np.zeros(8)"},
        "fails": {"certificate-test"},
        "hint": "add up to 1",
    },
    {"answers": bought(""), "fails": set(), "hint": None},
    {
        "answers": bought("theta = least_squares.min_norm(C, targets)"),
        "fails": {"which-nu-test"},
        "hint": "theta is nonnegative",
    },
    {
        "answers": bought("nu = np.linalg.pinv(C[:, on].T).sum(axis=1)"),
        "fails": {"which-nu-test"},
        "hint": "the shortest certificate",
    },
    {  # what a solver of basis pursuit gives: below 1 outside the support, but not the lowest
        "answers": bought("nu = goal.dual + 1e-3 * null_space(C[:, on].T) @ [1, 1]"),
        "fails": {"which-nu-test"},
        "hint": "the dual of a solver",
    },
    {
        "answers": bought("powers = [1 - p / 2 for p in powers]"),
        "fails": {"which-powers-test"},
        "hint": "heights",
    },
    {  # the power in alpha squared
        "answers": bought("powers = [p / 2 for p in powers]"),
        "fails": {"which-powers-test"},
        "hint": None,  # only the right powers, or another answer, could tell
    },
    {  # with a zero the old certificate is one for five equations, too; it is not the lowest
        "answers": bought("powers = [powers[0]] * 4"),
        "fails": {"which-powers-test"},
        "hint": "do the offers change nothing",
    },
    {"answers": {"where-it-rests-answer": WAITED}, "fails": set(), "hint": None},
    {
        "answers": {"where-it-rests-answer": WAITED + "jumps = np.sort(1 / (E.T @ goals))"},
        "fails": {"jumps-test"},
        "hint": "change when the next one comes",
    },
    {
        "answers": {"where-it-rests-answer": WAITED + "rests = np.diag(least_squares.min_norm(E, goals))"},
        "fails": {"jumps-test"},
        "hint": "one more coordinate each time",
    },
    {  # the lasso at the jumps, with its penalty, in the place of the fits
        "answers": {
            "where-it-rests-answer": WAITED
            + "rests = [0.99 * fit for fit in rests[:-1]] + [least_squares.min_norm(E, goals)]"
        },
        "fails": {"jumps-test"},
        "hint": "still have the lasso's penalty",
    },
    {  # slopes of the residual of the fits, as if the run had rested from the beginning
        "answers": {
            "where-it-rests-answer": WAITED
            + "jumps = [jumps[0]] + [1 / (E.T @ (goals - E @ rests[k]))[entered[k + 1]] for k in range(3)]"
        },
        "fails": {"jumps-test"},
        "hint": "the mean of the run",
    },
]

UNTESTED = {"where-it-rests-halfway", "where-it-rests-table"}

DIFFICULTY = {
    "few-steps": lambda given: np.linalg.svd(given["X"])[1][0] / np.linalg.svd(given["X"])[1][7],
    "rulers": lambda given: np.linalg.cond(given["A"]),
    "which-example": lambda given: np.linalg.cond(given["C"]),
    "where-it-rests": lambda given: np.max(given["E"].T @ given["goals"]) / np.min(given["E"].T @ given["goals"]),
}
SPREAD = {"few-steps": 2.0, "rulers": 10.0, "which-example": 15.0, "where-it-rests": 2.0}
