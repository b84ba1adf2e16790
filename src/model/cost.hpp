// What the maps of a layer cost a rank: arithmetic, memory traffic, messages, memory.
// defines: Work, Collective, Phase, TermSize, Product, Convolved, CostSheet
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "linalg/convolution.hpp"
#include "linalg/product.hpp"
#include "model/batch.hpp"
#include "model/kernel_term.hpp"
#include "model/place.hpp"
#include "model/workspace.hpp"

namespace catapult {

/// Work of one rank. The parts do not overlap in time.
struct Work {
  double flops = 0.0;
  double moved = 0.0;      ///< bytes from and to memory
  double messages = 0.0;   ///< one after another
  double sent = 0.0;       ///< bytes
  double launches = 0.0;   ///< of kernels, products among them, one after another
  double functions = 0.0;  ///< values of transcendental functions

  Work& operator+=(const Work& other) {
    flops += other.flops;
    moved += other.moved;
    messages += other.messages;
    sent += other.sent;
    launches += other.launches;
    functions += other.functions;
    return *this;
  }
  friend Work operator*(double factor, const Work& w) {
    return {factor * w.flops, factor * w.moved,    factor * w.messages,
            factor * w.sent,  factor * w.launches, factor * w.functions};
  }
};

/// All calls of one kind within a phase.
struct Collective {
  std::string name;
  double calls = 0.0;
  double sent = 0.0;      ///< bytes, by a rank
  double messages = 0.0;  ///< one after another
};

/// What is done with a layer. A training step is forward and backward.
enum class Phase {
  forward,
  repeat,       ///< the output once more
  backward,     ///< pullback with the gradient of the parameters
  pushforward,  ///< along all parameters
  grams,        ///< what kernel products need once a theta
  product,      ///< of the kernel with one vector, layer by layer: errors back, tangents forth
  assembly,     ///< errors of all outputs back; the terms of the assembled kernel
};

/// One term of an assembled kernel on one rank: the Gram matrices of inputs and errors.
struct TermSize {
  double features = 0.0;
  double neurons = 0.0;
  bool replicated = false;  ///< the errors are every width rank's
  bool has_slopes = false;  ///< the errors are products of units and slopes
};

/// A dense product: op_a(a) (rows, inner) times op_b(b) (inner, columns).
struct Product {
  Op op_a = Op::none, op_b = Op::none;
  double rows = 0.0, columns = 0.0, inner = 0.0;
  double times = 1.0;  ///< so many of them, one after another
};

/// One map of a convolution of so many images.
struct Convolved {
  ConvolutionShape shape;
  ConvolutionMap map = ConvolutionMap::forward;
  Index images = 0;
};

/// Adds up one phase on the first rank of a grid, which has the largest blocks. FLOP count a
/// product of (m, k) and (k, n) as 2 m n k, bytes moved as each operand once. An all-gather or
/// reduce-scatter over p ranks sends (p - 1)/p of the whole in log2 p messages, a sum twice that.
/// `launches`: kernels among which the work is divided, each started by itself.
class CostSheet {
 public:
  /// Samples of `outputs` each; `word`: bytes of a number.
  CostSheet(const Batch& batch, Index outputs, double word);

  const Batch& batch() const { return batch_; }
  double samples() const { return static_cast<double>(batch_.samples); }   ///< of all ranks
  double rows() const { return static_cast<double>(batch_.mine.size()); }  ///< of this rank
  double outputs() const { return outputs_; }
  double word() const { return word_; }

  void multiply(const Product& product, double launches = 1.0);
  /// A map of this rank's images; it moves so many numbers.
  void convolve(const ConvolutionShape& shape, ConvolutionMap map, double numbers, double launches);
  /// Rows of x (rows, features) times each other.
  void multiply_by_itself(double rows, double features);
  /// Reads and writes so many numbers; without a launch where a product does it on the way.
  void pass(double numbers, double launches = 1.0) {
    work_.moved += numbers * word_;
    launch(launches);
  }
  /// Values of functions such as tanh, which take longer than they take to be moved.
  void evaluate(double functions) { work_.functions += functions; }
  /// Kernels that move little.
  void launch(double kernels) { work_.launches += kernels; }
  /// A state or chain holds so many numbers from this phase on.
  void keep(double numbers) { kept_ += numbers * word_; }
  /// A room of the workspace holds so many numbers, at this level of nesting.
  void share(Room room, double numbers);
  /// In an assembly, the form of the errors behind the layer whose turn it is.
  ErrorForm errors() const { return errors_; }
  void set_errors(ErrorForm form) { errors_ = form; }

  /// What `inner` adds is of a chain within a layer.
  template <class Inner>
  void below(const Inner& inner) {
    ++level_;
    inner();
    --level_;
  }

  /// An all-gather or reduce-scatter; the whole has so many numbers.
  void gather(const std::string& name, int ranks, double numbers) {
    collect(name, ranks, numbers * word_, 1.0, 1.0);
  }
  /// A sum of so many numbers, in so many calls.
  void sum(const std::string& name, int ranks, double numbers, double calls = 1.0) {
    collect(name, ranks, numbers * word_, 2.0, calls);
  }
  /// `bytes` to one other rank, so many times.
  void send(const std::string& name, double bytes, double times);
  /// A Gram term of the assembled kernel: features and neurons of this rank.
  void add_term(const TermSize& term) { terms_.push_back(term); }

  const Work& work() const { return work_; }
  double kept() const;  ///< bytes, rooms included
  const std::vector<Collective>& collectives() const { return collectives_; }
  const std::vector<TermSize>& terms() const { return terms_; }
  const std::vector<Product>& products() const { return products_; }
  const std::vector<Convolved>& convolutions() const { return convolutions_; }

 private:
  void collect(const std::string& name, int ranks, double bytes, double turns, double calls);
  void put(const Collective& call);

  Batch batch_;
  double outputs_, word_;
  Work work_;
  double kept_ = 0.0;
  ErrorForm errors_ = ErrorForm::same_for_samples;
  int level_ = 0;
  std::map<std::pair<int, Room>, double> rooms_;  ///< bytes, by level
  std::vector<Collective> collectives_;
  std::vector<TermSize> terms_;
  std::vector<Product> products_;
  std::vector<Convolved> convolutions_;
};

}  // namespace catapult
