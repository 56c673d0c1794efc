// Bytes of a stored step.
#pragma once

#include <cstdint>
#include <string>

namespace llmops::data {

/// @throws SystemError  when the file is shorter than it said, or cannot be read
std::string read_stored(int descriptor, std::uint64_t offset, std::uint64_t size);

}  // namespace llmops::data
