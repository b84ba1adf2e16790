// Which labelled samples of a data set are used, and which output each of them belongs to.
// defines: ClassMap, Selection, check_enough_samples
#pragma once

#include <string>
#include <vector>

#include "base/integer.hpp"

namespace catapult {

/// Labels to outputs: all labels in their order, or a subset in the order of the deck.
class ClassMap {
 public:
  /// `wanted`: labels to keep, empty for all `labels` labels 0, 1, .... Throws UsageError where
  /// one is wanted twice or does not exist.
  ClassMap(const std::vector<Index>& wanted, Index labels);

  Index outputs() const { return static_cast<Index>(label_of_.size()); }
  Index label_of(Index output) const { return label_of_[static_cast<std::size_t>(output)]; }
  /// -1 where the label is left out.
  Index output_of(Index label) const { return output_of_[static_cast<std::size_t>(label)]; }

 private:
  std::vector<Index> label_of_;   // (outputs)
  std::vector<Index> output_of_;  // (labels)
};

/// The first `limit` samples of the wanted classes, asked sample by sample in file order.
class Selection {
 public:
  /// `limit` 0: all samples of the wanted classes.
  Selection(const ClassMap& classes, Index limit);

  /// Whether the next sample, of this label, is used.
  bool take(Index label);

  /// outputs of the samples taken
  const std::vector<unsigned char>& outputs() const { return outputs_; }

  /// To be called behind the last sample. Throws UsageError where there were fewer samples than
  /// the limit, or none of a wanted class though `every_class` is asked for. `part`: "train" or
  /// "test".
  void check(const std::string& part, bool every_class) const;

  /// What to tell of outputs that no sample of the whole training part belongs to, as where labels
  /// are counted from 1; "" where there are none.
  std::string remark_on_empty_classes() const;

 private:
  const ClassMap& classes_;
  Index limit_;
  std::vector<Index> found_;  // (outputs), taken or not
  std::vector<unsigned char> outputs_;
};

/// Throws UsageError where more samples are asked for than there are.
void check_enough_samples(const std::string& part, Index asked, Index found);

}  // namespace catapult
