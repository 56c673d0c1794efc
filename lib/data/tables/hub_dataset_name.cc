// hf://datasets/ names taken apart.
#include <fmt/format.h>

#include "core/error.h"
#include "core/uri.h"
#include "data/tables/hub_dataset.h"

namespace llmops::data {

namespace {

constexpr std::string_view kScheme = "hf://datasets/";

[[noreturn]] void throw_malformed(std::string_view uri) {
  throw UsageError(fmt::format("'{}' is not a valid name", uri),
                   "the form is hf://datasets/OWNER/NAME[@REVISION][/PATH]");
}

// Where the revision ends in "main/data/*.parquet". The hub's own branches have slashes in their names.
std::size_t revision_end(std::string_view text) {
  std::size_t from = 0;
  for (const std::string_view own : {"refs/convert/", "refs/pr/"}) {
    if (text.starts_with(own)) from = own.size();
  }
  return std::min(text.find('/', from), text.size());
}

std::string decode_slashes(std::string text) {
  for (const char* code : {"%2F", "%2f"}) {
    for (std::size_t at = 0; (at = text.find(code)) != std::string::npos;) text.replace(at, 3, "/");
  }
  return text;
}

}  // namespace

bool is_hub_dataset(std::string_view uri) { return uri.starts_with(kScheme); }

HubDatasetName parse_hub_dataset(std::string_view uri) {
  if (!is_hub_dataset(uri)) throw_malformed(uri);
  const std::string_view rest = uri.substr(kScheme.size());
  const std::size_t owner_end = rest.find('/');
  if (owner_end == std::string_view::npos) throw_malformed(uri);
  const std::size_t name_end = std::min(rest.find_first_of("@/", owner_end + 1), rest.size());
  HubDatasetName name;
  name.repository = rest.substr(0, name_end);
  parse_uri("hf://" + name.repository);  // the characters of names are the same for models
  std::string_view tail = rest.substr(name_end);
  if (tail.starts_with('@')) {
    tail.remove_prefix(1);
    const std::size_t end = revision_end(tail);
    name.revision = decode_slashes(std::string(tail.substr(0, end)));
    if (name.revision.empty()) throw_malformed(uri);
    tail.remove_prefix(end);
  }
  if (tail.starts_with('/')) tail.remove_prefix(1);
  while (tail.ends_with('/')) tail.remove_suffix(1);
  name.path = tail;
  return name;
}

}  // namespace llmops::data
