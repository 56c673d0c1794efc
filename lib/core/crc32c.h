// CRC-32C (Castagnoli), as TFRecord files, iSCSI and ext4 use it.
#pragma once

#include <cstdint>
#include <string_view>

namespace llmops {

std::uint32_t crc32c(std::string_view bytes);

}  // namespace llmops
