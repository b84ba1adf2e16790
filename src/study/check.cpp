#include "study/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/session.hpp"
#include "deck/print.hpp"
#include "deck/study.hpp"
#include "linalg/gemm.hpp"
#include "study/plan.hpp"

namespace catapult {
namespace {

/// FLOP a second of one rank, measured on a dense product of a layer's size.
template <class Real>
double measured_rate() {
  constexpr Index n = 768;
  const Matrix<Real> a("a", n, n), b("b", n, n), c("c", n, n);
  const auto product = [&] {
    gemm(Op::none, Op::transpose, 1.0, a, b, 0.0, c);
    Kokkos::fence();
  };
  product();
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int products = 0;
  std::chrono::duration<double> seconds{};
  while (seconds.count() < 0.1) {
    product();
    ++products;
    seconds = Clock::now() - start;
  }
  return products * 2.0 * n * n * n / seconds.count();
}

/// "3.2 h", "5 min", "12 s"
std::string duration(double seconds) {
  if (seconds > 7200.0) return fmt::format("{:.1f} h", seconds / 3600.0);
  if (seconds > 120.0) return fmt::format("{:.0f} min", seconds / 60.0);
  return fmt::format("{:.0f} s", std::max(1.0, seconds));
}

std::string member_lines(const Study& study, const StudyPlan& plan) {
  std::string text =
      fmt::format("# {:>6}  {:>11}  {:>9}  {:>11}  {:>11}  {:>11}  {}\n", "member", "parameters",
                  "steps <=", "FLOP a step", "MB a rank", "MB sent/step", "keys");
  bool assumed = false;
  for (std::size_t i = 0; i < study.members.size(); ++i) {
    const MemberCost& cost = plan.costs[i];
    text += fmt::format("#   {:04}  {:>11}  {:>9.4g}  {:>11.3g}  {:>11.4g}  {:>11.3g}  {}\n", i,
                        cost.parameters, cost.steps, cost.step_flops, cost.rank_bytes / 1e6,
                        cost.step_bytes_sent / 1e6, study.swept_values(i));
    assumed = assumed || cost.steps_assumed;
  }
  if (assumed) {
    text += "# steps of members whose end depends on lambda_0, loss or accuracy: assumed\n";
  }
  return text;
}

}  // namespace

std::string check_deck(const std::string& deck, const std::vector<std::string>& settings,
                       int ranks) {
  const Study study = read_study(deck, settings);
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const StudyPlan plan = plan_study(study, ranks, std::min(ranks, cores));

  const KokkosSession kokkos;
  const bool single = study.base.model.precision == "f32";
  const double rate = single ? measured_rate<float>() : measured_rate<double>();
  double flops = 0.0;
  for (const MemberCost& cost : plan.costs) flops += cost.total_flops;

  std::string text = print_resolved(study.base, study.axes);
  text +=
      fmt::format("\n# {} members on {} ranks, {} at once with {} ranks each\n",
                  study.members.size(), ranks, plan.placement.groups, plan.placement.group_size);
  text += member_lines(study, plan);
  text += fmt::format(
      "# {:.3g} FLOP in all; about {} at the {:.0f} GFLOP/s a rank that a dense "
      "product reaches on this machine now\n",
      flops, duration(flops / (rate * ranks)), rate / 1e9);
  return text;
}

}  // namespace catapult
