// Choosing columns, and the memory both formats are read into.
#include "data/arrow/batch_source.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::data {

namespace {

constexpr std::int64_t kMostMemory = std::int64_t{4} << 30;

void require_columns(const std::vector<std::string>& wanted, const std::vector<std::string>& known,
                     const std::filesystem::path& path) {
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string listed;
    for (std::size_t i = 0; i < std::min<std::size_t>(known.size(), 20); ++i) listed += (i > 0 ? ", " : "") + known[i];
    throw InputError(fmt::format("'{}' has no column '{}'", path.string(), name),
                     did_you_mean(name, known, "it has " + listed));
  }
}

}  // namespace

arrow::MemoryPool* reading_pool() {
  static arrow::CappedMemoryPool pool(arrow::default_memory_pool(), kMostMemory);
  return &pool;
}

std::vector<int> select_columns(const arrow::Schema& schema, const std::vector<std::string>& wanted,
                                const std::filesystem::path& path) {
  const std::vector<std::string> known = schema.field_names();
  if (known.empty()) throw InputError(fmt::format("'{}' has no columns", path.string()));
  require_columns(wanted, known, path);
  std::vector<int> selected;
  std::set<std::string> taken;
  for (int i = 0; i < schema.num_fields(); ++i) {
    const std::string& name = known[static_cast<std::size_t>(i)];
    const bool asked = wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (asked && taken.insert(name).second) selected.push_back(i);
  }
  return selected;
}

std::vector<std::string> names_of(const arrow::Schema& schema, const std::vector<int>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const int column : columns) names.push_back(schema.field(column)->name());
  return names;
}

}  // namespace llmops::data
