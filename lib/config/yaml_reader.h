// Reads YAML into structs. Every mistake in a file is reported at once, each with its line: unknown and duplicate keys,
// wrong types, missing keys. Overrides (`--set optimizer.lr=1e-4`) and LLMOPS_* variables replace values before
// reading.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::config {

class YamlDocument;

/// One mapping of a document. Fields are read into variables that already hold their defaults:
///
///   YamlDocument document = YamlDocument::from_file("lora.yaml", overrides);
///   YamlObject root = document.root();
///   root.required("base_model", recipe.base_model);
///   root.optional("lora_r", recipe.lora_r);
///   root.check(recipe.lora_r > 0, "lora_r", "must be at least 1");
///   document.finish();   // throws ConfigError listing every problem found; keys never asked for are unknown
class YamlObject {
 public:
  /// T: bool, int, std::int64_t, std::uint64_t, double, std::string, std::vector<std::string>, std::vector<double>.
  template <typename T>
  void optional(const std::string& key, T& target);
  template <typename T>
  void required(const std::string& key, T& target);

  bool has(const std::string& key) const;
  /// Any value as JSON (scalars resolved as YAML 1.2 core does: null, bool, int, float, else string).
  Json json(const std::string& key);
  /// The mapping under `key`; an empty one where the key is absent.
  YamlObject object(const std::string& key);
  /// The mappings in the list under `key` (a single mapping counts as a list of one); empty where absent.
  std::vector<YamlObject> objects(const std::string& key);
  /// A list of choices, each a name alone or {name: {...}}: names with their mappings, empty for a name alone. A single
  /// choice counts as a list of one; empty where absent.
  std::vector<std::pair<std::string, YamlObject>> named_objects(const std::string& key);
  std::vector<std::string> keys() const;
  /// Records "file:line: 'key' MESSAGE" when `ok` is false.
  void check(bool ok, const std::string& key, const std::string& message, const std::string& hint = "");
  int line(const std::string& key) const;

 private:
  friend class YamlDocument;
  struct Node;
  explicit YamlObject(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;
};

class YamlDocument {
 public:
  /// @param overrides  "dotted.key=value", the value parsed as YAML
  /// @throws NotFoundError; ConfigError for a file that is not YAML, not a mapping, or over 4 MiB
  static YamlDocument from_file(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});
  static YamlDocument from_text(std::string_view text, const std::string& origin,
                                const std::vector<std::string>& overrides = {});

  YamlObject root();
  /// The whole document, overrides applied.
  Json json() const;
  const std::string& origin() const;
  /// @throws ConfigError  one message, a line a problem: "lora.yaml:4: unknown key 'lrr'"; the hint names the near key
  void finish();

 private:
  friend class YamlObject;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace llmops::config
