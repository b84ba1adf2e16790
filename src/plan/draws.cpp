#include "plan/draws.hpp"

namespace catapult {

BatchDraws::BatchDraws(const DataOptions& options, const DataShape& data, int sample_ranks)
    : augmentation_(augmentation_of(options)),
      batch_(options.batch > 0 ? options.batch : data.train_samples),
      gathered_(batch_ != data.train_samples || augmentation_.any()),
      ranks_(sample_ranks),
      inputs_(static_cast<double>(data.inputs)),
      outputs_(static_cast<double>(data.outputs)) {}

/// Rows that a sample rank takes for mixup beside its own.
double BatchDraws::partners_of(int rank) const {
  if (!augmentation_.mixup) return 0.0;
  return static_cast<double>(partners_elsewhere(batch_, block_of(batch_, ranks_, rank)).size());
}

double BatchDraws::rows_held() const {
  if (!gathered_) return 0.0;
  const auto rows = static_cast<double>(block_of(batch_, ranks_, 0).size());
  // The samples taken, and where they come from other ranks, those sent and received.
  const double taken = (ranks_ > 1 ? 3.0 : 1.0) * (rows + partners_of(0));
  return taken + (augmentation_.any() ? rows : 0.0);
}

/// A batch drawn from all samples: on the average every sample rank sends its share of each block.
void BatchDraws::add_to(CostSheet& sheet, double word) const {
  constexpr double kernels_of_gather = 2.0;  // inputs, outputs
  if (!gathered_) return;
  sheet.launch((ranks_ > 1 ? 2.0 : 1.0) * kernels_of_gather);
  if (ranks_ > 1) {
    double partners = 0.0;  // the mean over the ranks
    for (int rank = 0; rank < ranks_; ++rank) partners += partners_of(rank) / ranks_;
    const double others = ranks_ - 1.0, passed = (sheet.rows() + partners) * others / ranks_;
    sheet.send("ask for samples", sizeof(Index) * (others + passed) / 2.0, 2.0);
    sheet.send("send samples", word * (inputs_ + outputs_) * passed / 2.0, 2.0);
  }
  const double read = augmentation_.mixup ? 2.0 : 1.0;
  if (augmentation_.any()) sheet.pass((read + 1.0) * sheet.rows() * inputs_);
  if (augmentation_.mixup) sheet.pass((read + 1.0) * sheet.rows() * outputs_);
}

}  // namespace catapult
