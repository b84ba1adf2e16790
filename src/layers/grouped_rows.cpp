#include "layers/grouped_rows.hpp"

#include <algorithm>
#include <vector>

namespace catapult {
namespace {

constexpr Index rows_of_a_chunk = kernels_on_host ? 1 << 14 : 1 << 8;

template <class Value>
Vector<Value> on_device(const std::vector<Value>& values) {
  const Vector<Value> result("grouped_rows", values.size());
  upload(values.data(), result);
  return result;
}

}  // namespace

bool groups_are_spread(const Batch& batch, int sample_ranks) {
  for (int rank = 1; rank < sample_ranks; ++rank) {
    const Block block = block_of(batch.samples, sample_ranks, rank);
    if (block.size() > 0 && (batch.group == 0 || block.begin % batch.group != 0)) return true;
  }
  return false;
}

GroupedRows::GroupedRows(const Batch& batch, Index positions_of_sample, int sample_ranks)
    : groups(batch.groups()),
      rows(batch.mine.size() * positions_of_sample),
      positions(positions_of_sample),
      spread(groups_are_spread(batch, sample_ranks)) {
  const Index step = std::max<Index>(1, rows_of_a_chunk / positions) * positions;
  std::vector<Index> of_sample, before{0}, table;
  std::vector<double> shares, shares_here;
  for (Index group = 0; group < groups; ++group) {
    const Block all = batch.group_number(group), here = overlap(all, batch.mine);
    of_sample.insert(of_sample.end(), static_cast<std::size_t>(here.size()), group);
    const Index end = (here.end - batch.mine.begin) * positions;
    for (Index row = (here.begin - batch.mine.begin) * positions; row < end; row += step) {
      for (const Index entry : {row, std::min(end, row + step), group}) table.push_back(entry);
    }
    before.push_back(static_cast<Index>(table.size()) / 3);
    const auto count = static_cast<double>(std::max<Index>(1, all.size()));
    shares.push_back(1.0 / (count * static_cast<double>(positions)));
    shares_here.push_back(static_cast<double>(here.size()) / count);
  }
  group_of = on_device(of_sample);
  chunks_before = on_device(before);
  share = on_device(shares);
  share_here = on_device(shares_here);
  chunks = Matrix<Index>("chunks_of_rows", table.size() / 3, 3);
  upload(table.data(), flat(chunks));
}

}  // namespace catapult
