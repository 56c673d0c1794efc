#include "apps/context.h"

#include <cstdio>

#include "core/log.h"
#include "registry/run.h"

namespace llmops::apps {

registry::Registry& Context::registry() { return open_registry(false); }
registry::Registry& Context::registry_to_read() { return open_registry(true); }

registry::Registry& Context::open_registry(bool only_read) {
  using registry::Registry;
  if (!registry_) {
    const auto file = registry::locate_registry(std::filesystem::current_path());
    const bool copy = dry_run || (only_read && !std::filesystem::exists(file));
    registry_ = std::make_unique<Registry>(file, copy ? Registry::Mode::kCopy : Registry::Mode::kKeep);
  }
  return *registry_;
}

Progress& Context::progress() {
  if (!progress_) progress_ = make_terminal_progress(quiet);
  return *progress_;
}

void Context::record_failure(const std::string& message) noexcept {
  if (!registry_) return;
  try {
    registry::describe_failure(*registry_, message);
  } catch (const std::exception&) {  // a full disk, say: the error itself is still shown, and is what matters
  }
}

void Context::print(const Json& report, const std::string& text) const {
  std::string output = text;
  if (json) {
    constexpr int kSchemaVersion = 1;
    Json versioned = Json::object({{"schema_version", kSchemaVersion}});
    versioned.update(report);
    output = dump_json(versioned) + "\n";
  }
  if (std::fwrite(output.data(), 1, output.size(), stdout) != output.size() || std::fflush(stdout) != 0) {
    throw SystemError("cannot write to standard output", "is the disk full, or the reader of the pipe gone?");
  }
}

}  // namespace llmops::apps
