#include "deck/ensemble.hpp"

#include <fmt/format.h>

namespace catapult {

bool varies_in_part(const std::string& key) {
  return key == "model.width" || key == "model.seed" || key == "train.learning_rate" ||
         key == "train.learning_rate_c";
}

std::vector<SweepAxis> axes_of_parts(const std::vector<SweepAxis>& axes) {
  std::vector<SweepAxis> others;
  for (const SweepAxis& axis : axes) {
    if (!varies_in_part(axis.key)) others.push_back(axis);
  }
  return others;
}

std::string why_one_by_one(const Deck& deck) {
  const MeasureOptions &measure = deck.measure, plain;
  const TrainOptions& train = deck.train;
  const bool lambda_on_the_way = measure.kernel_every > 0 &&
                                 (train.stop_steps == 0 || measure.kernel_every < train.stop_steps);
  if (deck.model.kind != "solvable") return "model.kind is not \"solvable\"";
  if (deck.model.representation != "gram") return "model.representation is not \"gram\"";
  if (measure.every > 0) return fmt::format("measure.every is {}, not 0", measure.every);
  if (lambda_on_the_way) {
    return fmt::format("measure.kernel_every is {}, neither 0 nor train.stop_steps or more",
                       measure.kernel_every);
  }
  if (!measure.kernel_at_times.empty()) return "measure.kernel_at_times names times";
  if (measure.curvature != plain.curvature) return "measure.curvature names more than the kernel";
  if (measure.smallest) return "measure.smallest asks for eigenvalues";
  if (measure.eigenvalues != plain.eigenvalues) return "measure.eigenvalues is set";
  if (measure.error_modes != plain.error_modes) return "measure.error_modes is set";
  if (measure.kernel_samples != plain.kernel_samples) return "measure.kernel_samples is set";
  if (measure.kernel_batches != plain.kernel_batches) return "measure.kernel_batches is set";
  if (!measure.kernel_change.empty()) return "measure.kernel_change names steps";
  if (measure.solver != plain.solver) return "measure.solver is set";
  if (train.follow_lambda) return "train.follow_lambda is set";
  if (train.optimizer != TrainOptions().optimizer) return "train.optimizer is set";
  if (deck.data.batch > 0) return "data.batch is set";
  if (!deck.data.augment.empty()) return "data.augment changes the samples";
  if (!deck.boundary.find.empty()) return "boundary.find names boundaries";
  if (!deck.linearize.at.empty() || deck.linearize.watch) return "[linearize] asks for twins";
  const CheckpointOptions& checkpoint = deck.checkpoint;
  const bool kept = checkpoint.every > 0 || checkpoint.minutes > 0.0 || !checkpoint.at.empty();
  return kept ? "[checkpoint] asks for checkpoints" : "";
}

EnsemblePart::EnsemblePart(const Study& study, std::size_t number) : deck_(study.parts[number]) {
  Index stride = study.count();
  for (const SweepAxis& axis : study.axes) {
    stride /= static_cast<Index>(axis.values.size());
    if (!varies_in_part(axis.key)) continue;
    axes_.push_back({&axis, stride});
    size_ *= static_cast<Index>(axis.values.size());
  }
  const std::vector<SweepAxis> others = axes_of_parts(study.axes);
  const std::vector<std::size_t> position = member_position(others, number);
  stride = study.count();
  std::size_t other = 0;
  for (const SweepAxis& axis : study.axes) {
    stride /= static_cast<Index>(axis.values.size());
    if (!varies_in_part(axis.key)) first_ += static_cast<Index>(position[other++]) * stride;
  }
}

TrajectoryKeys EnsemblePart::operator[](Index i) const {
  TrajectoryKeys keys{first_, deck_.model.width, deck_.model.seed, deck_.train.learning_rate,
                      deck_.train.learning_rate_c};
  for (std::size_t k = axes_.size(); k-- > 0;) {
    const auto& [axis, stride] = axes_[k];
    const auto values = static_cast<Index>(axis->values.size());
    const OptionValue& value = axis->values[static_cast<std::size_t>(i % values)];
    keys.member += i % values * stride;
    i /= values;
    if (axis->key == "model.width") keys.width = std::get<Index>(value);
    if (axis->key == "model.seed") keys.seed = std::get<Index>(value);
    if (axis->key == "train.learning_rate") keys.learning_rate = std::get<double>(value);
    if (axis->key == "train.learning_rate_c") keys.learning_rate_c = std::get<double>(value);
  }
  return keys;
}

}  // namespace catapult
