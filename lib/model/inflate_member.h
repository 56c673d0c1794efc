// The content of a zip member from its packed bytes.
#pragma once

#include <functional>
#include <span>

#include "model/zip_archive.h"

namespace llmops::model {

/// Gets the content piece by piece.
using ZipSink = std::function<void(std::span<const std::byte>)>;

/// Unpacks into `out`, never more than the member's declared size; then compares size and CRC.
/// @throws InputError  for damaged content and methods other than stored and deflated
void unpack_zip_member(std::span<const std::byte> packed, const ZipMember& member, const std::string& origin,
                       const ZipSink& out);

}  // namespace llmops::model
