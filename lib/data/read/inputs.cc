// Globs, folders and files to a sorted list with formats.
#include "data/read/inputs.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "data/tables/hub_dataset.h"

namespace llmops::data {

namespace {

constexpr const char* kKnownFormats =
    "known formats: jsonl, json, csv, tsv, txt, md, html, pdf, warc, wet, parquet, arrow and sqlite, also as .gz or "
    ".zst; set "
    "'format' for other names";

bool is_pattern(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

// The part of a pattern before its first wildcard, up to a "/".
std::string fixed_folder(const std::string& pattern) {
  const std::size_t wildcard = pattern.find_first_of("*?");
  const std::size_t slash = pattern.rfind('/', wildcard);
  return slash == std::string::npos ? "." : slash == 0 ? "/" : pattern.substr(0, slash);
}

[[noreturn]] void throw_not_found(const std::string& path, const fs::path& looked_in) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(looked_in, ignored))
    names.push_back(entry.path().filename().string());
  throw NotFoundError("input '" + path + "' is not there", did_you_mean(fs::path(path).filename().string(), names,
                                                                        "inputs are relative to the recipe's folder"));
}

std::vector<fs::path> matching_files(const PrepareRecipe& recipe, const std::string& path, fs::path& root) {
  if (!is_pattern(path)) {
    root = recipe.folder / path;
    if (!fs::exists(root)) throw_not_found(path, root.parent_path());
    return list_files(root);
  }
  root = recipe.folder / fixed_folder(path);
  if (!fs::is_directory(root)) throw_not_found(fixed_folder(path), root.parent_path());
  const std::string pattern = (recipe.folder / path).lexically_normal().generic_string();
  std::vector<fs::path> files;
  for (const fs::path& file : list_files(root)) {
    if (glob_matches(pattern, file.lexically_normal().generic_string())) files.push_back(file);
  }
  if (files.empty()) throw NotFoundError("no file matches '" + path + "'", "'**' matches any number of folders");
  return files;
}

std::string shown_name(const PrepareRecipe& recipe, const fs::path& file) {
  const fs::path relative = file.lexically_normal().lexically_relative(recipe.folder.lexically_normal());
  return relative.empty() || *relative.begin() == ".." ? file.generic_string() : relative.generic_string();
}

void add_fetched(const InputSpec& input, std::size_t index, InputFiles& found) {
  for (const auto& [path, name] : input.fetched) {
    const auto format = input.format.empty() ? format_of_path(path) : parse_format(input.format);
    if (format) {
      found.files.push_back({path, name, *format, index});
    } else {
      found.skipped.push_back(name);
    }
  }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.substr(0, 3) == "**/") {
    if (glob_matches(pattern.substr(3), path)) return true;
    const std::size_t slash = path.find('/');
    return slash != std::string_view::npos && glob_matches(pattern, path.substr(slash + 1));
  }
  if (pattern == "**") return true;
  if (pattern[0] == '*') {
    for (std::size_t skip = 0;; ++skip) {
      if (glob_matches(pattern.substr(1), path.substr(skip))) return true;
      if (skip == path.size() || path[skip] == '/') return false;
    }
  }
  if (path.empty() || (pattern[0] == '?' ? path[0] == '/' : pattern[0] != path[0])) return false;
  return glob_matches(pattern.substr(1), path.substr(1));
}

InputFiles find_inputs(const PrepareRecipe& recipe) {
  InputFiles found;
  std::set<fs::path> taken;
  for (std::size_t i = 0; i < recipe.inputs.size(); ++i) {
    const InputSpec& input = recipe.inputs[i];
    if (input.path == kRequestsPath) {
      found.files.push_back({recipe.registry, input.path, Format::kRequests, i});
      continue;
    }
    if (is_hub_dataset(input.path)) {
      add_fetched(input, i, found);
      continue;
    }
    fs::path root;
    for (const fs::path& file : matching_files(recipe, input.path, root)) {
      if (file.filename().string()[0] == '.' || !taken.insert(file.lexically_normal()).second) continue;
      const auto format = input.format.empty() ? format_of_path(file) : parse_format(input.format);
      if (format) {
        found.files.push_back({file, shown_name(recipe, file), *format, i});
      } else {
        found.skipped.push_back(shown_name(recipe, file));
      }
    }
    root = root.lexically_normal();
    if (std::find(found.roots.begin(), found.roots.end(), root) == found.roots.end()) found.roots.push_back(root);
  }
  if (found.files.empty()) {
    throw InputError("no file of a known format in '" + recipe.inputs.front().path + "'", kKnownFormats);
  }
  return found;
}

}  // namespace llmops::data
