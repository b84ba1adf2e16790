// Products and convolutions of the host's backend on guarded arrays. CMake has that backend
// compiled under other names.
#include "arena.hpp"
#include "linalg/backend.hpp"

namespace catapult::backend {

void unguarded_gemm(const Gemm& call, const float* a, const float* b, float* c);
void unguarded_gemm(const Gemm& call, const double* a, const double* b, double* c);

void gemm(const Gemm& call, const float* a, const float* b, float* c) {
  const guard::Opened opened;
  unguarded_gemm(call, a, b, c);
}
void gemm(const Gemm& call, const double* a, const double* b, double* c) {
  const guard::Opened opened;
  unguarded_gemm(call, a, b, c);
}

std::unique_ptr<ConvolutionEngine> unguarded_convolution_engine(const ConvolutionShape& shape,
                                                                Index images);
namespace {

class GuardedEngine final : public ConvolutionEngine {
 public:
  explicit GuardedEngine(std::unique_ptr<ConvolutionEngine> engine) : engine_(std::move(engine)) {}

  Index scratch_size() const override { return engine_->scratch_size(); }
  void forward(double alpha, const float* x, const float* w, double bias_factor, const float* bias,
               double beta, float* z, float* scratch) override {
    const guard::Opened opened;
    engine_->forward(alpha, x, w, bias_factor, bias, beta, z, scratch);
  }
  void backward_data(double alpha, const float* z, const float* w, float* x,
                     float* scratch) override {
    const guard::Opened opened;
    engine_->backward_data(alpha, z, w, x, scratch);
  }
  void backward_weights(double alpha, const float* x, const float* z, double beta, float* w,
                        double bias_factor, float* bias, float* scratch) override {
    const guard::Opened opened;
    engine_->backward_weights(alpha, x, z, beta, w, bias_factor, bias, scratch);
  }

 private:
  std::unique_ptr<ConvolutionEngine> engine_;
};

}  // namespace

std::unique_ptr<ConvolutionEngine> convolution_engine(const ConvolutionShape& shape, Index images) {
  auto engine = unguarded_convolution_engine(shape, images);
  return engine ? std::make_unique<GuardedEngine>(std::move(engine)) : nullptr;
}

}  // namespace catapult::backend
