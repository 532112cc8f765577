"""Diagonal linear networks: the loss ‖Xβ − y‖² as a function of weights that enter as powers.

The signed network of depth D is β = w₊^D − w₋^D, of absolute weights, the nonnegative one β = w^D, and weights start
at ``alpha * shape``. Gradient flow moves all of them by n numbers ν. With ν(0) = 0, u = X'ν and s the shape it is, at
every time,

    β = alpha² s² (exp(u) − exp(−u))                     depth 2, where dν/dt = 8 (y − Xβ),
    β = alpha^D ((c − u)^−p − (c + u)^−p)                depth D > 2, where dν/dt = 2 D (D − 2) alpha^(D − 2) (y − Xβ),

with p = D / (D − 2) and c = s^(2 − D), and without the second term if nonnegative. So n numbers say where the flow is,
however large d, and the logarithm of the smallest weight is an ordinary number. The flow of ν is gradient flow on a
convex dual function, and the limit of β belongs to its minimizer, which Newton's method finds: no step size, no time.
Kernel and rich regimes, Theorems 1 and 3.
"""

from implicit_bias.diagonal.descent import gradient_descent
from implicit_bias.diagonal.flow import gradient_flow
from implicit_bias.diagonal.limits import limit, path, solve
from implicit_bias.diagonal.potential import entropy, potential
from implicit_bias.diagonal.result import Limit, Path

__all__ = ["Limit", "Path", "entropy", "gradient_descent", "gradient_flow", "limit", "path", "potential", "solve"]
