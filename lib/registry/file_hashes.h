// SHA-256 of files and folders with a cache, so that a model of some gigabytes is read once and not by every command.
#pragma once

#include "registry/registry.h"

namespace llmops::registry {

/// As core's sha256_path. A file is not read again while its path, size, modification and change time and inode are as
/// when it was hashed.
/// @throws NotFoundError, SystemError
std::string hash_path(Registry& registry, const std::filesystem::path& path);

/// The hash where the cache alone tells it, else nothing; reads no file's content.
std::optional<std::string> known_hash(Registry& registry, const std::filesystem::path& path);

/// Absolute, without "." and ".." and a final slash: how paths are kept in the registry.
std::filesystem::path registry_path(const std::filesystem::path& path);

}  // namespace llmops::registry
