#include "train/ensemble.hpp"

#include "linalg/views.hpp"
#include "theory/warm_up_model.hpp"
#include "train/divergence.hpp"
#include "train/stop_rules.hpp"

namespace catapult {
namespace {

/// A row of an array, or an array of this thread alone.
struct Numbers {
  double* first;
  KOKKOS_INLINE_FUNCTION double& operator()(Index i) const { return first[i]; }
};

/// [train] as kernels take it.
struct Rules {
  StopRules stop;
  double momentum, l2, diverge_above;
  double zero_loss;  ///< that of f = 0
  bool by_c;         ///< rates are c
  bool measures_lambda;
  Vector<const DecayStep> decay;
};

/// Trains trajectory t. Inputs: d where it is known to the compiler, else 0.
template <Index Inputs>
struct TrainTrajectory {
  WarmUpModel<Inputs> model;
  Rules rules;
  Matrix<double> weights;  // (trajectories, (d + 1)^2)
  Matrix<double> scratch;  // (trajectories, (d + 1)^2 + room of the model); none where d is known
  Vector<const double> width, rate;  // (trajectories)
  Vector<TrajectoryEnd> ends;        // (trajectories)

  KOKKOS_INLINE_FUNCTION void operator()(Index t) const {
    if constexpr (Inputs > 0) {
      constexpr Index size = (Inputs + 1) * (Inputs + 1);
      constexpr Index room = 2 * Inputs + Inputs * (2 * Inputs + 1);
      double own[2 * size + room];
      for (Index i = 0; i < size; ++i) own[i] = weights(t, i);
      ends(t) = train({own}, {own + size}, {own + 2 * size}, width(t), rate(t));
    } else {
      const Index size = model.neurons() * model.neurons();
      double* const own = &scratch(t, 0);
      ends(t) = train({&weights(t, 0)}, {own}, {own + size}, width(t), rate(t));
    }
  }

 private:
  KOKKOS_INLINE_FUNCTION TrajectoryEnd train(Numbers a, Numbers velocity, Numbers room, double n,
                                             double given_rate) const {
    const double prefactor = 1.0 / sqrt(n), unknown = NAN;
    TrajectoryEnd end;
    const bool measured = rules.by_c || rules.measures_lambda;
    end.lambda_0 = measured ? model.lambda(a, room, n) : unknown;
    end.lambda_end = unknown;
    end.learning_rate = rules.by_c ? given_rate / end.lambda_0 : given_rate;
    if (rules.by_c && !(end.lambda_0 > 0.0)) {
      end.outcome = static_cast<double>(Outcome::failed);
      return end;
    }
    for (Index i = 0; i < model.neurons() * model.neurons(); ++i) velocity(i) = 0.0;
    const Outcome outcome = run(a, velocity, room, n, prefactor, end);
    end.outcome = static_cast<double>(outcome);
    if (rules.measures_lambda && outcome != Outcome::diverged) {
      end.lambda_end = model.lambda(a, room, n);
    }
    return end;
  }

  /// At each step measure, stop?, step. What is not finite shows in the loss at once: every weight
  /// is a factor of f.
  KOKKOS_INLINE_FUNCTION Outcome run(Numbers a, Numbers velocity, Numbers room, double n,
                                     double prefactor, TrajectoryEnd& end) const {
    const double eta_0 = end.learning_rate;
    const Index decays = static_cast<Index>(rules.decay.extent(0));
    double time = 0.0, loss_max = 0.0;
    Index step_loss_max = 0;
    Divergence divergence;
    for (Index step = 0;; ++step) {
      const double loss = model.loss(a, room, prefactor);
      if (step == 0) {
        end.loss_0 = loss;
        divergence = divergence_of(rules.diverge_above * n, loss, rules.zero_loss);
      }
      const bool diverged = divergence.holds(loss), reached = rules.stop.reached(loss, NAN);
      if (loss - loss == 0.0 && (step == 0 || loss > loss_max)) {
        loss_max = loss;
        step_loss_max = step;
      }
      if (diverged || reached || rules.stop.are_up(step, time)) {
        end.steps = static_cast<double>(step);
        end.time = time;
        end.loss_end = loss;
        end.loss_max = loss_max;
        end.step_loss_max = static_cast<double>(step_loss_max);
        return diverged ? Outcome::diverged : reached ? Outcome::converged : Outcome::running;
      }
      const double eta = learning_rate_at(step, time, eta_0, rules.decay.data(), decays);
      update(a, velocity, room, prefactor, eta);
      time += eta;
    }
  }

  /// As train/update.hpp has it.
  KOKKOS_INLINE_FUNCTION void update(Numbers a, Numbers velocity, Numbers room, double prefactor,
                                     double eta) const {
    const double gamma = rules.momentum, l2 = rules.l2;
    if (gamma == 0.0) {
      const double keep = 1.0 - eta * l2;
      model.descend(a, room, prefactor, [&](Index i, double g) { a(i) = keep * a(i) - eta * g; });
      return;
    }
    model.descend(a, room, prefactor, [&](Index i, double g) {
      velocity(i) = gamma * velocity(i) + l2 * a(i) + g;
      a(i) -= eta * velocity(i);
    });
  }
};

template <class Number>
Vector<Number> on_device(const std::string& name, const std::vector<Number>& values) {
  const Vector<Number> all(name, values.size());
  upload(values.data(), all);
  return all;
}

Matrix<double> on_device(const std::string& name, const std::vector<double>& values, Index rows) {
  const Index columns = rows > 0 ? static_cast<Index>(values.size()) / rows : 0;
  const Matrix<double> all(name, rows, columns);
  upload(values.data(), flat(all));
  return all;
}

template <Index Inputs>
std::vector<TrajectoryEnd> train_all(const WarmUpModel<Inputs>& model, const Rules& rules,
                                     const TrajectoryStarts& starts) {
  const Index count = starts.count(), size = model.neurons() * model.neurons();
  const Matrix<double> scratch("scratch", Inputs > 0 ? 0 : count, size + model.room());
  const Vector<TrajectoryEnd> ends("ends", count);
  Kokkos::parallel_for("train_trajectories", Range1(0, count),
                       TrainTrajectory<Inputs>{
                           model, rules, on_device("weights", starts.weights, count), scratch,
                           on_device("width", starts.width), on_device("rate", starts.rate), ends});
  std::vector<TrajectoryEnd> all(static_cast<std::size_t>(count));
  download<TrajectoryEnd>(ends, all.data());
  return all;
}

double sum_of_squares(const std::vector<double>& numbers) {
  double sum = 0.0;
  for (const double x : numbers) sum += x * x;
  return sum;
}

}  // namespace

Ensemble::Ensemble(const SolvableData& data, const TrainOptions& train, bool measures_lambda)
    : data_(reduced(data)),
      zero_square_(sum_of_squares(data.y)),
      samples_(static_cast<double>(data.samples())),
      options_(train),
      measures_lambda_(measures_lambda) {}

std::vector<TrajectoryEnd> Ensemble::train(const TrajectoryStarts& starts) const {
  const Index rows = data_.data.samples();
  const Matrix<double> x = on_device("x", data_.data.x, rows);
  const Vector<double> y = on_device("y", data_.data.y);
  const Rules rules{stop_rules_of(options_),
                    options_.momentum,
                    options_.l2,
                    options_.diverge_above,
                    0.5 * zero_square_ / samples_,
                    options_.learning_rate_c > 0.0,
                    measures_lambda_,
                    on_device("decay", options_.decay)};
  if (data_.data.inputs == 1) {
    return train_all(WarmUpModel<1>{x, y, 1.0 / samples_, data_.rest}, rules, starts);
  }
  return train_all(WarmUpModel<0>{x, y, 1.0 / samples_, data_.rest}, rules, starts);
}

double Ensemble::step_flops(double inputs, double rows) {
  const double weights = (inputs + 1.0) * (inputs + 1.0);
  return 2.0 * weights + 4.0 * rows * inputs + 6.0 * weights;
}

double Ensemble::bytes(double inputs, double rows) {
  const double weights = (inputs + 1.0) * (inputs + 1.0);
  const double room = rows + inputs + rows * (rows + inputs + 1.0);
  return 8.0 * (2.0 * weights + room + 2.0) + sizeof(TrajectoryEnd);
}

}  // namespace catapult
