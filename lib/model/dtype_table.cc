#include "model/dtype_table.h"

#include "model/block_decode.h"
#include "model/block_fields.h"

namespace llmops::model {
namespace {

template <typename T, auto convert>
void read_each(const std::byte* bytes, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = convert(load<T>(bytes + i * sizeof(T)));
}

template <typename T>
float cast(T value) {
  return static_cast<float>(value);
}

float truth(std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; }

template <typename T>
void read_plain(const std::byte* bytes, std::span<float> out) {
  read_each<T, cast<T>>(bytes, out);
}

template <int kElements, int kBytes, BlockDecoder decode>
void read_blocks(const std::byte* bytes, std::span<float> out) {
  for (std::size_t i = 0; i < out.size() / kElements; ++i) decode(bytes + i * kBytes, &out[i * kElements]);
}

template <int kElements, int kBytes, BlockDecoder decode>
constexpr DTypeInfo block_type(DType dtype, const char* name, int gguf) {
  return {dtype, name, kElements, kBytes, gguf, read_blocks<kElements, kBytes, decode>};
}

constexpr DTypeInfo kTypes[] = {
    {DType::kF32, "F32", 1, 4, 0, read_plain<float>},
    {DType::kF16, "F16", 1, 2, 1, read_each<std::uint16_t, half_to_float>},
    {DType::kBF16, "BF16", 1, 2, 30, read_each<std::uint16_t, bfloat16_to_float>},
    {DType::kF64, "F64", 1, 8, 28, read_plain<double>},
    {DType::kI8, "I8", 1, 1, 24, read_plain<std::int8_t>},
    {DType::kU8, "U8", 1, 1, -1, read_plain<std::uint8_t>},
    {DType::kI16, "I16", 1, 2, 25, read_plain<std::int16_t>},
    {DType::kI32, "I32", 1, 4, 26, read_plain<std::int32_t>},
    {DType::kI64, "I64", 1, 8, 27, read_plain<std::int64_t>},
    {DType::kBool, "BOOL", 1, 1, -1, read_each<std::uint8_t, truth>},
    block_type<kSmallBlock, 18, decode_q4_0>(DType::kQ4_0, "Q4_0", 2),
    block_type<kSmallBlock, 20, decode_q4_1>(DType::kQ4_1, "Q4_1", 3),
    block_type<kSmallBlock, 22, decode_q5_0>(DType::kQ5_0, "Q5_0", 6),
    block_type<kSmallBlock, 24, decode_q5_1>(DType::kQ5_1, "Q5_1", 7),
    block_type<kSmallBlock, 34, decode_q8_0>(DType::kQ8_0, "Q8_0", 8),
    block_type<kSuperBlock, 84, decode_q2_k>(DType::kQ2_K, "Q2_K", 10),
    block_type<kSuperBlock, 110, decode_q3_k>(DType::kQ3_K, "Q3_K", 11),
    block_type<kSuperBlock, 144, decode_q4_k>(DType::kQ4_K, "Q4_K", 12),
    block_type<kSuperBlock, 176, decode_q5_k>(DType::kQ5_K, "Q5_K", 13),
    block_type<kSuperBlock, 210, decode_q6_k>(DType::kQ6_K, "Q6_K", 14),
    block_type<kSmallBlock, 18, decode_iq4_nl>(DType::kIQ4_NL, "IQ4_NL", 20),
    block_type<kSuperBlock, 136, decode_iq4_xs>(DType::kIQ4_XS, "IQ4_XS", 23),
    block_type<kSmallBlock, 17, decode_mxfp4>(DType::kMXFP4, "MXFP4", 39),
};

consteval bool in_order() {
  for (std::size_t i = 0; i < std::size(kTypes); ++i) {
    if (static_cast<std::size_t>(kTypes[i].dtype) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by DType");

}  // namespace

const DTypeInfo& dtype_info(DType dtype) { return kTypes[static_cast<std::size_t>(dtype)]; }
std::span<const DTypeInfo> dtype_table() { return kTypes; }

}  // namespace llmops::model
