// Where a result came from besides its inputs: the state of the code, the user, the versions of libraries.
#pragma once

#include <optional>
#include <string>

#include "core/json.h"

namespace llmops::registry {

struct GitState {
  std::string commit;  ///< 40 hexadecimal digits
  bool dirty = false;  ///< tracked files differ from it
};

/// Of the working folder; none outside a repository, before its first commit, or without git.
std::optional<GitState> read_git_state();

/// Library name to version, of the torch-free part of the program.
Json library_versions();

/// The person: LLMOPS_USER, USER, or the account's name.
std::string user_name();

}  // namespace llmops::registry
