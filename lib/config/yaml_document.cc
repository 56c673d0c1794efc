// A YAML document: opening it with its overrides, and the one error that lists every problem.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "config/yaml_override.h"
#include "config/yaml_scalar.h"
#include "config/yaml_state.h"
#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"

namespace llmops::config {
namespace {

template <typename State>  // YamlDocument::State is private
void find_duplicates(State& state, const YamlTree& parent, const std::string& path) {
  std::map<std::string_view, int> first_lines;
  for (const YamlEntry& entry : parent.map) {
    const std::string full = path.empty() ? entry.key : path + "." + entry.key;
    const auto [first, is_new] = first_lines.emplace(entry.key, entry.key_line);
    if (!is_new) {
      const std::string before = first->second > 0 ? fmt::format("; first on line {}", first->second) : "";
      state.add({entry.key_line, entry.value.place.outside}, fmt::format("duplicate key '{}'{}", full, before));
    }
    find_duplicates(state, entry.value, full);
  }
  for (std::size_t i = 0; i < parent.list.size(); ++i) {
    find_duplicates(state, parent.list[i], fmt::format("{}.{}", path, i));
  }
}

}  // namespace

void YamlDocument::State::add(const YamlPlace& place, const std::string& message, const std::string& hint) {
  const bool outside = !place.outside.empty();
  const std::string in_file = place.line > 0 ? fmt::format("{}:{}", origin, place.line) : origin;
  problems.push_back({outside ? std::numeric_limits<int>::max() : place.line,
                      fmt::format("{}: {}", outside ? place.outside : in_file, message), hint});
}

std::shared_ptr<YamlObject::Node> YamlDocument::State::node_of(YamlTree& mapping, const std::string& path,
                                                               bool in_list) {
  std::unique_ptr<YamlObject::Node>& node = nodes[&mapping];
  if (node == nullptr) node.reset(new YamlObject::Node{*this, mapping, path, in_list, {}});
  return {shared_from_this(), node.get()};
}

YamlDocument YamlDocument::from_file(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw ConfigError(fmt::format("'{}' is a folder, expected a YAML file", path.string()));
  }
  constexpr std::uint64_t kMaxRead = std::uint64_t{4} << 20;
  if (std::filesystem::is_regular_file(path, ignored) && std::filesystem::file_size(path, ignored) > kMaxRead) {
    throw ConfigError(fmt::format("{}: larger than 4 MiB", path.string()), "is this the YAML file you meant?");
  }
  return from_text(read_file(path), path.string(), overrides);
}

YamlDocument YamlDocument::from_text(std::string_view text, const std::string& origin,
                                     const std::vector<std::string>& overrides) {
  YamlDocument document;
  document.state_ = std::make_shared<State>();
  State& state = *document.state_;
  state.origin = origin;
  state.tree = parse_yaml(text, origin);
  if (state.tree.kind == YamlTree::Kind::kList || state.tree.kind == YamlTree::Kind::kScalar) {
    throw ConfigError(fmt::format("{}:{}: expected 'key: value' lines", origin, std::max(1, state.tree.place.line)));
  }
  state.tree.kind = YamlTree::Kind::kMap;  // an empty file is a mapping without keys
  for (const std::string& text_of_override : overrides) apply_override(state.tree, text_of_override);
  find_duplicates(state, state.tree, "");
  return document;
}

YamlObject YamlDocument::root() { return YamlObject(state_->node_of(state_->tree, "", false)); }

Json YamlDocument::json() const { return yaml_to_json(state_->tree); }

const std::string& YamlDocument::origin() const { return state_->origin; }

void YamlDocument::finish() {
  for (const auto& [tree, node] : state_->nodes) {
    const std::vector<std::string> known(node->asked.begin(), node->asked.end());
    for (const YamlEntry& entry : tree->map) {
      if (node->asked.contains(entry.key)) continue;
      state_->add({entry.key_line, entry.value.place.outside}, fmt::format("unknown key '{}'", node->full(entry.key)),
                  did_you_mean(entry.key, known));
    }
  }
  std::vector<YamlProblem> problems = std::move(state_->problems);
  state_->problems.clear();
  if (problems.empty()) return;
  std::stable_sort(problems.begin(), problems.end(),
                   [](const YamlProblem& a, const YamlProblem& b) { return a.line < b.line; });
  std::string message, hint;
  std::set<std::string> seen;
  for (const YamlProblem& problem : problems) {
    if (!seen.insert(problem.text).second) continue;
    if (hint.empty()) hint = problem.hint;
    message += (message.empty() ? "" : "\n") + problem.text;
  }
  throw ConfigError(message, hint);
}

}  // namespace llmops::config
