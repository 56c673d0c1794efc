// The file hash cache.
#include "registry/file_hashes.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <ctime>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
// A file changed again within one tick of the file system's clock would look unchanged; 2 s is the coarsest in use
// (FAT).
constexpr std::int64_t kSettledNs = 2 * kNanosecondsPerSecond;

struct FileState {
  std::string path;
  std::int64_t bytes = 0, modified_ns = 0, changed_ns = 0, inode = 0;
};

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * kNanosecondsPerSecond + time.tv_nsec; }

FileState read_state(const fs::path& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  return {path.string(), found.st_size, nanoseconds(found.st_mtim), nanoseconds(found.st_ctim),
          static_cast<std::int64_t>(found.st_ino)};
}

bool has_settled(const FileState& state) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::max(state.modified_ns, state.changed_ns) + kSettledNs < nanoseconds(now);
}

std::optional<std::string> look_up(Registry& registry, const FileState& state) {
  const auto lock = registry.connection().lock();
  Statement row(registry.connection(),
                "SELECT sha256 FROM file_hashes WHERE path = ? AND bytes = ? AND modified_ns = ? AND changed_ns = ? "
                "AND inode = ?",
                state.path, state.bytes, state.modified_ns, state.changed_ns, state.inode);
  if (!row.step()) return std::nullopt;
  return row.text(0);
}

struct Hashed {
  FileState state;
  std::string sha256;
};

void remember(Registry& registry, const std::vector<Hashed>& files) {
  if (files.empty()) return;
  Transaction transaction(registry.connection());
  for (const auto& [state, sha256] : files) {
    Statement(registry.connection(), "INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?, ?, ?, ?)", state.path,
              state.bytes, state.modified_ns, state.changed_ns, state.inode, sha256)
        .run();
  }
  transaction.commit();
}

// The same bytes as core's sha256_path, with the hashes of files from `hash_of`, which may say it does not know.
template <typename HashOf>
std::optional<std::string> combine(const fs::path& path, HashOf hash_of) {
  if (!fs::is_directory(path)) return hash_of(path);
  Sha256 folder;
  for (const fs::path& file : list_files(path)) {
    const std::optional<std::string> hash = hash_of(file);
    if (!hash) return std::nullopt;
    folder.update(file.lexically_relative(path).generic_string());
    folder.update(std::string_view("\0", 1));
    folder.update(*hash);
    folder.update("\n");
  }
  return folder.hex();
}

}  // namespace

fs::path registry_path(const fs::path& path) {
  fs::path absolute = fs::absolute(path).lexically_normal();
  if (!absolute.has_filename() && absolute.has_relative_path()) absolute = absolute.parent_path();
  return absolute;
}

std::string hash_path(Registry& registry, const fs::path& path) {
  std::vector<Hashed> fresh;
  const auto hash = combine(registry_path(path), [&](const fs::path& file) -> std::optional<std::string> {
    const FileState state = read_state(file);
    if (auto known = look_up(registry, state)) return known;
    std::string sha256 = sha256_file(file);
    if (has_settled(state)) fresh.push_back({state, sha256});
    return sha256;
  });
  remember(registry, fresh);
  return *hash;
}

std::optional<std::string> known_hash(Registry& registry, const fs::path& path) {
  return combine(registry_path(path), [&](const fs::path& file) { return look_up(registry, read_state(file)); });
}

}  // namespace llmops::registry
