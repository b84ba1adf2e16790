// What is believed of an operator on a few directions, and how far that may be wrong.
// defines: OperatorModel, Outlook, KnownPair
#pragma once

#include <vector>

#include "linalg/symmetric_eigen.hpp"

namespace catapult {

/// What a model says of the largest eigenvalue.
struct Outlook {
  double value = 0.0;
  double error = 0.0;             ///< of value, in its units
  std::vector<double> direction;  ///< whose image would tell most: a unit vector, or zeros where
                                  ///< all that matters is known
};

/// A Ritz pair of what is known.
struct KnownPair {
  double value = 0.0;
  double residual = 0.0;          ///< |A v - value v|, |v| = 1
  std::vector<double> direction;  ///< of the residual, a unit vector; or zeros
};

/// A symmetric matrix H: the operator A on an orthonormal basis as far as it was seen, now or in
/// earlier measurements. Beside it a doubt D of the same size, symmetric and positive semidefinite:
/// -D <= A - H <= D is believed on the basis. Images are known of the directions multiplied in this
/// measurement; the basis holds these images whole, and D is zero there.
///
/// The largest eigenvalue lies between those of H - D and H + D (Weyl's monotonicity theorem). With
/// v known, A v = rho v + sum_j a_j u_j, and rho + sum_j a_j^2 / (rho - mu_j) is the largest
/// eigenvalue of H to second order in a_j: the correction of Davidson (J. Comput. Phys. 17, 87,
/// 1975), all that is kept being its preconditioner. What D adds is as small as a_j^2 D_jj as long
/// as no mu_j + D_jj comes near rho; where one does, an eigenvalue may be crossing. In both cases
/// the largest eigenvector of H + D shows where the next product tells most.
class OperatorModel {
 public:
  /// `most`: directions that there is room for.
  explicit OperatorModel(Index most);

  Index size() const { return size_; }
  Index known() const { return known_; }
  /// H and D, row by row.
  std::vector<double> believed() const { return packed(believed_); }
  std::vector<double> doubt() const { return packed(doubt_); }

  /// H and D of a new basis of `size` directions; nothing is known.
  void reset(Index size, const std::vector<double>& believed, const std::vector<double>& doubt);
  /// The operator has changed: `factor` times H and D, plus a doubt of `drift` everywhere.
  void age(double factor, double drift);
  /// Of the drift that D holds since age(), `left` is enough.
  void lower_drift(double left);
  /// What is known of the directions is not all: `more` of doubt in each.
  void add_doubt(const std::vector<double>& more);
  /// One more direction: the part of the image of `from`, `coupling` long, that the basis did not
  /// hold (from may be empty). Its own Rayleigh quotient lies between `least` and `most`.
  void grow(const std::vector<double>& from, double coupling, double least, double most);
  /// The image of a unit vector, as far as it lies in the basis; the rest follows by grow().
  void learn(const std::vector<double>& direction, const std::vector<double>& image);

  /// x^T H x and x^T D x
  double believed_of(const std::vector<double>& x) const { return form(believed_, x); }
  double doubt_of(const std::vector<double>& x) const { return form(doubt_, x); }
  /// |image - H x|: what has changed since the image of x was last seen.
  double misfit(const std::vector<double>& x, const std::vector<double>& image) const;

  /// x <- its part in directions that are not known, of unit length; zeros where nothing is left.
  void keep_unknown(std::vector<double>& x) const;

  /// The same, and of nothing that lies in the first `kept` directions.
  void keep_outside(std::vector<double>& x, Index kept);

  /// Of all that is believed.
  const Outlook& outlook();
  /// Of what is known alone: pair number `number`, which is there.
  KnownPair known_pair(Index number);
  /// Changes to the basis of the `kept` first eigenvectors of H; returns them, (kept, size()).
  /// Nothing is known there.
  const std::vector<double>& compress(Index kept);
  /// Changes to the `kept` first Ritz vectors of what is known and all that is not known, where
  /// their images lie: nothing is lost of these vectors' (thick restart; Wu and Simon, SIAM J.
  /// Matrix Anal. 22, 602, 2000). Returns the new basis, (size() afterwards, size() before).
  const std::vector<double>& restart(Index kept);

 private:
  std::size_t at(Index row, Index column) const {
    return static_cast<std::size_t>(row * most_ + column);
  }
  std::vector<double> packed(const std::vector<double>& matrix) const;
  double form(const std::vector<double>& matrix, const std::vector<double>& x) const;
  /// y <- matrix x
  void times(const std::vector<double>& matrix, const double* x, std::vector<double>& y) const;
  /// eigen_'s matrix <- H + factor D
  void put_sum(double factor);
  /// eigen_'s matrix <- H among the directions that are known
  void put_known();
  /// x <- known direction number `number` of those that eigen_ has found
  void ritz_vector(Index number, std::vector<double>& x) const;
  /// H and D on a basis whose `rows` vectors lie in rotation_.
  void change_basis(Index rows);

  Index most_, size_ = 0, known_ = 0;
  std::vector<double> believed_, doubt_;  ///< (most, most), of which (size, size) is used
  std::vector<double> drift_;             ///< likewise: the part of the doubt that age() brought
  std::vector<double> known_directions_;  ///< (most, most), of which (known, size)
  std::vector<double> change_, vector_, rotated_, rotation_;
  SymmetricEigen eigen_;
  Outlook outlook_;
};

}  // namespace catapult
