"""What Lewkowycz et al. (2020) say about each of their figures, as claims, by the deck's name.

The accepted ranges are ours: the paper gives its numbers without errors. `pictures` of a figure are
those of a run that show what the figure shows.

defines: Figure, FIGURES
"""

from dataclasses import dataclass

import numpy as np

import measures as of
import pair_measures as pairs
from claims import Claim

ANY = np.inf
OTHER_NETWORK = "its network is WRN-10-1, with a lambda_0 of its own, not WRN-28-10"


@dataclass
class Figure:
    title: str
    pictures: tuple  # names of files in plots/; those that there are are shown
    claims: tuple


def _critical_rate(number, low, high, of_full=""):
    return Claim("eta_crit = 2/lambda_0", "lambda_0 at the start sets the critical learning rate",
                 number, (low, high), of.critical_rate, of_full)


def _below_edge(of_full=""):
    return Claim("largest eta lambda at the end, 2 < c", "catapults end below the line 2/eta, "
                 "where training is stable; some hover at it, and 2 percent above are ours", "< 2",
                 (-ANY, 2.04), of.end_strength, of_full)


def _edge(number, low, high, of_full=""):
    return Claim("c_max", "beyond this c = eta lambda_0 training diverges", number, (low, high),
                 of.edge, of_full)




def _better(of_full=""):
    return Claim("best test accuracy with 2 < c less the best with c < 2", "the best learning rate "
                 "is beyond eta_crit", "> 0", (0.0, ANY), of.accuracy_gain, of_full)


WARM_UP = (
    Claim("exponent of the shift of lambda in n, c < 2", "lambda stays within 1/n of its start",
          "-1", (-1.05, -0.95), of.shift_exponent),
    Claim("exponent of the peak loss in n, 2 < c < 4", "the loss grows to order n", "1",
          (0.95, 1.05), of.peak_exponent),
    _below_edge(),
    Claim("eta lambda at the end, c = 2.2", "a flatter minimum; the number is that of the maps "
          "(6), (7), for n -> infinity", "1.770", (1.768, 1.772), of.strength_at(2.2, 1e6)),
    Claim("eta lambda at the end, c = 2.5", "the same", "1.282", (1.280, 1.284),
          of.strength_at(2.5, 1e6)),
    _edge("4", 4.0, 4.0),
)

SCHEDULED = "so few steps of a small network leave its test accuracy near chance"

FIGURES = {
    "fig1a_s1": Figure("1 (a), S1: the loss surface of the warm-up model", ("landscape",), (
        Claim("share of the trajectories that end as told", "to the next minimum at c = 1, over "
              "the ridge into a flatter one at c = 3, away at c = 4.2", "all", (1.0, 1.0),
              of.ends_as(lazy=[1.0], catapult=[3.0], divergent=[4.2])),
        _below_edge())),
    "fig2": Figure("2: loss and lambda of the warm-up model",
                   ("loss", "lambda", "final_lambda"), WARM_UP),
    "fig3abc": Figure("3 (a-c): three hidden layers of ReLU on MNIST",
                      ("loss", "lambda", "final_lambda"), (
        _critical_rate("6.25", 5.0, 8.0),
        Claim("largest change of lambda, c < 2", "below eta_crit lambda hardly moves; a fifth is "
              "ours", "small", (0.0, 0.2), of.lazy_change,
              "its network is narrower, and moves at any learning rate"),
        Claim("share of members with 2 < c whose loss rises first", "beyond eta_crit the loss "
              "rises before it falls", "all", (1.0, 1.0), of.share_that_rises,
              "the loss of a narrower network begins to rise at a larger c"),
        Claim("latest step of the largest loss, 2 < c", "the loss rises for fewer than 10 steps",
              "< 10", (0.0, 9.0), of.steps_of_rise),
        _below_edge(),
        _edge("about 12", 10.0, 14.0))),
    "fig3def": Figure("3 (d-f): WRN-28-10 on CIFAR-10", ("loss", "lambda", "final_lambda"), (
        _critical_rate("0.18", 0.09, 0.36, OTHER_NETWORK), _below_edge(),
        _edge("about 12", 10.0, 14.0))),
    "fig4": Figure("4: final accuracy of one hidden layer on MNIST", ("accuracy",), (
        Claim("spread of the test accuracy, c < 2", "the test accuracy is the same below eta_crit; "
              "two percent are ours", "0", (0.0, 0.02), of.accuracy_spread),
        _better())),
    "fig5ab": Figure("5 (a, b): a convolutional network on CIFAR-10",
                     ("decay", "accuracy_in_time"), (
        _critical_rate("1e-4", 0.8e-4, 1.25e-4, "its network has a tenth of the channels"),
        _better(SCHEDULED))),
    "fig5cd": Figure("5 (c, d), 1 (b): WRN-28-10 on CIFAR-10 with augmentation and L2",
                     ("decay", "accuracy_in_time"), (
        _critical_rate("0.14", 0.11, 0.17, OTHER_NETWORK), _better(SCHEDULED))),
    "fig6": Figure("6: accuracy of a network and its linear twins on MNIST", ("twin_accuracy",), (
        Claim("largest difference of test accuracy, twin of step 0, c < 2", "below eta_crit all "
              "curves agree", "0", (0.0, 0.02), pairs.twin_accuracy(0, 0, 2)),
        Claim("largest difference of test accuracy, twin of step 10, c < 2", "the same", "0",
              (0.0, 0.02), pairs.twin_accuracy(10, 0, 2)),
        Claim("share of the twins of step 0 that diverge, 2 < c", "the network linearized at its "
              "start diverges beyond eta_crit", "all", (1.0, 1.0), pairs.twins_that_diverge(0, 2)),
        Claim("largest difference of test accuracy, twin of step 10, 2 < c < 4", "linearized after "
              "the catapult it ends as accurate as the network", "0", (0.0, 0.02),
              pairs.twin_accuracy(10, 2, 4)),
        _better())),
    "figS2_S3": Figure("S2, S3: WRN-28-10 on CIFAR-100", ("decay", "accuracy_in_time"),
                       (_critical_rate("0.4", 0.32, 0.48, OTHER_NETWORK), _better(SCHEDULED))),
    "figS4_S5": Figure("S4, S5: WRN-28-10 on CIFAR-10", ("decay", "accuracy_in_time"),
                       (_critical_rate("0.14", 0.11, 0.17, OTHER_NETWORK), _better(SCHEDULED))),
    "figS6": Figure("S6: WRN-28-10 on CIFAR-100 with augmentation and L2",
                    ("decay", "accuracy_in_time"),
                    (_critical_rate("0.4", 0.32, 0.48, OTHER_NETWORK), _better(SCHEDULED))),
    "figS7": Figure("S7: two hidden layers of ReLU on one sample", ("final_lambda", "final_loss"), (
        _below_edge(),
        Claim("c up to which catapults end with a network that lives", "catapults reach up to "
              "about c = 12", "about 12", (10.0, 14.0), of.edge_of_life),
        Claim("share of the networks from c = 12 on that end dead, f = 0", "one sample: the "
              "neurons die before training diverges", "all", (1.0, 1.0), of.dead_beyond(12.0)))),
    "figS8a": Figure("S8 (a): L2 regularization", ("final_lambda", "lambda"), (
        Claim("largest difference that L2 makes to lambda/lambda_0 in 5 steps", "L2 leaves the "
              "first steps and the catapult as they are; five percent are ours", "0", (0.0, 0.05),
              pairs.l2_difference(5)),
        Claim("largest ratio of lambda at the end, with L2 to without", "later lambda decays with "
              "the weights", "< 1", (-ANY, 1.0), pairs.l2_decay),
        _below_edge())),
    "figS8b": Figure("S8 (b): momentum 0.9", ("final_lambda", "lambda"), (
        Claim("c where lambda begins to fall", "the lazy phase ends at eta_crit (1 - gamma): 0.69 "
              "of 6.96 in the figure, where the text prints eta_crit/(1 - gamma)", "0.2",
              (0.18, 0.22), of.lambda_threshold),
        Claim("share of neighbours beyond it of which the larger c ends with the smaller lambda",
              "beyond it lambda ends the lower the larger eta is", "all", (1.0, 1.0),
              of.falls_beyond(0.2)))),
    "figS9": Figure("S9: WRN-28-10 on CIFAR-10 in physical time",
                    ("loss", "lambda", "final_lambda"), (
        _critical_rate("0.14", 0.11, 0.17, OTHER_NETWORK), _below_edge())),
    "figS10": Figure("S10: two hidden layers of tanh on MNIST",
                     ("loss", "lambda", "final_lambda"), (
        _critical_rate("0.06", 0.05, 0.07, "its network is narrower, with a smaller lambda_0"),
        _below_edge(),
        _edge("4", 3.5, 4.5, "its network is narrower, and diverges at a larger c"))),
    "figS11": Figure("S11: WRN-28-10 on CIFAR-10, ntk parametrization",
                     ("loss", "lambda", "final_lambda"), (
        _critical_rate("31.47", 25.0, 38.0, OTHER_NETWORK), _below_edge())),
    "figS12": Figure("S12: how long training takes near c = 2", ("critical",), (
        Claim("critical exponent, c > 2", "steps to the end ~ |c - 2|^-1, up to logarithms, which "
              "make it smaller at any finite n", "-1", (-1.1, -0.85),
              of.critical_exponent("above")),
        Claim("critical exponent, c < 2", "the same", "-1", (-1.1, -0.9),
              of.critical_exponent("below")))),
    "figS13ab": Figure("S13 (a, b): network and linear twins in time", ("twins", "distance"), (
        Claim("largest difference of the losses, twin of step 0, c = 1", "three curves in one; "
              "five percent of the first loss are ours", "0", (0.0, 0.05),
              pairs.twin_apart(0, 1.0)),
        Claim("largest difference of the losses, twin of step 10, c = 1", "the same", "0",
              (0.0, 0.05), pairs.twin_apart(10, 1.0)),
        Claim("share of the twins of step 0 that diverge, 2 < c", "the network falls, its twin of "
              "step 0 diverges", "all", (1.0, 1.0), pairs.twins_that_diverge(0, 2)),
        Claim("largest difference of the losses, twin of step 10, c = 3", "the twin of step 10 "
              "follows the network to the end", "0", (0.0, 0.05), pairs.twin_apart(10, 3.0)))),
    "figS13c": Figure("S13 (c): how far the kernel moves", ("kernel_change",), (
        Claim("exponent of the kernel's change in n, c = 1", "once the catapult is over a wide "
              "network is linear: the kernel moves the less the wider it is; -1 is the theory's "
              "for infinite width, to which finite widths come", "-1", (-1.4, -0.5),
              of.kernel_exponent(1.0)),
        Claim("exponent of the kernel's change in n, c = 3", "the same", "-1", (-1.4, -0.5),
              of.kernel_exponent(3.0)))),
}
