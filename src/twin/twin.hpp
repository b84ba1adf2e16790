// A model that a network is compared with: its expansion at a step, trained by the same rule.
// defines: TwinState, Twin, TwinScore, score_twin, TwinSetting
#pragma once

#include <memory>
#include <optional>

#include "data/dataset.hpp"
#include "train/objective.hpp"
#include "train/state.hpp"
#include "twin/function_twin.hpp"
#include "twin/taylor.hpp"

namespace catapult {

/// All that continues a twin besides its options and data. Flat vectors of the network's layout;
/// views, not copies.
template <class Real>
struct TwinState {
  Vector<Real> theta_0;       ///< where the expansion is made
  Vector<Real> displacement;  ///< theta - theta_0; empty where `functions` tell of it
  Vector<Real> velocity;      ///< empty without momentum; v_0 where `functions` tell of it
  std::optional<FunctionState> functions;  ///< of a twin that steps in function space
};

/// What all twins of one member share. Refers to the member's network and options.
template <class Real>
struct TwinSetting {
  const Network<Real>& network;
  const TrainOptions& train;  ///< loss, momentum and L2
  Index batch = 0;            ///< samples of a batch, all ranks together
  bool full = true;           ///< the same batch at every step
  SpreadSamples<Real> test;
};

/// Used like the network in the training loop: evaluate, look, step. Collective over its grid.
template <class Real>
class Twin {
 public:
  explicit Twin(const TwinSetting<Real>& setting)
      : setting_(setting),
        test_(setting.network, setting.test, setting.network.groups().test,
              loss_of(setting.train)) {}
  virtual ~Twin() = default;

  /// The twin's outputs (samples, outputs) for this rank's rows of the step's batch, until the next
  /// call.
  virtual Matrix<Real> evaluate(const Samples<Real>& batch) = 0;
  /// One step of the training rule on the batch last evaluated.
  virtual void step(double eta) = 0;

  /// From the next step on the kernel of theta_0 is held as a matrix (k N, k N), for good. False
  /// where the twin has no use for it. Collective.
  virtual bool hold_kernel() { return false; }

  /// theta - theta_0 and v, formed where the twin steps without them.
  virtual Vector<Real> displacement() = 0;
  virtual Vector<Real> velocity() = 0;
  /// To be written to a checkpoint, or copied, before the next step.
  virtual TwinState<Real> state() const = 0;

  /// Score on the test samples.
  virtual Score test_score() = 0;

  const TwinSetting<Real>& setting() const { return setting_; }

 protected:
  TwinSetting<Real> setting_;
  Evaluator<Real> test_;
};

/// A twin beside its network.
struct TwinScore {
  double loss = 0.0;
  double accuracy = 0.0;
  double distance = 0.0;  ///< |f - f_twin|, the 2-norm over samples and outputs of the batch
};

/// Evaluates the twin; f (samples, outputs): the network's outputs for the same rows. Collective.
template <class Real>
TwinScore score_twin(Twin<Real>& twin, const Samples<Real>& batch, const Matrix<Real>& f);

}  // namespace catapult
