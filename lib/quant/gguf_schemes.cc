#include "quant/gguf_schemes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::quant {
namespace {

using model::DType;
using model::Part;

/// Embeddings stay at 8 bits under q4_0: they are also the output head of tied models, where 4 bits show at once, and
/// llama.cpp's own tool keeps them larger too.
constexpr Scheme kSchemes[] = {
    {"q8_0", "int8", DType::kQ8_0, DType::kQ8_0, 7},      {"q4_0", "int4", DType::kQ4_0, DType::kQ8_0, 2},
    {"bf16", "bfloat16", DType::kBF16, DType::kBF16, 32}, {"f16", "float16", DType::kF16, DType::kF16, 1},
    {"f32", "float32", DType::kF32, DType::kF32, 0},
};

template <typename Stored, typename Convert>
std::vector<std::byte> encode_each(std::span<const float> values, Convert convert) {
  std::vector<std::byte> bytes(values.size() * sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored stored = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof stored, &stored, sizeof stored);
  }
  return bytes;
}

}  // namespace

const Scheme& find_scheme(const std::string& name) {
  for (const Scheme& scheme : kSchemes) {
    if (name == scheme.name || name == scheme.usual) return scheme;
  }
  const std::vector<std::string> known = scheme_names();
  throw UsageError(fmt::format("unknown scheme '{}'", name),
                   did_you_mean(name, known, fmt::format("known are {}", fmt::join(known, ", "))));
}

const Scheme& scheme_for(DType stored) {
  for (const Scheme& scheme : kSchemes) {
    if (scheme.weights == stored) return scheme;
  }
  return find_scheme(model::block_elements(stored) > 1 ? "q8_0" : "f32");
}

std::vector<std::string> scheme_names() {
  std::vector<std::string> names;
  for (const Scheme& scheme : kSchemes) names.emplace_back(scheme.name);
  return names;
}

DType stored_dtype(const Scheme& scheme, Part part, bool bias, std::span<const std::int64_t> shape) {
  if (shape.size() < 2 || bias || part == Part::kPositions || part == Part::kRouter) return DType::kF32;
  const DType wanted = part == Part::kEmbedding || part == Part::kHead ? scheme.embeddings : scheme.weights;
  return shape.back() % model::block_elements(wanted) == 0 ? wanted : DType::kF16;
}

std::vector<std::byte> encode(DType dtype, std::span<const float> values) {
  switch (dtype) {
    case DType::kQ8_0: return encode_q8_0(values);
    case DType::kQ4_0: return encode_q4_0(values);
    case DType::kF16: return encode_each<std::uint16_t>(values, model::float_to_half);
    case DType::kBF16: return encode_each<std::uint16_t>(values, model::float_to_bfloat16);
    case DType::kF32: return encode_each<float>(values, [](float value) { return value; });
    default: throw InputError(fmt::format("weights are not written as {}", model::dtype_name(dtype)));
  }
}

}  // namespace llmops::quant
