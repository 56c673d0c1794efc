// Reads, checks and extends the journal.
#include "sweep/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lines.h"

namespace llmops::sweep {
namespace {

constexpr int kVersion = 1;

[[noreturn]] void throw_system(const char* what, const std::filesystem::path& path) {
  throw SystemError(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(errno)));
}

/// "seed: 1 then, 2 now; ..." or ""
std::string differences(const Json& then, const Json& now) {
  Json keys = then;
  keys.update(now);
  std::string text;
  for (const auto& [key, unused] : keys.items()) {
    const Json before = then.value(key, Json()), after = now.value(key, Json());
    if (before == after) continue;
    text += fmt::format("{}{}: {} then, {} now", text.empty() ? "" : "; ", key, dump_json(before), dump_json(after));
  }
  return text;
}

}  // namespace

Journal::Journal(const std::filesystem::path& path, Json settings, bool resume)
    : path_(path), settings_(std::move(settings)) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw_system("write", path);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      throw UsageError(fmt::format("another process is at work on '{}'", path.string()),
                       "wait for it, or give another 'output_dir'");
    }
    const std::string text = read_file(path);
    const std::string whole = text.substr(0, text.rfind('\n') + 1);
    if (!whole.empty()) read(whole);
    if (!whole.empty() && !resume) {
      throw UsageError(fmt::format("'{}' holds a sweep with {} results", path.string(), records_.size()),
                       "--resume goes on with it; remove the folder to start afresh");
    }
    if (whole.size() < text.size() && ::ftruncate(descriptor_, static_cast<off_t>(whole.size())) != 0) {
      throw_system("write", path);
    }
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

void Journal::begin(const std::string& run_id) {
  if (!run_id_.empty()) return;
  run_id_ = run_id;
  write(dump_json({{"format_version", kVersion}, {"run_id", run_id}, {"settings", settings_}}) + "\n");
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::read(const std::string& text) {
  const std::vector<JsonLine> lines = split_json_lines(text, path_.string());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Json json = parse_json(lines[i].text, lines[i].origin);
    if (i > 0) {
      records_.push_back(parse_trial_record(json, lines[i].origin));
      continue;
    }
    if (json_get<int>(json, "format_version", lines[i].origin) != kVersion) {
      throw InputError(fmt::format("{}: 'format_version' is not {}", lines[i].origin, kVersion));
    }
    run_id_ = json_get<std::string>(json, "run_id", lines[i].origin);
    const std::string changed = differences(json_get<Json>(json, "settings", lines[i].origin), settings_);
    if (!changed.empty()) {
      throw InputError(fmt::format("'{}' belongs to another sweep ({})", path_.string(), changed),
                       "undo the change to go on with it, or give another 'output_dir'");
    }
  }
}

void Journal::append(TrialRecord record) {
  write(dump_json(record.json()) + "\n");
  records_.push_back(std::move(record));
}

void Journal::write(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("write", path_);
    done += static_cast<std::size_t>(count);
  }
  if (::fsync(descriptor_) != 0) throw_system("write", path_);
}

}  // namespace llmops::sweep
