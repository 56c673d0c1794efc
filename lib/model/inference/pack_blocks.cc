// One reader for each type of block; the tile's layout is ops/packed_matrix.h's, the blocks' are block_decode.cc's and
// k_quants.cc's.
#include "model/inference/pack_blocks.h"

#include <cstring>

#include "model/block_fields.h"

namespace llmops::model {
namespace {

using ops::PackedFormat;

/// 32 columns of one row as the tile has them: words of four columns, or of four times two columns 16 apart; then, for
/// six bits, two words of the upper bits. Last come scales and minimum.
struct Group {
  std::uint32_t words[8];
  std::uint16_t numbers[2];
};

constexpr std::uint32_t kLowNibbles = 0x0f0f0f0f;

std::uint32_t word(const std::byte* bytes, int index) { return load<std::uint32_t>(bytes + 4 * index); }

/// Bits 0..3 of `bits` as bit 4 of four bytes.
std::uint32_t fifth_bits(std::uint32_t bits) {
  // The product puts a copy of the four bits where each lands on the bit that its byte keeps.
  return ((bits & 15U) * 0x00204081U & 0x01010101U) << 4;
}

/// Q5_0 and Q5_1: nibbles of columns i and i + 16 in one byte, fifth bits in one word.
void put_five_bits(const std::byte* nibbles, std::uint32_t fifth, Group& out) {
  for (int i = 0; i < 4; ++i) {
    out.words[i] = (word(nibbles, i) & kLowNibbles) | fifth_bits(fifth >> (4 * i));
    out.words[i + 4] = ((word(nibbles, i) >> 4) & kLowNibbles) | fifth_bits(fifth >> (4 * i + 16));
  }
}

/// Numbers 4-bit codes stand for, with 128 added.
constexpr std::uint8_t kIq4Bytes[16] = {1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241};

std::uint32_t looked_up(std::uint32_t codes) {
  std::uint32_t bytes = 0;
  for (int b = 0; b < 32; b += 8) bytes |= std::uint32_t{kIq4Bytes[(codes >> b) & 15U]} << b;
  return bytes;
}

void put_looked_up(const std::byte* nibbles, Group& out) {
  for (int i = 0; i < 4; ++i) {
    out.words[i] = looked_up(word(nibbles, i));
    out.words[i + 4] = looked_up(word(nibbles, i) >> 4);
  }
}

struct Q4_0 {
  static constexpr DType kType = DType::kQ4_0;
  static constexpr PackedFormat kFormat = PackedFormat::kInt4;
  static constexpr int kGroups = 1, kBytes = 18;
  static void read(const std::byte* block, int, Group& out) {
    std::memcpy(out.words, block + 2, 16);
    out.numbers[0] = load<std::uint16_t>(block);
  }
};

struct Q4_1 {
  static constexpr DType kType = DType::kQ4_1;
  static constexpr PackedFormat kFormat = PackedFormat::kInt4Min;
  static constexpr int kGroups = 1, kBytes = 20;
  static void read(const std::byte* block, int, Group& out) {
    std::memcpy(out.words, block + 4, 16);
    std::memcpy(out.numbers, block, 4);
  }
};

struct Q5_0 {
  static constexpr DType kType = DType::kQ5_0;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8;
  static constexpr int kGroups = 1, kBytes = 22;
  static void read(const std::byte* block, int, Group& out) {
    put_five_bits(block + 6, load<std::uint32_t>(block + 2), out);
    for (std::uint32_t& four : out.words) four += 0x70707070;  // q - 16 + 128
    out.numbers[0] = load<std::uint16_t>(block);
  }
};

struct Q5_1 {
  static constexpr DType kType = DType::kQ5_1;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8Min;
  static constexpr int kGroups = 1, kBytes = 24;
  static void read(const std::byte* block, int, Group& out) {
    put_five_bits(block + 8, load<std::uint32_t>(block + 4), out);
    std::memcpy(out.numbers, block, 4);
  }
};

struct Q8_0 {
  static constexpr DType kType = DType::kQ8_0;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8;
  static constexpr int kGroups = 1, kBytes = 34;
  static void read(const std::byte* block, int, Group& out) {
    for (int i = 0; i < 8; ++i) out.words[i] = word(block + 2, i) ^ 0x80808080U;
    out.numbers[0] = load<std::uint16_t>(block);
  }
};

struct IQ4_NL {
  static constexpr DType kType = DType::kIQ4_NL;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8;
  static constexpr int kGroups = 1, kBytes = 18;
  static void read(const std::byte* block, int, Group& out) {
    put_looked_up(block + 2, out);
    out.numbers[0] = load<std::uint16_t>(block);
  }
};

struct IQ4_XS {
  static constexpr DType kType = DType::kIQ4_XS;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8;
  static constexpr int kGroups = 8, kBytes = 136;
  static void read(const std::byte* block, int group, Group& out) {
    put_looked_up(block + 8 + 16 * group, out);
    out.numbers[0] = float_to_half(load_half(block) * static_cast<float>(iq4_xs_scale(block, group)));
  }
};

/// f16 d, f16 dmin, scales[12]: the beginning of Q4_K and Q5_K.
void put_scale_and_min(const std::byte* block, int group, Group& out) {
  const auto [scale, min] = six_bit_scale(block + 4, group);
  out.numbers[0] = float_to_half(load_half(block) * static_cast<float>(scale));
  out.numbers[1] = float_to_half(-load_half(block + 2) * static_cast<float>(min));
}

struct Q4_K {
  static constexpr DType kType = DType::kQ4_K;
  static constexpr PackedFormat kFormat = PackedFormat::kInt4Min;
  static constexpr int kGroups = 8, kBytes = 144;
  static void read(const std::byte* block, int group, Group& out) {
    const std::byte* pairs = block + 16 + group / 2 * 32;
    const int shift = 4 * (group % 2);
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t first = (word(pairs, i) >> shift) & kLowNibbles;
      const std::uint32_t second = (word(pairs, i + 4) >> shift) & kLowNibbles;
      out.words[i] = first | second << 4;
    }
    put_scale_and_min(block, group, out);
  }
};

struct Q5_K {
  static constexpr DType kType = DType::kQ5_K;
  static constexpr PackedFormat kFormat = PackedFormat::kInt8Min;
  static constexpr int kGroups = 8, kBytes = 176;
  static void read(const std::byte* block, int group, Group& out) {
    const std::byte* pairs = block + 48 + group / 2 * 32;
    const int shift = 4 * (group % 2);
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t high = (word(block + 16, i) >> group) & 0x01010101U;
      out.words[i] = ((word(pairs, i) >> shift) & kLowNibbles) | high << 4;
    }
    put_scale_and_min(block, group, out);
  }
};

/// Six bits of 32 columns, four a word: low nibbles in pairs 16 columns apart, upper bits in fours.
void put_six_bits(const std::uint32_t (&q)[8], Group& out) {
  for (int i = 0; i < 4; ++i) out.words[i] = (q[i] & kLowNibbles) | (q[i + 4] & kLowNibbles) << 4;
  for (int side = 0; side < 2; ++side) {
    std::uint32_t upper = 0;
    for (int i = 0; i < 4; ++i) upper |= ((q[4 * side + i] >> 4) & 0x03030303U) << (2 * i);
    out.words[4 + side] = upper;
  }
}

struct Q3_K {
  static constexpr DType kType = DType::kQ3_K;
  static constexpr PackedFormat kFormat = PackedFormat::kInt6;
  static constexpr int kGroups = 8, kBytes = 110;
  static void read(const std::byte* block, int group, Group& out) {
    const std::byte* low = block + 32 + group / 4 * 32;
    std::uint32_t q[8];
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t high = (word(block, i) >> group) & 0x01010101U;
      q[i] = (((word(low, i) >> (2 * (group % 4))) & 0x03030303U) | high << 2) + 0x1c1c1c1cU;  // q - 4 + 32
    }
    put_six_bits(q, out);
    for (int side = 0; side < 2; ++side) {
      const int scale = signed_six_bit_scale(block + 96, 2 * group + side);
      out.numbers[side] = float_to_half(load_half(block + 108) * static_cast<float>(scale));
    }
  }
};

struct Q6_K {
  static constexpr DType kType = DType::kQ6_K;
  static constexpr PackedFormat kFormat = PackedFormat::kInt6;
  static constexpr int kGroups = 8, kBytes = 210;
  static void read(const std::byte* block, int group, Group& out) {
    const int part = group / 4, run = group % 4;
    const std::byte* low = block + part * 64 + run % 2 * 32;
    const std::byte* high = block + 128 + part * 32;
    std::uint32_t q[8];
    for (int i = 0; i < 8; ++i) {
      q[i] = ((word(low, i) >> (4 * (run / 2))) & kLowNibbles) | ((word(high, i) >> (2 * run)) & 0x03030303U) << 4;
    }
    put_six_bits(q, out);
    for (int side = 0; side < 2; ++side) {
      const auto scale = load<std::int8_t>(block + 192 + 2 * group + side);
      out.numbers[side] = float_to_half(load_half(block + 208) * static_cast<float>(scale));
    }
  }
};

constexpr std::uint16_t kHalfExponent = 0x7c00;  ///< all ones of infinity and of what is no number

/// @tparam kWords, kNumbers  of a row and step
template <typename Block, int kWords, int kNumbers>
bool pack(const TileRows& rows, std::int64_t groups, std::byte* tile) {
  constexpr int kStep = ops::kTileRows * (4 * kWords + 2 * kNumbers);
  Group group;
  bool finite = true;
  const std::int64_t next_tile = ops::kTileRows * (groups / Block::kGroups) * Block::kBytes;
  for (std::int64_t g = 0; g < groups; ++g) {
    std::byte* step = tile + g * kStep;
    for (int row = 0; row < rows.count; ++row) {
      const std::byte* block = rows.at[static_cast<std::size_t>(row)] + g / Block::kGroups * Block::kBytes;
      // The next tile's: 16 rows side by side are more streams than the processor follows by itself.
      __builtin_prefetch(block + next_tile + g % Block::kGroups * (Block::kBytes / Block::kGroups));
      Block::read(block, static_cast<int>(g % Block::kGroups), group);
      for (int w = 0; w < kWords; ++w) {
        std::memcpy(step + 4 * (w * ops::kTileRows + row), &group.words[w], 4);
      }
      for (int n = 0; n < kNumbers; ++n) {
        std::memcpy(step + ops::kTileRows * 4 * kWords + 2 * (n * ops::kTileRows + row), &group.numbers[n], 2);
        finite = finite && (group.numbers[n] & kHalfExponent) != kHalfExponent;
      }
    }
  }
  return finite;
}

template <typename Block>
constexpr BlockPacking entry() {
  constexpr PackedFormat f = Block::kFormat;
  constexpr int kWords = f == PackedFormat::kInt6 ? 6 : f >= PackedFormat::kInt4 ? 4 : 8;
  constexpr int kNumbers = f == PackedFormat::kInt8 || f == PackedFormat::kInt4 ? 1 : 2;
  return {Block::kType, f, pack<Block, kWords, kNumbers>};
}

constexpr BlockPacking kPackings[] = {entry<Q4_0>(), entry<Q4_1>(),   entry<Q5_0>(),   entry<Q5_1>(),
                                      entry<Q8_0>(), entry<IQ4_NL>(), entry<IQ4_XS>(), entry<Q3_K>(),
                                      entry<Q4_K>(), entry<Q5_K>(),   entry<Q6_K>()};

}  // namespace

const BlockPacking* block_packing(DType dtype) {
  for (const BlockPacking& packing : kPackings) {
    if (packing.dtype == dtype) return &packing;
  }
  return nullptr;
}

}  // namespace llmops::model
