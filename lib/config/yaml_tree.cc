// YAML text to a tree, from yaml-cpp's events rather than its nodes: limits then hold before memory is spent.
#include "config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "core/error.h"

namespace llmops::config {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
constexpr std::size_t kMaxValues = 200'000;
constexpr std::size_t kMaxDepth = 64;

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& origin) : origin_(origin) {}

  YamlTree take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(at(mark), anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlTree tree = at(mark);
    tree.kind = YamlTree::Kind::kScalar;
    tree.text = value;
    tree.plain = tag != "!" && tag != "tag:yaml.org,2002:str";
    add(std::move(tree), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark.line + 1, "an alias refers to the value that holds it");
    count(found->second.second, mark.line + 1);
    YamlTree copy = found->second.first;
    check_depth(copy, open_.size(), mark.line + 1);
    place_in_parent(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlTree::Kind::kList, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, YamlTree::Kind::kMap, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlTree tree;
    YAML::anchor_t anchor = 0;
    std::size_t values_before = 0;
    bool has_key = false;
    std::string key;
    int key_line = 0;
  };

  [[noreturn]] void fail(int line, const std::string& message) const {
    throw ConfigError(fmt::format("{}:{}: {}", origin_, line, message));
  }

  void count(std::size_t values, int line) {
    values_ += values;
    if (values_ > kMaxValues) fail(line, fmt::format("more than {} values once aliases are expanded", kMaxValues));
  }

  void check_depth(const YamlTree& tree, std::size_t depth, int line) const {
    if (depth > kMaxDepth) fail(line, fmt::format("values nest deeper than {} levels", kMaxDepth));
    for (const YamlTree& item : tree.list) check_depth(item, depth + 1, line);
    for (const YamlEntry& entry : tree.map) check_depth(entry.value, depth + 1, line);
  }

  static YamlTree at(const YAML::Mark& mark) {
    YamlTree tree;
    tree.place.line = mark.is_null() ? 0 : mark.line + 1;
    return tree;
  }

  void add(YamlTree tree, YAML::anchor_t anchor) {
    count(1, tree.place.line);
    if (anchor != 0) anchors_[anchor] = {tree, 1};
    place_in_parent(std::move(tree));
  }

  void open(const YAML::Mark& mark, YamlTree::Kind kind, YAML::anchor_t anchor) {
    count(1, mark.line + 1);
    if (open_.size() >= kMaxDepth) fail(mark.line + 1, fmt::format("values nest deeper than {} levels", kMaxDepth));
    Open entry;
    entry.tree = at(mark);
    entry.tree.kind = kind;
    entry.anchor = anchor;
    entry.values_before = values_ - 1;
    open_.push_back(std::move(entry));
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) anchors_[done.anchor] = {done.tree, values_ - done.values_before};
    place_in_parent(std::move(done.tree));
  }

  void place_in_parent(YamlTree tree) {
    if (open_.empty()) {
      root_ = std::move(tree);
      return;
    }
    Open& parent = open_.back();
    if (parent.tree.kind == YamlTree::Kind::kList) {
      parent.tree.list.push_back(std::move(tree));
    } else if (!parent.has_key) {
      if (tree.kind == YamlTree::Kind::kList || tree.kind == YamlTree::Kind::kMap) {
        fail(tree.place.line, "a key must be text, not a list or a mapping");
      }
      parent.key = tree.kind == YamlTree::Kind::kNull ? "null" : tree.text;
      parent.key_line = tree.place.line;
      parent.has_key = true;
    } else {
      parent.tree.map.push_back({std::move(parent.key), std::move(tree), parent.key_line});
      parent.has_key = false;
    }
  }

  const std::string& origin_;
  YamlTree root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::pair<YamlTree, std::size_t>> anchors_;  // value, values in it
  std::size_t values_ = 0;
};

std::string reason_of(const YAML::Exception& error) {
  std::string reason = error.msg;
  if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  while (!reason.empty() && reason.back() == '.') reason.pop_back();
  return reason;
}

}  // namespace

const YamlTree* YamlTree::find(std::string_view key) const {
  for (const YamlEntry& entry : map) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

YamlTree* YamlTree::find(std::string_view key) {
  return const_cast<YamlTree*>(static_cast<const YamlTree*>(this)->find(key));
}

YamlTree parse_yaml(std::string_view text, const std::string& origin) {
  if (text.size() > kMaxBytes) {
    throw ConfigError(fmt::format("{}: larger than 4 MiB", origin), "data belongs in a .jsonl file, not in YAML");
  }
  // yaml-cpp takes a quote that is still open after the last newline as closed; with a comment behind it, it does not.
  std::istringstream stream(std::string(text) + (text.ends_with('\n') ? "#" : ""));
  TreeBuilder first(origin);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(first)) return {};
    TreeBuilder second(origin);
    if (parser.HandleNextDocument(second)) {
      throw ConfigError(fmt::format("{}: holds more than one YAML document", origin), "remove the '---' between them");
    }
  } catch (const YAML::Exception& error) {
    const std::string reason = reason_of(error);
    const bool tab = reason.find("tab") != std::string::npos || text.find("\n\t") != std::string_view::npos;
    throw ConfigError(fmt::format("{}:{}: {}", origin, std::max(0, error.mark.line) + 1, reason),
                      tab ? "YAML is indented with spaces, never with tabs" : "");
  }
  return first.take();
}

}  // namespace llmops::config
