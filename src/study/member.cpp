#include "study/member.hpp"

#include <cmath>

#include "study/member_observer.hpp"
#include "study/start.hpp"

namespace catapult {
namespace {

template <class Real>
MemberResult train_member(const MemberTask& task, const Communicator& ranks,
                          const Provenance& provenance, Progress& progress, MemberRecord& record) {
  const Deck& deck = task.deck;
  MemberStart<Real> start(deck, ranks);
  BatchStream<Real> batches(start.data.train, start.order, start.network.grid());
  KernelProbe<Real> kernel = start.kernel_probe(deck.measure);
  Evaluator<Real> test(start.network, start.data.test);
  MemberObserver<Real> observer(deck, start.network, kernel, test, {task.folder, provenance},
                                record, progress, task.number);
  MemberResult result;
  result.learning_rate = deck.train.learning_rate > 0.0
                             ? deck.train.learning_rate
                             : deck.train.learning_rate_c / task.lambda_0;
  result.training =
      train(start.network, batches, deck.train, result.learning_rate, start.state, observer);
  result.lambda_0 = std::isfinite(task.lambda_0) ? task.lambda_0 : observer.lambda_first();
  result.lambda_end = observer.lambda_end();
  result.c = result.learning_rate * result.lambda_0;
  result.test_accuracy_end = observer.test_end().accuracy;
  return result;
}

template <class Real>
double lambda_0_of(const Deck& deck, const Communicator& ranks) {
  MeasureOptions options = deck.measure;
  options.eigenvalues = 1;
  const MemberStart<Real> start(deck, ranks);
  return start.kernel_probe(options).measure(start.state.theta).lambda;
}

}  // namespace

MemberResult run_member(const MemberTask& task, const Communicator& ranks,
                        const Provenance& provenance, Progress& progress, MemberRecord& record) {
  return task.deck.model.precision == "f64"
             ? train_member<double>(task, ranks, provenance, progress, record)
             : train_member<float>(task, ranks, provenance, progress, record);
}

double measure_lambda_0(const Deck& deck, const Communicator& ranks) {
  return deck.model.precision == "f64" ? lambda_0_of<double>(deck, ranks)
                                       : lambda_0_of<float>(deck, ranks);
}

}  // namespace catapult
