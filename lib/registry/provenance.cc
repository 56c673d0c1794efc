// Facts about code, user and libraries.
#include "registry/provenance.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>

#include "core/error.h"
#include "core/process.h"

namespace llmops::registry {
namespace {

constexpr std::size_t kCommitDigits = 40;

// One line of standard output; "" on any failure: a run does not fail for want of git.
std::optional<std::string> git(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  try {
    const ProcessResult result = run_process(arguments);
    if (result.exit_code != 0) return std::nullopt;
    return result.output;
  } catch (const NotFoundError&) {
    return std::nullopt;
  } catch (const SystemError&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<GitState> read_git_state() {
  auto commit = git({"rev-parse", "--verify", "--quiet", "HEAD"});
  if (!commit) return std::nullopt;
  commit->resize(std::min(commit->size(), kCommitDigits));
  if (commit->size() != kCommitDigits || commit->find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  const auto changes = git({"status", "--porcelain", "--untracked-files=no"});
  return GitState{*commit, changes && !changes->empty()};
}

Json library_versions() {
  return {{"llmops", LLMOPS_VERSION},
          {"compiler", fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__)},
          {"sqlite", sqlite3_libversion()}};
}

std::string user_name() {
  for (const char* variable : {"LLMOPS_USER", "USER"}) {
    if (const char* name = std::getenv(variable); name != nullptr && *name != '\0') return name;
  }
  const passwd* account = ::getpwuid(::geteuid());
  return account != nullptr ? account->pw_name : fmt::format("uid {}", ::geteuid());
}

}  // namespace llmops::registry
