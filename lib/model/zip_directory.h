// The central directory of a zip file, checked against the file's bytes.
#pragma once

#include <span>

#include "model/zip_archive.h"

namespace llmops::model {

/// @throws InputError  naming the offset of what does not hold
std::vector<ZipMember> read_zip_directory(std::span<const std::byte> file, const std::string& origin);

/// The packed bytes of a member.
std::span<const std::byte> zip_member_bytes(std::span<const std::byte> file, const ZipMember& member,
                                            const std::string& origin);

}  // namespace llmops::model
