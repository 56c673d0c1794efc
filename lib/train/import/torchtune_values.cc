// Values of torchtune's configurations.
#include "train/import/torchtune_values.h"

namespace llmops::train {
namespace {

using config::YamlTree;

const YamlTree* find_dotted(const YamlTree& root, std::string_view path) {
  const YamlTree* at = &root;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = at->kind == YamlTree::Kind::kMap ? at->find(path.substr(0, dot)) : nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

constexpr int kDeepest = 16;  // a reference to a reference to ...

void resolve(YamlTree& value, const YamlTree& root) {
  if (value.kind == YamlTree::Kind::kScalar) {
    for (int depth = 0; depth < kDeepest; ++depth) {
      const std::size_t begin = value.text.find("${");
      const std::size_t end = begin == std::string::npos ? begin : value.text.find('}', begin);
      if (end == std::string::npos) break;
      const YamlTree* found = find_dotted(root, std::string_view(value.text).substr(begin + 2, end - begin - 2));
      if (found == nullptr || found->kind != YamlTree::Kind::kScalar) break;
      value.text.replace(begin, end - begin + 1, found->text);
    }
  }
  for (YamlTree& item : value.list) resolve(item, root);
  for (config::YamlEntry& entry : value.map) resolve(entry.value, root);
}

}  // namespace

std::string component_name(const std::string& component) {
  const std::size_t dot = component.rfind('.');
  return dot == std::string::npos ? component : component.substr(dot + 1);
}

void resolve_references(YamlTree& root) {
  const YamlTree original = root;
  resolve(root, original);
}

}  // namespace llmops::train
