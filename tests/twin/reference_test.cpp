// Twins of an independent implementation in double: the same weights, data and rule must give the
// same losses and outputs, in weight space and in function space, on every grid.
#include "twin/reference.hpp"

#include "curvature/change.hpp"
#include "twin/eigen.hpp"
#include "twin/linear_twin.hpp"
#include "twin/weight_twin.hpp"

namespace catapult::testing {
namespace {

class TwinReference : public ::testing::TestWithParam<ReferenceParam> {
 protected:
  /// A member at the step of its fork.
  static std::unique_ptr<Member> member(int width, const std::string& kind = "linear") {
    const auto& [one, run] = GetParam();
    auto member = std::make_unique<Member>(one, run, width);
    member->train_to(member->fork_step(kind));
    return member;
  }
};

TEST_P(TwinReference, WeightSpaceTwinsAreReproduced) {
  for (const int width : widths_of_world(std::get<0>(GetParam()))) {
    for (const TwinKind kind : {TwinKind::linear, TwinKind::quadratic}) {
      const auto one = member(width, name_of(kind));
      WeightTwin<double> twin(kind, one->setting(), fork_state(one->state));
      expect_reference(twin, *one, name_of(kind));
    }
  }
}

TEST_P(TwinReference, KernelProductTwinIsReproduced) {
  for (const int width : widths_of_world(std::get<0>(GetParam()))) {
    const auto one = member(width);
    const auto twin =
        make_twin(TwinKind::linear, one->setting(), fork_state(one->state), one->batch);
    ASSERT_NE(dynamic_cast<LinearTwin<double>*>(twin.get()), nullptr);
    expect_reference(*twin, *one, "linear");
  }
}

/// Steps a function-space twin beside the reference; `outputs` makes f of this rank's samples.
template <class Outputs>
void expect_reference(FunctionTwin& twin, const Member& member, const Outputs& outputs) {
  const std::vector<double> f = member.numbers("linear/f");
  for (Index row = 0; row <= member.last_step - member.fork_step("linear"); ++row) {
    EXPECT_LT(error_of(outputs(twin.state()), member.local(f, row)), 1e-10) << "row " << row;
    twin.step(member.eta);
  }
}

TEST_P(TwinReference, TwinOfAnAssembledKernelIsReproduced) {
  const auto one =
      member(widths_of_world(std::get<0>(GetParam())).back());  // all samples on every rank
  TangentSpace<double> space(one->network, one->state.theta, one->state.velocity, one->batch,
                             one->all.size());
  const MatrixOperator kernel =
      kernel_at<double>(one->network, one->state.theta, one->batch.x, one->all.size());
  FunctionTwin twin(kernel, space.start(one->options.l2 != 0.0), one->options.momentum,
                    one->options.l2);
  expect_reference(twin, *one,
                   [&](const FunctionState& now) { return values_of(outputs_of(space, now.f)); });
}

TEST_P(TwinReference, EigenbasisTwinIsReproducedWithOutputsOfOtherSamples) {
  for (const int width : widths_of_world(std::get<0>(GetParam()))) {
    const auto one = member(width);
    TangentSpace<double> space(one->network, one->state.theta, one->state.velocity, one->batch,
                               one->all.size());
    const EigenBasis basis = eigenbasis_of(space.kernel());
    const DiagonalOperator diagonal(basis.values());
    const FunctionStart start = space.start(one->options.l2 != 0.0);
    FunctionTwin twin(diagonal, basis.to_modes(start), one->options.momentum, one->options.l2);
    expect_reference(twin, *one, [&](const FunctionState& now) {
      const std::vector<double> f = basis.from_modes(now.f);
      // The training samples themselves as test samples: Theta(test, train) = Theta.
      const auto cross = [&](const double* x, double* y) {
        HostProducts().apply(space.kernel(), x, y, 1);
      };
      EXPECT_LT(error_of(test_outputs(start, cross, basis.from_modes(now.displacement)), f), 1e-9);
      return values_of(outputs_of(space, f));
    });
  }
}

INSTANTIATE_TEST_SUITE_P(All, TwinReference,
                         ::testing::Combine(::testing::ValuesIn(reference_cases),
                                            ::testing::ValuesIn(reference_runs)),
                         name_of_case);

}  // namespace
}  // namespace catapult::testing
