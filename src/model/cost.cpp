#include "model/cost.hpp"

#include <algorithm>
#include <cmath>

namespace catapult {

CostSheet::CostSheet(const Batch& batch, Index outputs, double word)
    : batch_(batch), outputs_(static_cast<double>(outputs)), word_(word) {}

void CostSheet::multiply(const Product& product, double launches) {
  const double m = product.rows, n = product.columns, k = product.inner;
  work_.flops += product.times * 2.0 * m * n * k;
  work_.moved += product.times * word_ * (m * k + k * n + m * n);
  launch(product.times * launches);
  products_.push_back(product);
}

void CostSheet::convolve(const ConvolutionShape& shape, ConvolutionMap map, double numbers,
                         double launches) {
  const auto images = batch_.mine.size();
  work_.flops += shape.flops(images);
  pass(numbers, launches);
  convolutions_.push_back({shape, map, images});
}

void CostSheet::multiply_by_itself(double rows, double features) {
  work_.flops += gram_flops(static_cast<Index>(rows), static_cast<Index>(features));
  work_.moved += word_ * (2.0 * rows * features + rows * rows);
  launch(std::min(8.0, std::ceil(rows / 64.0)) + 1.0);  // gram()'s panels, then their mirror image
}

void CostSheet::share(Room room, double numbers) {
  double& bytes = rooms_[{level_, room}];
  bytes = std::max(bytes, numbers * word_);
}

double CostSheet::kept() const {
  double bytes = kept_;
  for (const auto& [room, most] : rooms_) bytes += most;
  return bytes;
}

void CostSheet::collect(const std::string& name, int ranks, double bytes, double turns,
                        double calls) {
  if (ranks == 1) return;
  put({name, calls, turns * bytes * (ranks - 1.0) / ranks,
       calls * turns * std::ceil(std::log2(ranks))});
}

void CostSheet::send(const std::string& name, double bytes, double times) {
  if (times > 0.0) put({name, times, times * bytes, times});
}

void CostSheet::put(const Collective& call) {
  work_.messages += call.messages;
  work_.sent += call.sent;
  for (Collective& known : collectives_) {
    if (known.name != call.name) continue;
    known.calls += call.calls;
    known.sent += call.sent;
    known.messages += call.messages;
    return;
  }
  collectives_.push_back(call);
}

}  // namespace catapult
