// What a document and the objects handed out from it share: the tree, the problems found, and the keys asked for.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "config/yaml_tree.h"

namespace llmops::config {

struct YamlProblem {
  int line = 0;  ///< in the file; problems of overrides come after all lines
  std::string text;
  std::string hint;
};

/// One mapping that was handed out. Lives as long as its State.
struct YamlObject::Node {
  YamlDocument::State& state;
  YamlTree& tree;
  std::string path;      ///< "" for the root, else "optimizer"
  bool in_list = false;  ///< no environment variable names an item of a list
  std::set<std::string> asked;

  std::string full(const std::string& key) const { return path.empty() ? key : path + "." + key; }
  /// The value of `key`, replaced first by its environment variable unless a flag set it.
  const YamlTree* find(const std::string& key);
  const YamlPlace& place_of(const std::string& key) const;
};

struct YamlDocument::State : std::enable_shared_from_this<YamlDocument::State> {
  std::string origin;
  YamlTree tree;
  std::vector<YamlProblem> problems;
  std::deque<YamlTree> absent;  ///< empty mappings that stand for those the file lacks
  std::map<const YamlTree*, std::unique_ptr<YamlObject::Node>> nodes;

  void add(const YamlPlace& place, const std::string& message, const std::string& hint = "");
  /// The same Node for the same mapping. The pointer keeps the State alive.
  std::shared_ptr<YamlObject::Node> node_of(YamlTree& mapping, const std::string& path, bool in_list);
};

}  // namespace llmops::config
