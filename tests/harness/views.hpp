// Arrays of the device in tests: they are made on the host and looked at on the host, through
// copies. No test indexes a device view.
// defines: filled, set_element, values_of, largest_difference
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "linalg/views.hpp"

namespace catapult::testing {

/// (rows, columns) with element(row, column).
template <class Real, class Element>
Matrix<Real> filled(Index rows, Index columns, const Element& element) {
  const HostMatrix<Real> host("filled", rows, columns);
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) {
      host(row, column) = static_cast<Real>(element(row, column));
    }
  }
  return to_device(host);
}

/// Of as many elements as `values`.
template <class Real>
Vector<Real> filled(const std::vector<Real>& values) {
  const Vector<Real> vector("filled", values.size());
  upload(values.data(), vector);
  return vector;
}

template <class Real>
void set_element(const Vector<Real>& vector, Index place, Real value) {
  Kokkos::deep_copy(Kokkos::subview(vector, place), value);
}

/// All elements of a contiguous view, of the host or the device, row by row.
template <class View>
std::vector<typename View::non_const_value_type> values_of(const View& view) {
  EXPECT_TRUE(view.span_is_contiguous());
  const auto host = to_host(view);
  return {host.data(), host.data() + host.size()};
}

/// NaN where a difference is.
template <class A, class B>
double largest_difference(const A& a, const B& b) {
  const auto left = values_of(a);
  const auto right = values_of(b);
  EXPECT_EQ(left.size(), right.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const double difference = std::abs(double(left[i]) - double(right[i]));
    if (std::isnan(difference)) return difference;
    largest = std::max(largest, difference);
  }
  return largest;
}

}  // namespace catapult::testing
