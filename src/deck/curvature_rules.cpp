#include "deck/curvature_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deck/data_rules.hpp"

namespace catapult {
namespace {

std::optional<Finding> targets_are_probabilities(const Candidate& member) {
  const Deck& deck = member.deck;
  if (deck.train.loss != "cross_entropy") return std::nullopt;
  const std::string with = "train.loss = \"cross_entropy\" with ";
  if (known_outputs(deck.data) == 1) {
    return Finding{with + "one output", "the softmax of one number is 1",
                   "use data of several classes"};
  }
  if (!deck.data.center_labels) return std::nullopt;
  return Finding{with + "data.center_labels", "its targets are probabilities",
                 "leave center_labels out"};
}

std::optional<Finding> labels_are_smoothed(const Candidate& member) {
  const TrainOptions& train = member.deck.train;
  if (train.label_smoothing == 0.0 || train.loss == "cross_entropy") return std::nullopt;
  return Finding{fmt::format("train.label_smoothing is {}", train.label_smoothing),
                 "the mean squared error takes targets as they are",
                 "leave it out, or set train.loss = \"cross_entropy\""};
}

std::optional<Finding> momentum_is_used(const Candidate& member) {
  const TrainOptions& train = member.deck.train;
  if (train.optimizer == "nesterov" && train.momentum == 0.0) {
    return Finding{"train.optimizer = \"nesterov\" without train.momentum",
                   "it would be plain gradient descent", "set momentum, 0.9 say"};
  }
  if (train.optimizer != "adam" || train.momentum == 0.0) return std::nullopt;
  return Finding{
      fmt::format("train.momentum is {} with train.optimizer = \"adam\"", train.momentum),
      "its momentum is train.beta_1", "leave momentum out"};
}

std::optional<Finding> twins_have_its_rule(const Candidate& member) {
  const Deck& deck = member.deck;
  if (deck.train.optimizer == "gd") return std::nullopt;
  if (deck.linearize.at.empty() && !deck.linearize.watch) return std::nullopt;
  return Finding{fmt::format("twins with train.optimizer = \"{}\"", deck.train.optimizer),
                 "they are trained by gradient descent, with momentum or without",
                 "use \"gd\", or leave [linearize] out"};
}

std::optional<Finding> curvature_is_seen(const Candidate& member) {
  const MeasureOptions& measure = member.deck.measure;
  if (measure.kernel_every > 0 || !measure.kernel_at_times.empty()) return std::nullopt;
  if (measure.curvature == MeasureOptions().curvature) return std::nullopt;
  return Finding{"measure.curvature is given",
                 "measure.kernel_every is 0: none of it is ever measured", "set kernel_every"};
}

std::optional<Finding> gauss_newton_is_the_kernel(const Candidate& member) {
  const std::vector<std::string>& names = member.deck.measure.curvature;
  const auto found = std::find(names.begin(), names.end(), "gauss_newton");
  if (found == names.end()) return std::nullopt;
  return Finding{"measure.curvature names gauss_newton",
                 "its eigenvalues are those of the kernel weighted by the loss, which \"ntk\" "
                 "measures",
                 "write \"ntk\"", found - names.begin()};
}

std::optional<Finding> kernel_is_measured(const Candidate& member) {
  const Deck& deck = member.deck;
  if (measures(deck.measure, "ntk")) return std::nullopt;
  const std::vector<std::string>& find = deck.boundary.find;
  const bool falls = std::count(find.begin(), find.end(), "lambda_falls") > 0;
  if (!falls && !deck.linearize.watch) return std::nullopt;
  return Finding{
      "measure.curvature does not name ntk",
      falls ? "boundary.find = lambda_falls looks at lambda" : "linearize.watch looks at lambda",
      "add \"ntk\""};
}

std::optional<Finding> spikes_are_followed(const Candidate& member) {
  const MeasureOptions& measure = member.deck.measure;
  if (!measures(measure, "spikes")) return std::nullopt;
  const std::string names = "measure.curvature names spikes ";
  if (!measures(measure, "ntk")) {
    return Finding{names + "and not ntk", "their growth is seen in the kernel's eigenvectors",
                   "add \"ntk\""};
  }
  if (member.deck.train.loss != "mse") {
    return Finding{names + "with train.loss = \"" + member.deck.train.loss + "\"",
                   "f - y is the error of the mean squared error alone", "leave spikes out"};
  }
  if (measure.eigenvalues > 1 || measure.solver != "auto" || measure.kernel_batches > 1) {
    return Finding{names + "with measure.eigenvalues, solver or kernel_batches",
                   "their growth is seen in the eigenvectors that are followed, of one batch",
                   "leave these keys out"};
  }
  return std::nullopt;
}

std::optional<Finding> preconditioner_is_there(const Candidate& member) {
  const std::string& optimizer = member.deck.train.optimizer;
  if (!measures(member.deck.measure, "preconditioned") || optimizer == "adam") return std::nullopt;
  return Finding{fmt::format("measure.curvature names preconditioned with train.optimizer = \"{}\"",
                             optimizer),
                 "only adam has a preconditioner", "leave it out, or set optimizer = \"adam\""};
}

std::optional<Finding> batches_differ(const Candidate& member) {
  const DataOptions& data = member.deck.data;
  const MeasureOptions& measure = member.deck.measure;
  if (!measures(measure, "batches")) return std::nullopt;
  if (data.batch == 0 || data.batch == data.train_samples) {
    return Finding{"measure.curvature names batches with full batches", "all of them are the same",
                   "set data.batch below data.train_samples"};
  }
  if (measure.gradient_batches % 2 == 0) return std::nullopt;
  return Finding{fmt::format("measure.gradient_batches is {}", measure.gradient_batches),
                 "the covariance is that of pairs of batches",
                 fmt::format("set {}", measure.gradient_batches + 1)};
}

std::optional<Finding> hidden_layers_are_there(const Candidate& member) {
  const ModelOptions& model = member.deck.model;
  if (!measures(member.deck.measure, "alignment")) return std::nullopt;
  const std::string what = "measure.curvature names alignment with ";
  if (is_convolutional(model)) {
    return Finding{fmt::format("{}model.kind = \"{}\"", what, model.kind),
                   "it is that of neurons, of fully connected layers",
                   "leave it out, or set kind = \"fc\""};
  }
  if (model.kind != "fc" || model.depth > 0 || !model.widths.empty()) return std::nullopt;
  return Finding{what + "model.depth = 0", "it is that of hidden layers", "leave it out"};
}

std::optional<Finding> lambda_can_be_followed(const Candidate& member) {
  const Deck& deck = member.deck;
  const TrainOptions& train = deck.train;
  if (!train.follow_lambda) return std::nullopt;
  const std::string with = "train.follow_lambda with ";
  if (train.learning_rate > 0.0) {
    return Finding{with + "train.learning_rate", "eta of every step is c/lambda",
                   "set train.learning_rate_c in its place"};
  }
  if (!train.decay.empty()) {
    return Finding{with + "train.decay", "eta of every step is c/lambda", "leave one of them out"};
  }
  if (deck.measure.kernel_every == 0) {
    return Finding{with + "measure.kernel_every = 0", "lambda is not measured on the way",
                   "set kernel_every, 1 for a rate that changes at every step"};
  }
  if (measures(deck.measure, "ntk")) return std::nullopt;
  return Finding{with + "a measure.curvature that does not name ntk",
                 "lambda is the kernel's largest eigenvalue", "add \"ntk\""};
}

}  // namespace

std::vector<Rule> curvature_rules() {
  return {
      {{"train.loss", "data.center_labels", "data.source", "data.outputs", "model.kind"},
       targets_are_probabilities},
      {{"train.label_smoothing", "train.loss"}, labels_are_smoothed},
      {{"train.optimizer", "train.momentum"}, momentum_is_used},
      {{"train.optimizer", "linearize.at", "linearize.watch"}, twins_have_its_rule},
      {{"measure.curvature", "measure.kernel_every", "measure.kernel_at_times"}, curvature_is_seen},
      {{"measure.curvature"}, gauss_newton_is_the_kernel},
      {{"measure.curvature", "boundary.find", "linearize.watch"}, kernel_is_measured},
      {{"measure.curvature", "train.loss", "measure.eigenvalues", "measure.solver",
        "measure.kernel_batches"},
       spikes_are_followed},
      {{"measure.curvature", "train.optimizer"}, preconditioner_is_there},
      {{"train.follow_lambda", "train.learning_rate", "train.decay", "measure.kernel_every",
        "measure.curvature"},
       lambda_can_be_followed},
      {{"measure.curvature", "measure.gradient_batches", "data.batch", "data.train_samples"},
       batches_differ},
      {{"measure.curvature", "model.kind", "model.depth", "model.widths"}, hidden_layers_are_there},
  };
}

}  // namespace catapult
