#include "apps/context.h"

#include <cstdio>

#include "core/log.h"
#include "registry/run.h"

namespace llmops::apps {

registry::Registry& Context::registry() {
  if (!registry_) {
    registry_ = std::make_unique<registry::Registry>(registry::locate_registry(std::filesystem::current_path()));
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
