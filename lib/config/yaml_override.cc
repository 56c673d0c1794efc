// Overrides: a dotted key is followed down the tree, and the value is put where it ends.
#include "config/yaml_override.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.h"

namespace llmops::config {
namespace {

std::vector<std::string> split_key(std::string_view dotted) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= dotted.size()) {
    const std::size_t end = std::min(dotted.find('.', begin), dotted.size());
    parts.emplace_back(dotted.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

void mark_outside(YamlTree& tree, const std::string& outside) {
  tree.place = {0, outside};
  for (YamlTree& item : tree.list) mark_outside(item, outside);
  for (YamlEntry& entry : tree.map) {
    entry.key_line = 0;
    mark_outside(entry.value, outside);
  }
}

YamlTree& step_into_list(YamlTree& list, const std::string& part, const std::string& outside) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size() || index >= list.list.size()) {
    throw ConfigError(fmt::format("{}: '{}' is not an item of a list of {}", outside, part, list.list.size()),
                      "items count from 0");
  }
  return list.list[index];
}

YamlTree& step_into(YamlTree& tree, const std::string& part, const std::string& outside) {
  if (tree.kind == YamlTree::Kind::kList) return step_into_list(tree, part, outside);
  if (tree.kind == YamlTree::Kind::kScalar) {
    throw ConfigError(fmt::format("{}: there is no '{}' below the value '{}'", outside, part, tree.text));
  }
  tree.kind = YamlTree::Kind::kMap;
  if (YamlTree* found = tree.find(part)) return *found;
  YamlEntry& added = tree.map.emplace_back();
  added.key = part;
  added.value.place.outside = outside;
  return added.value;
}

}  // namespace

void apply_override(YamlTree& root, const std::string& override_text) {
  const std::size_t equals = override_text.find('=');
  const std::string outside = "--set " + override_text;
  const std::vector<std::string> parts = split_key(std::string_view(override_text).substr(0, equals));
  const bool empty_part = std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (equals == std::string::npos || empty_part || parts.size() > 32) {
    throw ConfigError(fmt::format("'{}' is not of the form KEY=VALUE", outside), "for example --set optimizer.lr=1e-4");
  }
  YamlTree value = parse_yaml(std::string_view(override_text).substr(equals + 1), outside);
  mark_outside(value, outside);
  YamlTree* target = &root;
  for (const std::string& part : parts) target = &step_into(*target, part, outside);
  *target = std::move(value);
}

std::string environment_name(const std::string& dotted_key) {
  std::string name = "LLMOPS_";
  for (const char c : dotted_key) {
    const auto byte = static_cast<unsigned char>(c);
    name += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return name;
}

}  // namespace llmops::config
