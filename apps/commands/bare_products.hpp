// The products and convolutions of a phase and nothing else.
// defines: BareProducts
#pragma once

#include <vector>

#include "model/cost.hpp"

namespace catapult {

/// On numbers of their own.
template <class Real>
class BareProducts {
 public:
  void add(const CostSheet& sheet);
  /// All of them, one after another.
  void run();

 private:
  struct Multiplied {
    Product described;
    Matrix<Real> a, b, c;
  };
  struct Mapped {
    Convolved described;
    Convolution<Real> convolution;
  };

  void run(Mapped& mapped);

  std::vector<Multiplied> products_;
  std::vector<Mapped> convolutions_;
  Vector<Real> x_, w_, z_, scratch_;  ///< of all convolutions in turn: images take much room
};

}  // namespace catapult
