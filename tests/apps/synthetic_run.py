"""Writes run folders as `catapult run` does, from the one-sample network whose two exact lines a
step are f' = f (1 - eta lambda + eta^2 f^2/n), lambda' = lambda + (eta f^2/n)(eta lambda - 4)."""

import h5py
import numpy as np
import pandas as pd


def member(c, n=1000.0, steps=60, lambda_0=1.0, **swept):
    """Series and summary row of one member."""
    eta, f, lam, rows = c / lambda_0, 1.0, lambda_0, []
    for step in range(steps + 1):
        rows.append((step, step * eta, f * f / 2, lam))
        if not f * f < 1e10:
            break
        f, lam = (f * (1 - eta * lam + eta**2 * f * f / n),
                  lam + eta * f * f / n * (eta * lam - 4))
    step, time, loss, lam = (np.array(column) for column in zip(*rows))
    diverged = not loss[-1] < 1e10
    end = np.nan if diverged else 1.0
    phase = "divergent" if diverged else "lazy" if c < 2 else "catapult"
    summary = dict(swept, learning_rate=eta, c=c, lambda_0=lambda_0,
                   outcome="diverged" if diverged else "running", phase=phase, steps=step[-1],
                   time=time[-1], loss_0=loss[0], loss_max=loss.max(),
                   step_loss_max=step[loss.argmax()], loss_end=loss[-1],
                   accuracy_end=end * (0.9 + 0.1 * np.tanh(c - 2)),
                   test_accuracy_end=end * (0.7 + 0.1 * np.tanh(c - 2)), lambda_end=end * lam[-1])
    return summary, dict(step=step, time=time, loss=loss, kernel=lam)


def write(folder, members, every=1, kernel=True, accuracy=True):
    """`every`: steps between rows; without `kernel` or `accuracy` they are left empty."""
    table = []
    for number, (summary, series) in enumerate(members):
        name = f"{number:04d}"
        row = dict(member=name, **summary)
        if not kernel:
            row.update(c=np.nan, lambda_0=np.nan, lambda_end=np.nan)
        if not accuracy:
            row.update(accuracy_end=np.nan, test_accuracy_end=np.nan)
        table.append(row)
        path = folder / "members" / name
        path.mkdir(parents=True)
        with h5py.File(path / "series.h5", "w") as h5:
            for key in ("step", "time", "loss"):
                h5[key] = series[key][::every]
            if kernel:
                h5["kernel/step"] = series["step"]
                h5["kernel/lambda"] = series["kernel"]
                h5["kernel/converged"] = np.isfinite(series["kernel"]).astype("u1")
    frame = pd.DataFrame(table)
    frame.to_csv(folder / "summary.csv", index=False)
    return frame
