// Training samples changed at random: mirrored, shifted, mixed.
// defines: Augmentation, augmentation_of, ImageDraw, RowDraw, partners_elsewhere, draws_of, augment
#pragma once

#include <vector>

#include "base/partition.hpp"
#include "data/batches.hpp"
#include "data/options.hpp"
#include "data/samples.hpp"

namespace catapult {

/// What is done to every sample of a batch: flip, then crop, then mixup.
struct Augmentation {
  bool flip = false;
  bool crop = false;
  bool mixup = false;
  Index padding = 0;  ///< of crop
  Index seed = 0;

  bool any() const { return flip || crop || mixup; }
};

Augmentation augmentation_of(const DataOptions& options);

/// Whether all steps have the same batch: what is computed from its inputs may be kept.
inline bool same_batch_at_each_step(const BatchOrder& order, const Augmentation& augmentation) {
  return order.full() && !augmentation.any();
}

/// Pixel (y, x) of the new image is pixel (y + down, x + right) of the old one, mirrored where
/// `flip` is set; 0 where there is none.
struct ImageDraw {
  bool flip = false;
  Index down = 0;
  Index right = 0;
};

/// A row of a batch: weight times one sample plus (1 - weight) times its partner.
struct RowDraw {
  ImageDraw own, partner;
  Index partner_row = 0;  ///< among the rows taken
  double weight = 1.0;
};

/// The partner of row i of a batch of B is row B - 1 - i. Those of the rows `mine` that are not
/// among `mine` themselves.
Block partners_elsewhere(Index batch, Block mine);

/// For the rows `mine` of the batch of a step; the rows taken are `mine` and then, for mixup,
/// partners_elsewhere. Each sample's draws depend on (seed, epoch, its number) only.
std::vector<RowDraw> draws_of(const Augmentation& augmentation, const BatchOrder& order, Index step,
                              Block mine);

/// Rows of `out` <- rows of `taken` as drawn, inputs and, for mixup, outputs; else out.y is left
/// alone. The draws are on the device in `room` afterwards.
template <class Real>
void augment(const Samples<Real>& taken, const std::vector<RowDraw>& draws, bool mixup,
             const Samples<Real>& out, Vector<RowDraw>& room);

}  // namespace catapult
