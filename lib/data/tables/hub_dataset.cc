// Listing, choosing and fetching the files of a data set.
#include "data/tables/hub_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hub.h"
#include "core/json.h"
#include "core/spelling.h"
#include "data/read/inputs.h"

namespace llmops::data {

namespace {

constexpr std::array<std::string_view, 10> kEndings = {".parquet", ".arrow", ".feather", ".jsonl", ".ndjson",
                                                       ".json",    ".csv",   ".tsv",     ".txt",   ".md"};
constexpr std::array<std::string_view, 3> kPacked = {".gz", ".zst", ".bz2"};

bool ends_with_any(std::string_view name, const auto& endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

// What "all files" means: data, and not the repository's own description or the configuration of tools.
bool is_data(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  if (file.starts_with('.') || file == "README.md" || file == "dataset_infos.json" || file == "dataset_info.json" ||
      file == "state.json") {
    return false;
  }
  if (ends_with_any(file, kPacked)) return is_data(file.substr(0, file.rfind('.')));
  return ends_with_any(file, kEndings);
}

bool is_wanted(const std::string& wanted, const std::string& name) {
  if (wanted.empty()) return is_data(name);
  if (wanted.find_first_of("*?") != std::string::npos) return glob_matches(wanted, name);
  return name == wanted || (name.starts_with(wanted + "/") && is_data(name));
}

// A name from a server becomes a path below a folder of ours, and must not lead out of it.
bool is_safe(std::string_view name) {
  if (name.empty() || name.size() > 1024 || name.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos) {
    return false;
  }
  for (const fs::path& part : fs::path(name)) {
    if (part.empty() || part == "." || part == ".." || part == "/") return false;
  }
  return true;
}

bool is_full_commit(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

struct Listing {
  std::string commit;
  Json files;
  fs::path folder;
};

// The list lies beside the files of its commit, so that what was fetched once can be found again without the network.
Listing list_commit(const HubRepository& repository, const HubDatasetName& name, const fs::path& cache) {
  Listing listing;
  const bool pinned = is_full_commit(name.revision);
  const std::string origin = repository.uri("");
  const auto list_file = [&] { return cache / name.repository / (listing.commit + ".json"); };
  listing.commit = pinned ? name.revision : "";
  if (!pinned || !fs::exists(list_file())) {
    listing.commit = json_get<std::string>(repository.describe(name.revision), "sha", origin);
  }
  listing.folder = cache / name.repository / listing.commit;
  if (fs::exists(list_file())) {
    listing.files = read_json_file(list_file());
    return listing;
  }
  listing.files = repository.list_files(listing.commit);
  fs::create_directories(listing.folder);
  write_file_atomic(list_file(), dump_json(listing.files));
  return listing;
}

HubFileFacts read_facts(const Json& entry, const std::string& origin) {
  HubFileFacts facts;
  facts.size = json_get<std::uint64_t>(entry, "size", origin);
  if (const auto large = entry.find("lfs"); large != entry.end() && large->is_object()) {
    facts.sha256 = json_get<std::string>(*large, "oid", origin);  // `oid` of the entry is then of what points to it
  } else {
    facts.git_hash = json_get<std::string>(entry, "oid", origin);
  }
  return facts;
}

[[noreturn]] void throw_no_match(const HubRepository& repository, const Listing& listing, const std::string& wanted) {
  std::vector<std::string> names;
  for (const Json& entry : listing.files) names.push_back(json_get_or<std::string>(entry, "path", "", ""));
  std::string some;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 10); ++i) some += (i > 0 ? ", " : "") + names[i];
  const std::string hint = names.empty() ? "the repository is empty" : "it holds " + some;
  const std::string uri = repository.uri(listing.commit);
  if (wanted.empty()) throw NotFoundError(fmt::format("'{}' has no file of a known format", uri), hint);
  throw NotFoundError(fmt::format("'{}' has no file '{}'", uri, wanted), did_you_mean(wanted, names, hint));
}

}  // namespace

HubDataset fetch_hub_dataset(const std::string& uri, const std::filesystem::path& cache, Progress& progress,
                             const std::string& hub_url) {
  const HubDatasetName name = parse_hub_dataset(uri);
  const HubRepository repository(hub_address(hub_url), HubRepository::Kind::kDataset, name.repository);
  const Listing listing = list_commit(repository, name, cache);
  const std::string origin = repository.uri(listing.commit);
  HubDataset dataset{origin + (name.path.empty() ? "" : "/" + name.path), listing.commit, listing.folder, {}};
  for (const Json& entry : listing.files) {
    throw_if_cancelled();
    const auto file = json_get<std::string>(entry, "path", origin);
    if (!is_wanted(name.path, file)) continue;
    if (!is_safe(file)) throw InputError(fmt::format("'{}' lists '{}', which leads out of its folder", origin, file));
    const HubFileFacts facts = read_facts(entry, origin);
    const fs::path path = listing.folder / file;
    repository.fetch(listing.commit, file, facts, path, progress);
    dataset.files.push_back({file, path, facts.size.value_or(0), facts.sha256.value_or("")});
  }
  if (dataset.files.empty()) throw_no_match(repository, listing, name.path);
  std::sort(dataset.files.begin(), dataset.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return dataset;
}

}  // namespace llmops::data
