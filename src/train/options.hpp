// Keys of the deck's [train] table.
// defines: DecayStep, TrainOptions, describe
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"
#include "base/option.hpp"

namespace catapult {

/// From this step or physical time on (the other one is negative) the learning rate is this.
struct DecayStep {
  double time = -1.0;
  Index step = -1;
  double learning_rate = 0.0;

  bool operator==(const DecayStep&) const = default;
};

struct TrainOptions {
  double learning_rate = 0.0;
  double learning_rate_c = 0.0;
  bool follow_lambda = false;
  std::string loss = "mse";
  double label_smoothing = 0.0;
  std::string optimizer = "gd";
  double momentum = 0.0;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  double l2 = 0.0;
  Index stop_steps = 0;
  double stop_time = 0.0;
  double stop_accuracy = 0.0;
  double stop_loss = 0.0;
  double diverge_above = 1e10;
  std::vector<DecayStep> decay;
};

template <class Visitor>
void describe(Visitor& option, DecayStep& o) {
  option("time", o.time, at_least(0.0), "t*eta", "physical time from which on it holds, or");
  option("step", o.step, at_least(0), "steps", "step from which on it holds");
  option("learning_rate", o.learning_rate, above(0.0), "1/lambda", "absolute learning rate eta");
}

template <class Visitor>
void describe(Visitor& option, TrainOptions& o) {
  option("learning_rate", o.learning_rate, at_least(0.0), "1/lambda",
         "absolute learning rate eta; exactly one of learning_rate and learning_rate_c is > 0");
  option("learning_rate_c", o.learning_rate_c, at_least(0.0), "1/lambda_0",
         "eta = c/lambda_0, lambda_0 measured at the start, once per distinct initialization");
  option("follow_lambda", o.follow_lambda, any(), "",
         "eta of every step is c/lambda, c = learning_rate_c and lambda as last measured above 0, "
         "every measure.kernel_every steps");
  option("loss", o.loss, one_of({"mse", "cross_entropy"}), "",
         "mse: 1/(2 k N) sum (f - y)^2; cross_entropy: -1/N sum y ln p, p the softmax of the "
         "outputs; lambda is then the largest eigenvalue of the Gauss-Newton matrix, that of the "
         "kernel weighted by d^2 L/df^2");
  option("label_smoothing", o.label_smoothing, between(0.0, 1.0), "",
         "cross_entropy: s of the targets (1 - s) y + s/k");
  option("optimizer", o.optimizer, one_of({"gd", "nesterov", "adam"}), "",
         "gd: theta <- theta - eta v, v <- gamma v + g (Polyak, gamma = momentum); nesterov: "
         "theta <- theta - eta (g + gamma v); adam (Kingma and Ba 2015): theta <- theta - eta "
         "m/(sqrt(s) + epsilon), m and s the corrected means of g and g^2");
  option("momentum", o.momentum, between(0.0, 0.999999), "", "gamma of gd and nesterov");
  option("beta_1", o.beta_1, between(0.0, 0.999999), "", "of adam's mean of g");
  option("beta_2", o.beta_2, between(0.0, 0.9999999), "", "of adam's mean of g^2");
  option("epsilon", o.epsilon, above(0.0), "", "of adam");
  option("l2", o.l2, at_least(0.0), "",
         "adds (l2/2)|theta|^2 to the objective; recorded losses leave it out");
  option("stop_steps", o.stop_steps, at_least(0), "steps",
         "stop after so many; whichever stop comes first; 0: off");
  option("stop_time", o.stop_time, at_least(0.0), "t*eta", "stop at this physical time; 0: off");
  option("stop_accuracy", o.stop_accuracy, between(0.0, 1.0), "",
         "stop once the training accuracy has reached this; 0: off");
  option("stop_loss", o.stop_loss, at_least(0.0), "",
         "stop once the training loss is below this; 0: off");
  option("diverge_above", o.diverge_above, above(1.0), "initial loss",
         "a loss above this times the initial one (or that of f = 0, where it is larger), or a "
         "loss, kernel or parameter that is not finite, counts as diverged; of the solvable model, "
         "whose catapults are as high as it is wide, times the width");
  option("decay", o.decay, any(), "",
         "list of {time = T, learning_rate = E} or {step = N, learning_rate = E}: from physical "
         "time T or step N on eta is E");
}

}  // namespace catapult
