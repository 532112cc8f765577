"""What the tests of the problem set must notice, and how hard its variants are."""

import numpy as np

GAINED = """
from scipy.optimize import minimize_scalar
_, s, v = np.linalg.svd(X)
def noises(t):
    x = t * s**2
    return tau**2 * sum((1 - np.exp(-x)) ** 2 / s**2), tau**2 * sum((x / (1 + x)) ** 2 / s**2)
def quotient(log_t, i=None, length=R):
    x, (flow, ridge) = np.exp(log_t) * s**2, noises(np.exp(log_t))
    if i is None:
        return flow / ridge
    return (np.exp(-2 * x[i]) * length**2 + flow) / (length**2 / (1 + x[i]) ** 2 + ridge)
def least(f, log_times=np.linspace(-7, 9, 400)):
    at = min(log_times, key=f)
    return minimize_scalar(f, bounds=(at - 0.1, at + 0.1), method="bounded", options={"xatol": 1e-9}).x
worst = quotient(least(lambda log_t: -quotient(log_t)))
times = [least(lambda log_t: quotient(log_t, i)) for i in range(6)]
best = int(np.argmin([quotient(times[i], i) for i in range(6)]))
truth, moment = -R * v[best], np.exp(times[best])
"""

STARTED = """
nearest = least_squares.min_norm(C, targets[:, 0])
growth = np.sqrt(0.5 + np.sqrt(0.25 + nearest @ nearest))
unit = np.array([0.6, -0.8])
first, second = np.outer(unit, goal - nearest) / growth, unit[None]
"""

TURNED = """
margin, j = min(Z @ wanted), np.argmin(Z @ wanted)
away = margin * wanted - Z[j]
added = margin * wanted + np.sqrt(size**2 - margin**2) * away / norm(away)
"""

TOLD = """
multipliers = np.exp(60 + records[-1]) * (records[-1] > -65)
gamma = multipliers.sum() ** -0.5
shares = multipliers[multipliers > 0] * gamma**2
kappa = np.log(shares.max()) - shares @ np.log(shares)
"""


def gained(wrong):
    return {"who-gains-answer": GAINED + wrong}


def started(wrong):
    return {"choose-the-end-answer": STARTED + wrong}


def turned(wrong):
    return {"turn-the-machine-answer": TURNED + wrong}


def told(wrong):
    return {"what-losses-tell-answer": TOLD + wrong}


WRONG = [
    {"answers": gained(""), "fails": set(), "hint": None},
    {"answers": gained("worst = 1.685909"), "fails": {"worst-test"}, "hint": "the largest value over all X"},
    {  # the constant of the filters, not of their squares
        "answers": gained("worst = 1.29843"),
        "fails": {"worst-test"},
        "hint": "are both errors squared",
    },
    {  # one part alone, at its worst time
        "answers": gained("worst = max(((1 + x) * (1 - np.exp(-x)) / x) ** 2 for x in np.linspace(0.5, 3, 99))"),
        "fails": {"worst-test"},
        "hint": "at its own best time",
    },
    {"answers": gained("worst = 1 / worst"), "fails": {"worst-test"}, "hint": "only noise"},
    {  # as long as noise is
        "answers": gained("truth = truth * tau / R"),
        "fails": {"truth-test"},
        "hint": "a longer truth",
    },
    {  # the first direction, at its own best time
        "answers": gained("truth, moment = R * v[(best + 1) % 6], np.exp(times[(best + 1) % 6])"),
        "fails": {"truth-test"},
        "hint": "the time of another direction",
    },
    {  # a left singular vector of the square matrix, in the place of a right one
        "answers": gained("truth = R * v[:, best]"),
        "fails": {"truth-test"},
        "hint": "no right singular vector",
    },
    {"answers": gained("moment = 1 / moment"), "fails": {"truth-test"}, "hint": "is that the penalty"},
    {"answers": gained("truth, moment = 1e9 * truth, 50"), "fails": {"truth-test"}, "hint": "too long"},
    {"answers": gained("worst = truth = moment = np.nan"), "fails": {"worst-test", "truth-test"}, "hint": "6 entries"},
    {"answers": started(""), "fails": set(), "hint": None},
    {
        "answers": started("first = first * growth"),
        "fails": {"choose-the-end-test"},
        "hint": "does not stay what it is",
    },
    {
        "answers": started("first = np.zeros((2, 5))"),
        "fails": {"choose-the-end-test"},
        "hint": "the shortest minimizer",
    },
    {  # at the goal from the beginning
        "answers": started("first = np.outer(unit, goal)"),
        "fails": {"choose-the-end-test"},
        "hint": "the predictions are 0",
    },
    {  # the second layer would grow to the length of the shortest minimizer if it started from next to nothing
        "answers": started("first = first * growth / np.sqrt(norm(nearest))"),
        "fails": {"choose-the-end-test"},
        "hint": "W₂ grows more",
    },
    {  # the conserved number of the start with the part that no example sees
        "answers": started("first = first * growth / np.sqrt(1 + nearest @ nearest)"),
        "fails": {"choose-the-end-test"},
        "hint": "W₂ grows less",
    },
    {"answers": turned(""), "fails": set(), "hint": None},
    {
        "answers": turned("added = size * wanted"),
        "fails": {"turn-the-machine-test"},
        "hint": "it is no support vector",
    },
    {  # it would do, but is too short
        "answers": turned("added = margin * wanted"),
        "fails": {"turn-the-machine-test"},
        "hint": "not the required length",
    },
    {  # on the near side of the foot
        "answers": turned("added = 2 * margin * wanted - added"),
        "fails": {"turn-the-machine-test"},
        "hint": "towards z, v has",
    },
    {  # a support vector of v, in another plane than its fellow
        "answers": turned(
            "across = np.cross(wanted, away)\n"
            "added = margin * wanted + np.sqrt(size**2 - margin**2) * across / norm(across)"
        ),
        "fails": {"turn-the-machine-test"},
        "hint": "an old example at once",
    },
    {  # the mirror image of the closest example, made as long as it must be
        "answers": turned("added = margin * wanted + away\nadded = size * added / norm(added)"),
        "fails": {"turn-the-machine-test"},
        "hint": "support vectors, and not z | towards z, v has",
    },
    {"answers": told(""), "fails": set(), "hint": None},
    {
        "answers": told("gamma = -records[-1].max() / lengths[-1]"),
        "fails": {"what-losses-tell-test"},
        "hint": "is not the largest yet",
    },
    {  # those of the nearest point of the hull, which sum up to 1
        "answers": told("multipliers = multipliers * gamma**2"),
        "fails": {"what-losses-tell-test"},
        "hint": "sum up to 1",
    },
    {  # the record is read too early
        "answers": told("multipliers = np.exp(5 + records[0])\ngamma = multipliers.sum() ** -0.5"),
        "fails": {"what-losses-tell-test"},
        "hint": "the end of the record",
    },
    {
        "answers": told("multipliers = multipliers + 1e-5"),
        "fails": {"what-losses-tell-test"},
        "hint": "no support vectors have 0",
    },
    {"answers": told("kappa = -shares @ np.log(shares)"), "fails": {"kappa-test"}, "hint": "the entropy"},
    {"answers": told("kappa = np.log(8)"), "fails": {"kappa-test"}, "hint": "below log n"},
    {
        "answers": told("alpha = multipliers[multipliers > 0]\nkappa = alpha @ np.log(alpha.max() / alpha)"),
        "fails": {"kappa-test"},
        "hint": "the λ sum up to 1",
    },
    {  # what the record shows at its end
        "answers": told("kappa = 60 * (1 + records[-1].max() / lengths[-1] / gamma)"),
        "fails": {"kappa-test"},
        "hint": "it has not arrived yet",
    },
]

UNTESTED = {"what-losses-tell-table"}

DIFFICULTY = {
    "who-gains": lambda given: given["R"] / given["tau"] * np.linalg.cond(given["X"]),
    "choose-the-end": lambda given: np.linalg.norm(given["goal"]) * np.linalg.cond(given["C"]),
    "turn-the-machine": lambda given: given["size"] / min(given["Z"] @ given["wanted"]),
    "what-losses-tell": lambda given: given["lengths"][-1],
}
SPREAD = {"who-gains": 4.0, "choose-the-end": 4.0, "turn-the-machine": 10.0, "what-losses-tell": 10.0}
