// Signals arrive in the middle of a product and change none of its numbers.
#include "base/signals.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "linalg/product.hpp"

namespace catapult {
namespace {

Matrix<float> filled(Index rows, Index columns) {
  const Matrix<float> matrix("filled", rows, columns);
  for (Index i = 0; i < rows * columns; ++i) {
    matrix.data()[i] = static_cast<float>((7 * i) % 11) - 5.0F;
  }
  return matrix;
}

/// USR2 to this thread all the time.
class Rain {
 public:
  Rain()
      : sender_([this, target = pthread_self()] {
          while (!over_) {
            pthread_kill(target, SIGUSR2);
            std::this_thread::sleep_for(std::chrono::microseconds(5));
          }
        }) {}
  ~Rain() {
    over_ = true;
    sender_.join();
  }

 private:
  std::atomic<bool> over_{false};
  std::thread sender_;
};

TEST(SignalWatch, LeavesProductsUntouched) {
  SignalWatch watch;
  const Matrix<float> a = filled(67, 515), b = filled(515, 259);
  const Matrix<float> expected("expected", 67, 259), c("c", 67, 259);
  gemm(Op::none, Op::none, 1.0, a, b, 0.0, expected);
  const Rain rain;
  for (int i = 0; i < 5000; ++i) {
    gemm(Op::none, Op::none, 1.0, a, b, 0.0, c);
    ASSERT_EQ(std::memcmp(c.data(), expected.data(), c.size() * sizeof(float)), 0) << i;
  }
  EXPECT_EQ(watch.take(), Request::checkpoint);
}

}  // namespace
}  // namespace catapult
