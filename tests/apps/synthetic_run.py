"""Writes run folders as `catapult run` does, from the one-sample network whose two exact lines a
step are f' = f (1 - eta lambda + eta^2 f^2/n), lambda' = lambda + (eta f^2/n)(eta lambda - 4)."""

import h5py
import numpy as np
import pandas as pd


def member(c, n=1000.0, steps=60, lambda_0=1.0, **swept):
    """Series and summary row of one member."""
    eta, f, lam, rows = c / lambda_0, 1.0, lambda_0, []
    for step in range(steps + 1):
        rows.append((step, step * eta, f * f / 2, lam, f))
        if not f * f < 1e10:
            break
        f, lam = (f * (1 - eta * lam + eta**2 * f * f / n),
                  lam + eta * f * f / n * (eta * lam - 4))
    step, time, loss, lam, f = (np.array(column) for column in zip(*rows))
    diverged = not loss[-1] < 1e10
    end = np.nan if diverged else 1.0
    phase = "divergent" if diverged else "lazy" if c < 2 else "catapult"
    summary = dict(swept, learning_rate=eta, c=c, lambda_0=lambda_0,
                   outcome="diverged" if diverged else "running", phase=phase, steps=step[-1],
                   time=time[-1], loss_0=loss[0], loss_max=loss.max(),
                   step_loss_max=step[loss.argmax()], loss_end=loss[-1],
                   accuracy_end=end * (0.9 + 0.1 * np.tanh(c - 2)),
                   test_accuracy_end=end * (0.7 + 0.1 * np.tanh(c - 2)), lambda_end=end * lam[-1])
    return summary, dict(step=step, time=time, loss=loss, kernel=lam, f=f)


def write_twin(h5, series, at, eta):
    """The linear twin: f' = f (1 - eta lambda_at), until it diverges or the network ends."""
    step = series["step"][at:]
    f = series["f"][at] * (1 - eta * series["kernel"][at]) ** (step - at)
    alive = np.cumsum(f * f / 2 > 1e10) <= 1
    group = h5.create_group(f"twins/at_{at}/linear")
    wrong = np.minimum(np.abs(f), 2) / 5
    rows = dict(step=step, time=step * eta, loss=f * f / 2, accuracy=0.9 - wrong,
                test_loss=f * f / 2, test_accuracy=0.8 - wrong,
                distance=np.abs(f - series["f"][at:]))
    for key, values in rows.items():
        group[key] = values[alive]
    group["outcome"] = "running" if alive.all() else "diverged"


def write(folder, members, every=1, kernel=True, accuracy=True, twins=(), watched=(),
          changes=()):
    """`every`: steps between rows; without `kernel` or `accuracy` they are left empty; `twins`:
    steps of their forks; `watched`: steps of restored linearity, -1 for none, and
    `changes`: of the kernel from step 50 to 1000, one a member or none at all."""
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
            h5["accuracy"] = 1 / (1 + h5["loss"][:])
            h5["test_accuracy"] = 0.8 / (1 + h5["loss"][:])
            for at in (at for at in twins if at < series["step"][-1]):
                write_twin(h5, series, at, summary["learning_rate"])
            if len(watched):
                h5["restored/step"], h5["restored/eta_lambda"] = [watched[number]], [1.3]
            if len(changes):
                rows = dict(reference=[50], step=[1000], change=[changes[number]])
                for key, values in rows.items():
                    h5[f"kernel_change/{key}"] = values
            if kernel:
                h5["kernel/step"] = series["step"]
                h5["kernel/lambda"] = series["kernel"]
                h5["kernel/converged"] = np.isfinite(series["kernel"]).astype("u1")
    frame = pd.DataFrame(table)
    frame.to_csv(folder / "summary.csv", index=False)
    return frame
