#include "deck/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "deck/curvature_rules.hpp"
#include "deck/data_rules.hpp"
#include "deck/model_rules.hpp"

namespace catapult {
namespace {

/// Samples of one kernel; 0: the whole training part, whose size only the data tell.
Index known_kernel_samples(const Deck& deck) {
  if (deck.measure.kernel_samples > 0) return deck.measure.kernel_samples;
  return deck.data.batch > 0 ? deck.data.batch : known_samples(deck.data);
}

std::optional<Finding> one_learning_rate(const Candidate& member) {
  const TrainOptions& train = member.deck.train;
  const bool absolute = train.learning_rate > 0.0, relative = train.learning_rate_c > 0.0;
  if (!member.deck.boundary.find.empty()) {
    if (!absolute && !relative) return std::nullopt;
    return Finding{"a learning rate with boundary.find",
                   "the boundaries are searched by learning rates of their own",
                   "leave one of them out"};
  }
  if (absolute != relative) return std::nullopt;
  if (absolute) {
    return Finding{"train.learning_rate and train.learning_rate_c are both above 0",
                   "each one fixes eta", "leave one of them out"};
  }
  return Finding{"no learning rate", "train.learning_rate and train.learning_rate_c are both 0",
                 "set one of them"};
}

/// A deck that prints every key has an empty list as well.
std::optional<Finding> boundaries_are_named(const Candidate& member) {
  const BoundaryOptions &boundary = member.deck.boundary, plain;
  const TrainOptions& train = member.deck.train;
  if (!boundary.find.empty()) return std::nullopt;
  const bool no_rate = train.learning_rate == 0.0 && train.learning_rate_c == 0.0;
  const bool others = boundary.between != plain.between ||
                      boundary.resolution != plain.resolution || boundary.fall != plain.fall;
  if (!others && !(no_rate && member.gives("boundary.find"))) return std::nullopt;
  return Finding{"boundary.find is empty", "no boundary would be searched",
                 "list loss_rises, lambda_falls, diverges or some of them"};
}

/// Losses of different batches do not tell whether the loss rises.
std::optional<Finding> rises_are_seen(const Candidate& member) {
  const std::vector<std::string>& find = member.deck.boundary.find;
  const DataOptions& data = member.deck.data;
  if (std::count(find.begin(), find.end(), "loss_rises") == 0) return std::nullopt;
  if (data.batch == 0 || data.batch == data.train_samples) return std::nullopt;
  return Finding{fmt::format("boundary.find names loss_rises with data.batch = {}", data.batch),
                 "the losses of one batch and the next do not tell whether the loss rises",
                 "use full batches, with train_samples = batch"};
}

std::optional<Finding> range_is_one(const Candidate& member) {
  const std::vector<double>& between = member.deck.boundary.between;
  if (between.size() == 2 && between[0] < between[1]) return std::nullopt;
  return Finding{fmt::format("boundary.between is [{}]", fmt::join(between, ", ")),
                 "it gives the lowest and the highest c", "write two rising numbers"};
}

std::optional<Finding> falls_are_seen(const Candidate& member) {
  const std::vector<std::string>& find = member.deck.boundary.find;
  const bool asked = std::count(find.begin(), find.end(), "lambda_falls") > 0;
  if (!asked || member.deck.measure.kernel_every > 0) return std::nullopt;
  return Finding{"boundary.find names lambda_falls",
                 "measure.kernel_every is 0: lambda is not seen",
                 "set kernel_every, to train.stop_steps for the end alone"};
}

std::optional<Finding> some_end(const Candidate& member) {
  const TrainOptions& train = member.deck.train;
  if (train.stop_steps > 0 || train.stop_time > 0.0 || train.stop_accuracy > 0.0 ||
      train.stop_loss > 0.0) {
    return std::nullopt;
  }
  return Finding{"training has no end", "all stop rules of [train] are off",
                 "set train.stop_steps, stop_time, stop_accuracy or stop_loss"};
}

std::optional<Finding> decay_is_clear(const Candidate& member) {
  const std::vector<DecayStep>& decay = member.deck.train.decay;
  double time = -1.0;
  Index step = -1;
  for (std::size_t i = 0; i < decay.size(); ++i) {
    const DecayStep& now = decay[i];
    const bool by_time = now.time >= 0.0, by_step = now.step >= 0;
    const std::string name = fmt::format("train.decay[{}]", i);
    if (by_time == by_step) {
      return Finding{name + (by_time ? " has time and step" : " has neither time nor step"),
                     "one of them says from when on it holds", "give exactly one"};
    }
    if (now.learning_rate <= 0.0) {
      return Finding{name + " has no learning_rate", "it is what eta becomes", "give one above 0"};
    }
    if ((by_time && now.time <= time) || (by_step && now.step <= step)) {
      return Finding{name + " is not later than the one before it", "each holds until the next",
                     "sort them"};
    }
    if (by_time) time = now.time;
    if (by_step) step = now.step;
  }
  return std::nullopt;
}

std::optional<Finding> kernel_samples_fit(const Candidate& member) {
  const Deck& deck = member.deck;
  const Index batches = deck.measure.kernel_batches, samples = known_samples(deck.data);
  const Index one = known_kernel_samples(deck);
  const bool whole = deck.measure.kernel_samples == 0 && deck.data.batch == 0;
  if (whole && batches > 1) {
    return Finding{fmt::format("measure.kernel_batches is {}", batches),
                   "the first one already holds all training samples",
                   "set kernel_samples as well"};
  }
  if (whole || samples == 0 || one <= samples / batches) return std::nullopt;
  const bool told_of_the_batch = deck.measure.kernel_samples == 0 && one > samples;
  if (told_of_the_batch) return std::nullopt;
  return Finding{batches == 1 ? fmt::format("measure.kernel_samples is {}", one)
                              : fmt::format("measure.kernel_batches asks for {} sets of {} samples",
                                            batches, one),
                 fmt::format("there are {} training samples", samples), "ask for fewer"};
}

std::optional<Finding> eigenvalues_exist(const Candidate& member) {
  const Deck& deck = member.deck;
  const Index samples = known_kernel_samples(deck), outputs = known_outputs(deck.data);
  const Index wanted = deck.measure.eigenvalues;
  if (samples == 0 || outputs == 0 || (wanted - 1) / outputs < samples) return std::nullopt;
  return Finding{fmt::format("measure.eigenvalues is {}", wanted),
                 fmt::format("the kernel of {} samples and {} outputs has {}", samples, outputs,
                             samples * outputs),
                 "ask for fewer"};
}

std::optional<Finding> tolerance_is_in_reach(const Candidate& member) {
  const double tolerance = member.deck.measure.tolerance;
  if (member.deck.model.precision == "f64" || tolerance >= 1e-7) return std::nullopt;
  return Finding{fmt::format("measure.tolerance is {}", tolerance),
                 "below the rounding of model.precision = \"f32\"",
                 "ask for at least 1e-7, or for \"f64\""};
}

std::optional<Finding> twins_are_forked(const Candidate& member) {
  const Index end = member.deck.train.stop_steps;
  for (const Index step : member.deck.linearize.at) {
    if (end == 0 || step < end) continue;
    return Finding{fmt::format("linearize.at names step {}", step),
                   fmt::format("training ends at step {}", end),
                   "name steps before it, or raise train.stop_steps"};
  }
  return std::nullopt;
}

std::optional<Finding> changes_are_measured(const Candidate& member) {
  const std::vector<Index>& steps = member.deck.measure.kernel_change;
  const Index end = member.deck.train.stop_steps;
  if (steps.size() == 1 || !std::is_sorted(steps.begin(), steps.end())) {
    std::vector<Index> better = steps;
    std::sort(better.begin(), better.end());
    std::erase_if(better, [&](Index step) { return end > 0 && step > end; });
    if (better.size() == 1 && better[0] < end) better.push_back(end);
    if (better.size() == 1) better.clear();
    return Finding{"measure.kernel_change is not a step and later ones",
                   "the kernel at the first is compared with those at the others",
                   fmt::format("write [{}]", fmt::join(better, ", "))};
  }
  if (steps.empty() || end == 0 || steps.back() <= end) return std::nullopt;
  return Finding{fmt::format("measure.kernel_change names step {}", steps.back()),
                 fmt::format("training ends at step {}", end), "name steps up to there"};
}

std::optional<Finding> name_is_a_folder(const Candidate& member) {
  const std::string& name = member.deck.study.name;
  const bool plain = !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
  if (plain) return std::nullopt;
  return Finding{fmt::format("study.name is \"{}\"", name), "it names files and folders",
                 "write one without slashes and without a dot in front"};
}

}  // namespace

std::vector<Rule> rules() {
  std::vector<Rule> all = data_rules();
  const std::vector<Rule> of_models = model_rules();
  all.insert(all.end(), of_models.begin(), of_models.end());
  const std::vector<Rule> of_curvature = curvature_rules();
  all.insert(all.end(), of_curvature.begin(), of_curvature.end());
  const std::vector<Rule> others = {
      {{"study.name"}, name_is_a_folder},
      {{"train.learning_rate_c", "train.learning_rate", "boundary.find"}, one_learning_rate},
      {{"train.stop_steps", "train.stop_time", "train.stop_accuracy", "train.stop_loss"}, some_end},
      {{"boundary.find", "boundary.between", "boundary.resolution", "boundary.fall",
        "train.learning_rate", "train.learning_rate_c"},
       boundaries_are_named},
      {{"boundary.find", "data.batch", "data.train_samples"}, rises_are_seen},
      {{"boundary.between"}, range_is_one},
      {{"boundary.find", "measure.kernel_every"}, falls_are_seen},
      {{"train.decay"}, decay_is_clear},
      {{"measure.kernel_samples", "measure.kernel_batches", "data.batch", "data.train_samples",
        "data.source"},
       kernel_samples_fit},
      {{"measure.eigenvalues", "measure.kernel_samples", "data.batch", "data.train_samples",
        "data.source", "data.outputs", "data.classes"},
       eigenvalues_exist},
      {{"measure.tolerance", "model.precision"}, tolerance_is_in_reach},
      {{"linearize.at", "train.stop_steps"}, twins_are_forked},
      {{"measure.kernel_change", "train.stop_steps"}, changes_are_measured},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace catapult
