// Reading one mapping of a YAML document into variables; problems are collected, not thrown.
#include "config/yaml_reader.h"

#include <fmt/format.h>

#include <cstdlib>

#include "config/yaml_override.h"
#include "config/yaml_scalar.h"
#include "config/yaml_state.h"

namespace llmops::config {

const YamlTree* YamlObject::Node::find(const std::string& key) {
  const bool first_time = asked.insert(key).second;
  YamlTree* found = tree.find(key);
  const bool set_by_flag = found != nullptr && found->place.outside.starts_with("--set");
  if (!first_time || in_list || set_by_flag) return found;
  const std::string name = environment_name(full(key));
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return found;
  YamlTree replacement = parse_yaml(value, name);
  replacement.place = {0, name};
  if (found == nullptr) {
    tree.kind = YamlTree::Kind::kMap;
    found = &tree.map.emplace_back(YamlEntry{key, {}, 0}).value;
  }
  *found = std::move(replacement);
  return found;
}

const YamlPlace& YamlObject::Node::place_of(const std::string& key) const {
  const YamlTree* found = tree.find(key);
  return found != nullptr ? found->place : tree.place;
}

YamlObject::YamlObject(std::shared_ptr<Node> node) : node_(std::move(node)) {}

template <typename T>
void YamlObject::optional(const std::string& key, T& target) {
  const YamlTree* found = node_->find(key);
  if (found == nullptr || found->kind == YamlTree::Kind::kNull) return;
  if (const auto mismatch = read_yaml(*found, target)) {
    node_->state.add(node_->place_of(key), fmt::format("'{}' {}", node_->full(key), mismatch->message), mismatch->hint);
  }
}

template <typename T>
void YamlObject::required(const std::string& key, T& target) {
  const YamlTree* found = node_->find(key);
  if (found == nullptr) {
    const YamlPlace& place = node_->path.empty() ? YamlPlace{} : node_->tree.place;
    node_->state.add(place, fmt::format("'{}' is missing", node_->full(key)));
  } else if (found->kind == YamlTree::Kind::kNull) {
    node_->state.add(found->place, fmt::format("'{}' has no value", node_->full(key)));
  } else {
    optional(key, target);
  }
}

bool YamlObject::has(const std::string& key) const { return node_->find(key) != nullptr; }

Json YamlObject::json(const std::string& key) {
  const YamlTree* found = node_->find(key);
  return found != nullptr ? yaml_to_json(*found) : Json(nullptr);
}

YamlObject YamlObject::object(const std::string& key) {
  node_->asked.insert(key);
  YamlTree* found = node_->tree.find(key);
  const bool usable = found != nullptr && (found->kind == YamlTree::Kind::kMap || found->kind == YamlTree::Kind::kNull);
  if (found != nullptr && !usable) {
    node_->state.add(found->place, fmt::format("'{}' is not a mapping", node_->full(key)));
  }
  if (usable) return YamlObject(node_->state.node_of(*found, node_->full(key), node_->in_list));
  YamlTree& empty = node_->state.absent.emplace_back();
  empty.kind = YamlTree::Kind::kMap;
  empty.place = node_->tree.place;
  return YamlObject(node_->state.node_of(empty, node_->full(key), node_->in_list));
}

std::vector<YamlObject> YamlObject::objects(const std::string& key) {
  node_->asked.insert(key);
  YamlTree* found = node_->tree.find(key);
  if (found == nullptr || found->kind == YamlTree::Kind::kNull) return {};
  if (found->kind == YamlTree::Kind::kMap) return {object(key)};
  std::vector<YamlObject> items;
  if (found->kind == YamlTree::Kind::kScalar) {
    node_->state.add(found->place, fmt::format("'{}' is not a list of mappings", node_->full(key)));
  }
  for (std::size_t i = 0; i < found->list.size(); ++i) {
    YamlTree& item = found->list[i];
    const std::string path = fmt::format("{}.{}", node_->full(key), i);
    if (item.kind == YamlTree::Kind::kMap) {
      items.push_back(YamlObject(node_->state.node_of(item, path, true)));
    } else {
      node_->state.add(item.place, fmt::format("'{}' is not a mapping", path));
    }
  }
  return items;
}

std::vector<std::pair<std::string, YamlObject>> YamlObject::named_objects(const std::string& key) {
  node_->asked.insert(key);
  YamlTree* found = node_->tree.find(key);
  if (found == nullptr || found->kind == YamlTree::Kind::kNull) return {};
  const bool alone = found->kind != YamlTree::Kind::kList;
  std::vector<std::pair<std::string, YamlObject>> named;
  for (std::size_t i = 0; i < (alone ? 1 : found->list.size()); ++i) {
    YamlTree& item = alone ? *found : found->list[i];
    const std::string path = alone ? node_->full(key) : fmt::format("{}.{}", node_->full(key), i);
    if (item.kind == YamlTree::Kind::kScalar) {
      YamlTree& empty = node_->state.absent.emplace_back();
      empty.kind = YamlTree::Kind::kMap;
      empty.place = item.place;
      named.emplace_back(item.text, YamlObject(node_->state.node_of(empty, path + "." + item.text, true)));
    } else if (item.kind == YamlTree::Kind::kMap && item.map.size() == 1) {
      const std::string& name = item.map.front().key;
      YamlObject outer(node_->state.node_of(item, path, true));
      named.emplace_back(name, outer.object(name));
    } else {
      node_->state.add(item.place, fmt::format("'{}' is not a name or one name with a mapping", path));
    }
  }
  return named;
}

std::vector<std::string> YamlObject::keys() const {
  std::vector<std::string> names;
  for (const YamlEntry& entry : node_->tree.map) names.push_back(entry.key);
  return names;
}

void YamlObject::check(bool ok, const std::string& key, const std::string& message, const std::string& hint) {
  if (!ok) node_->state.add(node_->place_of(key), fmt::format("'{}' {}", node_->full(key), message), hint);
}

int YamlObject::line(const std::string& key) const { return node_->place_of(key).line; }

template void YamlObject::optional(const std::string&, bool&);
template void YamlObject::optional(const std::string&, int&);
template void YamlObject::optional(const std::string&, std::int64_t&);
template void YamlObject::optional(const std::string&, std::uint64_t&);
template void YamlObject::optional(const std::string&, double&);
template void YamlObject::optional(const std::string&, std::string&);
template void YamlObject::optional(const std::string&, std::vector<std::string>&);
template void YamlObject::optional(const std::string&, std::vector<double>&);
template void YamlObject::required(const std::string&, bool&);
template void YamlObject::required(const std::string&, int&);
template void YamlObject::required(const std::string&, std::int64_t&);
template void YamlObject::required(const std::string&, std::uint64_t&);
template void YamlObject::required(const std::string&, double&);
template void YamlObject::required(const std::string&, std::string&);
template void YamlObject::required(const std::string&, std::vector<std::string>&);
template void YamlObject::required(const std::string&, std::vector<double>&);

}  // namespace llmops::config
