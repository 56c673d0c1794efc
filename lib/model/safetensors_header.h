// The header of one safetensors file: a JSON object of names, types, shapes and byte ranges, checked against the file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace llmops::model {

struct SafetensorsHeader {
  std::vector<TensorView> tensors;  ///< in the order of their bytes
  std::map<std::string, std::string> metadata;
};

/// @param file    all bytes of the file; the views point into it
/// @param origin  its path, for errors
/// @throws InputError  for a header that is cut short or not JSON, unknown types, sizes that do not fit their shapes,
/// and
///                     ranges that overlap, leave gaps or leave the file
SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file, const std::string& origin);

}  // namespace llmops::model
