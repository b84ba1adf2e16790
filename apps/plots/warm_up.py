"""The warm-up model f = n^(-1/2) v^T u x on one sample, to be drawn beside other networks.

defines: WarmUp, warm_up
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class WarmUp:
    """What becomes of each start; all (starts)."""

    peak_step: np.ndarray
    peak_loss: np.ndarray
    curvature_end: np.ndarray  # eta lambda
    lambda_change: np.ndarray  # |lambda_end - lambda_0| / lambda_0


def warm_up(c, loss_0, lambda_0, width, steps):
    """`steps` steps at eta = c/lambda_0 from the loss f^2/2 = loss_0, with y = 0 and |u|^2 = |v|^2.
    All but `steps` (starts).

    Equations (6) and (7) of arXiv:2003.02218 for an input of any length, where lambda_0 = 2 |x|^2:
    with k = eta lambda and g = eta^2 f^2 |x|^2/n they are k' = k + g (k - 4), g' = g (1 - k + g)^2.
    Nothing else matters, so c and g_0 = c^2 loss_0/(lambda_0 n) tell it all."""
    c, start = np.asarray(c, float), np.asarray(c**2 * loss_0 / (lambda_0 * width), float)
    k, g, path = c, start, [start]
    for _ in range(steps):
        k, g = k + g * (k - 4), g * (1 - k + g)**2
        path.append(g)
    return WarmUp(np.argmax(path, axis=0), loss_0 * np.max(path, axis=0) / start, k,
                  np.abs(k / c - 1))
