#include "data/augment.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "data/streams.hpp"
#include "linalg/element_loops.hpp"

namespace catapult {
namespace {

RandomStream stream_of(const Augmentation& augmentation, DataStream number) {
  return RandomStream(augmentation.seed, static_cast<std::uint32_t>(number));
}

/// A place drawn from the 2 padding places at which the image can be cut out of the padded one.
Index offset_of(std::uint64_t bits, Index padding) {
  return static_cast<Index>(bits % static_cast<std::uint64_t>(2 * padding)) - padding;
}

ImageDraw draw_image(const Augmentation& augmentation, Index epoch, Index sample) {
  std::uint64_t first = 0, second = 0;
  stream_of(augmentation, DataStream::augment_image).bits(epoch, sample, first, second);
  ImageDraw draw;
  draw.flip = augmentation.flip && first >> 63 == 1;
  if (augmentation.crop) {
    draw.down = offset_of(second >> 32, augmentation.padding);
    draw.right = offset_of(second & 0xffffffff, augmentation.padding);
  }
  return draw;
}

template <class Real>
KOKKOS_FUNCTION Real pixel_of(const Matrix<Real>& x, Index row, const ImageShape& image,
                              const ImageDraw& draw, Index line, Index column) {
  const Index y = line % image.height + draw.down;
  const Index shifted = column + draw.right;
  if (y < 0 || y >= image.height || shifted < 0 || shifted >= image.width) return Real{0};
  const Index there = draw.flip ? image.width - 1 - shifted : shifted;
  return x(row, (line + draw.down) * image.width + there);
}

/// x (samples, inputs): each row (channels, height, width), taken as lines of pixels.
template <class Real>
void change_images(const Matrix<Real>& taken, const Vector<RowDraw>& draws, const ImageShape& image,
                   bool mixup, const Matrix<Real>& out) {
  for_blocks_of_rows(
      "augment_x", static_cast<Index>(out.extent(0)), image.channels * image.height, image.width,
      KOKKOS_LAMBDA(Index row, Index line, Index column) {
        const RowDraw& draw = draws(row);
        Real value = pixel_of(taken, row, image, draw.own, line, column);
        if (mixup) {
          const Real w = static_cast<Real>(draw.weight);
          value = w * value + (Real{1} - w) * pixel_of(taken, draw.partner_row, image, draw.partner,
                                                       line, column);
        }
        out(row, line * image.width + column) = value;
      });
}

template <class Real>
void mix_outputs(const Matrix<Real>& taken, const Vector<RowDraw>& draws, const Matrix<Real>& out) {
  for_elements(
      "augment_y", static_cast<Index>(out.extent(0)), static_cast<Index>(out.extent(1)),
      KOKKOS_LAMBDA(Index row, Index column) {
        const Real w = static_cast<Real>(draws(row).weight);
        out(row, column) =
            w * taken(row, column) + (Real{1} - w) * taken(draws(row).partner_row, column);
      });
}

}  // namespace

Augmentation augmentation_of(const DataOptions& options) {
  const auto named = [&](const char* change) {
    return std::count(options.augment.begin(), options.augment.end(), change) > 0;
  };
  return {named("flip"), named("crop"), named("mixup"), options.crop_padding, options.seed};
}

Block partners_elsewhere(Index batch, Block mine) {
  const Block mirrored = {batch - mine.end, batch - mine.begin};
  if (mirrored.begin < mine.begin) return {mirrored.begin, std::min(mirrored.end, mine.begin)};
  return {std::max(mirrored.begin, mine.end), std::max(mirrored.end, mine.end)};
}

std::vector<RowDraw> draws_of(const Augmentation& augmentation, const BatchOrder& order, Index step,
                              Block mine) {
  const std::vector<Index> samples = order.indices(step);
  const auto image_of = [&](Index row) {
    return draw_image(augmentation, order.epoch(step, row), samples[static_cast<std::size_t>(row)]);
  };
  const RandomStream weights = stream_of(augmentation, DataStream::augment_mixup);
  const Block elsewhere = partners_elsewhere(order.size(), mine);
  std::vector<RowDraw> draws;
  for (Index row = mine.begin; row < mine.end; ++row) {
    RowDraw& draw = draws.emplace_back();
    draw.own = image_of(row);
    if (!augmentation.mixup) continue;
    const Index partner = order.size() - 1 - row;
    const bool here = partner >= mine.begin && partner < mine.end;
    draw.partner = image_of(partner);
    draw.partner_row = here ? partner - mine.begin : mine.size() + partner - elsewhere.begin;
    draw.weight = weights.uniform(order.epoch(step, row), samples[static_cast<std::size_t>(row)]);
  }
  return draws;
}

template <class Real>
void augment(const Samples<Real>& taken, const std::vector<RowDraw>& draws, bool mixup,
             const Samples<Real>& out, Vector<RowDraw>& room) {
  if (draws.empty()) return;
  const Vector<RowDraw> on_device = room_for(room, static_cast<Index>(draws.size()));
  upload(draws.data(), on_device);
  // Inputs that are no image can be mixed alone: each is then a line of one pixel.
  const ImageShape image =
      taken.image.channels > 0 ? taken.image : ImageShape{taken.inputs(), 1, 1};
  change_images(taken.x, on_device, image, mixup, out.x);
  if (mixup) mix_outputs(taken.y, on_device, out.y);
}

template void augment(const Samples<float>&, const std::vector<RowDraw>&, bool,
                      const Samples<float>&, Vector<RowDraw>&);
template void augment(const Samples<double>&, const std::vector<RowDraw>&, bool,
                      const Samples<double>&, Vector<RowDraw>&);

}  // namespace catapult
