// The hash under which Git, and a hub for its small files, knows the content of a file.
#pragma once

#include <filesystem>
#include <string>

namespace llmops {

/// SHA-1 of "blob SIZE NUL" and the bytes, 40 hexadecimal digits. Shows damage; against an attacker only SHA-256 helps.
/// @throws NotFoundError, SystemError
std::string git_hash_file(const std::filesystem::path& path);

}  // namespace llmops
