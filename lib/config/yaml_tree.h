// A YAML document as a tree of our own: each value knows where it was written, aliases are copied, size and depth are
// limited while reading.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::config {

/// Where a value was written: a line of the file, or an override or environment variable that replaced it.
struct YamlPlace {
  int line = 0;         ///< 1-based; 0 when unknown or not from the file
  std::string outside;  ///< "--set lora_r=8" or "LLMOPS_LORA_R"; "" when it came from the file
};

struct YamlEntry;

struct YamlTree {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  YamlPlace place;
  std::string text;   ///< of a scalar, as written, quotes removed
  bool plain = true;  ///< false when quoted: then it is a string whatever it looks like
  std::vector<YamlTree> list;
  std::list<YamlEntry> map;  ///< in the order written, duplicates included; adding to it moves no value

  const YamlTree* find(std::string_view key) const;
  YamlTree* find(std::string_view key);
};

struct YamlEntry {
  std::string key;
  YamlTree value;
  int key_line = 0;  ///< 1-based; 0 when not from the file
};

/// @param origin  what errors call the text, usually a path
/// @throws ConfigError  "ORIGIN:LINE: ..." for text that is not YAML, has several documents, or passes the limits:
///                      4 MiB, 200,000 values once aliases are copied, 64 levels
YamlTree parse_yaml(std::string_view text, const std::string& origin);

}  // namespace llmops::config
