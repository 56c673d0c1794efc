#include "model/pickle_names.h"

namespace llmops::model {
namespace {

struct Known {
  std::string_view module, name;
  PickleName value;
  std::optional<DType> storage = std::nullopt;
};

constexpr Known kKnown[] = {
    {"collections", "OrderedDict", PickleName::kOrderedDict},
    {"torch._utils", "_rebuild_tensor", PickleName::kRebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", PickleName::kRebuildTensorV2},
    {"torch._utils", "_rebuild_parameter", PickleName::kRebuildParameter},
    {"torch", "Size", PickleName::kSize},
    {"torch", "FloatStorage", PickleName::kFloatStorage, DType::kF32},
    {"torch", "HalfStorage", PickleName::kHalfStorage, DType::kF16},
    {"torch", "BFloat16Storage", PickleName::kBFloat16Storage, DType::kBF16},
    {"torch", "DoubleStorage", PickleName::kDoubleStorage, DType::kF64},
    {"torch", "CharStorage", PickleName::kCharStorage, DType::kI8},
    {"torch", "ByteStorage", PickleName::kByteStorage, DType::kU8},
    {"torch", "ShortStorage", PickleName::kShortStorage, DType::kI16},
    {"torch", "IntStorage", PickleName::kIntStorage, DType::kI32},
    {"torch", "LongStorage", PickleName::kLongStorage, DType::kI64},
    {"torch", "BoolStorage", PickleName::kBoolStorage, DType::kBool},
};

}  // namespace

std::optional<PickleName> find_pickle_name(std::string_view module, std::string_view name) {
  for (const Known& known : kKnown) {
    if (known.module == module && known.name == name) return known.value;
  }
  return std::nullopt;
}

std::optional<DType> storage_dtype(PickleName name) {
  for (const Known& known : kKnown) {
    if (known.value == name) return known.storage;
  }
  return std::nullopt;
}

}  // namespace llmops::model
