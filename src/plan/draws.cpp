#include "plan/draws.hpp"

namespace catapult {

BatchDraws::BatchDraws(const DataOptions& options, const DataShape& data, int sample_ranks)
    : augmentation_(augmentation_of(options)),
      batch_(options.batch > 0 ? options.batch : data.train_samples),
      shuffled_(batch_ != data.train_samples),
      ranks_(sample_ranks),
      inputs_(static_cast<double>(data.inputs)),
      outputs_(static_cast<double>(data.outputs)) {}

/// Rows that a sample rank takes for mixup beside its own.
double BatchDraws::partners_of(int rank) const {
  if (!augmentation_.mixup) return 0.0;
  return static_cast<double>(partners_elsewhere(batch_, block_of(batch_, ranks_, rank)).size());
}

double BatchDraws::rows_held() const {
  if (!any()) return 0.0;
  const auto rows = static_cast<double>(block_of(batch_, ranks_, 0).size());
  // The samples taken, and where they come from other ranks, those sent and received.
  const double taken = (ranks_ > 1 ? 3.0 : 1.0) * (rows + partners_of(0));
  return taken + (augmentation_.any() ? rows : 0.0);
}

/// Of a shuffled batch every sample rank sends, on the average, its share of each block; of all
/// samples in their order nothing but partners. These are mutual: as many come as go.
double BatchDraws::rows_sent() const {
  if (!shuffled_) return partners_of(0);
  double partners = 0.0;
  for (int rank = 0; rank < ranks_; ++rank) partners += partners_of(rank) / ranks_;
  const auto rows = static_cast<double>(block_of(batch_, ranks_, 0).size());
  return (rows + partners) * (ranks_ - 1.0) / ranks_;
}

void BatchDraws::add_to(CostSheet& sheet, double word) const {
  constexpr double kernels_of_gather = 2.0;  // inputs, outputs
  if (!any()) return;
  sheet.launch((ranks_ > 1 ? 2.0 : 1.0) * kernels_of_gather);
  if (ranks_ > 1) {
    const double passed = rows_sent();
    sheet.send("ask for samples", sizeof(Index) * (ranks_ - 1.0 + passed) / 2.0, 2.0);
    sheet.send("send samples", word * (inputs_ + outputs_) * passed / 2.0, 2.0);
  }
  const double read = augmentation_.mixup ? 2.0 : 1.0;
  if (augmentation_.any()) sheet.pass((read + 1.0) * sheet.rows() * inputs_);
  if (augmentation_.mixup) sheet.pass((read + 1.0) * sheet.rows() * outputs_);
}

}  // namespace catapult
