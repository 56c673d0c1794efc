#include "model/gguf_types.h"

#include <fmt/format.h>

#include "core/error.h"
#include "model/dtype_table.h"

namespace llmops::model {
namespace {

struct UnreadType {
  std::uint32_t number;
  const char* name;
};

/// Types that exist and that we do not read, so that an error can name them.
constexpr UnreadType kUnreadTypes[] = {
    {9, "Q8_1"},   {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"},
    {21, "IQ3_S"}, {22, "IQ2_S"}, {29, "IQ1_M"},   {34, "TQ1_0"},  {35, "TQ2_0"},
};

}  // namespace

std::optional<DType> gguf_dtype(std::uint32_t type) {
  for (const DTypeInfo& known : dtype_table()) {
    if (known.gguf >= 0 && static_cast<std::uint32_t>(known.gguf) == type) return known.dtype;
  }
  return std::nullopt;
}

std::string gguf_type_name(std::uint32_t type) {
  if (const auto dtype = gguf_dtype(type)) return dtype_name(*dtype);
  for (const UnreadType& known : kUnreadTypes) {
    if (known.number == type) return known.name;
  }
  return fmt::format("type {}", type);
}

std::string gguf_readable_types() {
  std::string names;
  for (const DTypeInfo& known : dtype_table()) {
    if (known.gguf >= 0) names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  }
  return names;
}

std::uint32_t gguf_type_number(DType dtype) {
  const int number = dtype_info(dtype).gguf;
  if (number < 0) throw InputError(fmt::format("GGUF has no tensors of type {}", dtype_name(dtype)));
  return static_cast<std::uint32_t>(number);
}

}  // namespace llmops::model
