// The device's arithmetic about packed weights against the host's matrices; runs without a device.
#include "cuda/packed_weights.h"

#include <cstring>
#include <set>

#include "support/packed_weights_on_device.h"

using namespace llmops;

namespace {

template <typename T>
T read(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Weight (row, column) found as kernels find it.
float weight_at(const ops::PackedMatrix& matrix, cuda::WeightFormat format, std::int64_t row, int column) {
  const cuda::WeightLayout layout = cuda::weight_layout(format);
  const std::byte* step = matrix.tile(row / 16) + column / 32 * layout.step_bytes();
  const int r = static_cast<int>(row % 16), c = column % 32;
  const auto word = read<std::uint32_t>(step + cuda::word_offset(layout.bits == 8 ? c / 4 : c / 4 % 4, r));
  const int q = layout.bits == 8 ? cuda::number_of<8>(word, c % 4, false) : cuda::number_of<4>(word, c % 4, c >= 16);
  const auto number = [&](int index) {
    return ops::half_to_float(read<std::uint16_t>(step + layout.weight_bytes() + 2 * (16 * index + r)));
  };
  return number(0) * static_cast<float>(q - layout.zero()) + (layout.minimum ? number(1) : 0.0F);
}

template <int kBits>
void check_wide_load() {
  using Load = cuda::WideLoad<kBits>;
  for (int lane = 0; lane < 32; ++lane) {
    // One contiguous load of the warp, its lanes in order.
    CHECK(cuda::word_offset(Load::quad(lane), Load::first_row(lane)) == lane * 4 * Load::kRows);
    for (int other = 0; other < 32; ++other) {  // whom the sum over lanes joins
      CHECK((Load::first_row(lane) == Load::first_row(other)) == ((lane ^ other) % Load::kLanesARow == 0));
    }
  }
  CHECK(32 * 4 * Load::kRows == cuda::WeightLayout{kBits, false}.weight_bytes());
}

}  // namespace

TEST_CASE("kernels find the weights where the host put them", "[cuda]") {
  std::mt19937 random(2);
  for (const FormatPair& format : kWeightFormats) {
    const ops::PackedMatrix matrix = random_weights(format.host, 37, 96, random);
    const cuda::PackedWeights weights{matrix.tile(0), format.device, 37, 96};
    CHECK(weights.tile_count() == matrix.tiles());
    CHECK(static_cast<std::size_t>(weights.tile_bytes()) == matrix.tile_bytes());
    CHECK(cuda::weight_layout(format.device).step_bytes() == ops::packed_layout(format.host).step_bytes());
    CHECK(cuda::weight_layout(format.device).step_bytes() % 16 == 0);  // each step starts where 16 bytes may be loaded
    CHECK(cuda::weight_layout(format.device).zero() == ops::packed_layout(format.host).zero);
    std::vector<float> row(96);
    for (std::int64_t r = 0; r < 37; ++r) {
      matrix.get_row(r, row);
      for (int c = 0; c < 96; ++c) CHECK(weight_at(matrix, format.device, r, c) == row[static_cast<std::size_t>(c)]);
    }
  }
}

TEST_CASE("a warp's wide load is one piece of memory", "[cuda]") {
  check_wide_load<8>();
  check_wide_load<4>();
}
