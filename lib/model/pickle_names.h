// The names that a pickle of weights may hold.
#pragma once

#include <optional>
#include <string_view>

#include "model/pickle.h"
#include "model/tensor_file.h"

namespace llmops::model {

/// None for a name that is not on the list.
std::optional<PickleName> find_pickle_name(std::string_view module, std::string_view name);
/// The element type of a storage class; none for a name that is not one.
std::optional<DType> storage_dtype(PickleName name);

}  // namespace llmops::model
