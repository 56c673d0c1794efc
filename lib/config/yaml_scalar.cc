// YAML scalars: the core schema's rules, and typed reads that say what was expected and what was found.
#include "config/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace llmops::config {
namespace {

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return text == word; });
}

std::optional<bool> core_bool(const std::string& text) {
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Sign and magnitude of [-+]?[0-9]+, 0o[0-7]+ or 0x[0-9a-fA-F]+.
struct CoreInt {
  bool negative = false;
  std::uint64_t magnitude = 0;
  bool overflow = false;
};

std::optional<CoreInt> core_int(std::string_view text) {
  CoreInt value;
  int base = 10;
  if (text.starts_with("0o") || text.starts_with("0x")) {
    base = text[1] == 'o' ? 8 : 16;
    text.remove_prefix(2);
  } else {
    if (text.starts_with('-') || text.starts_with('+')) {
      value.negative = text[0] == '-';
      text.remove_prefix(1);
    }
    if (!all_digits(text)) return std::nullopt;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.magnitude, base);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  value.overflow = error == std::errc::result_out_of_range;
  return value;
}

std::optional<double> core_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::numeric_limits<double>::quiet_NaN();
  double sign = 1;
  if (text.starts_with('-') || text.starts_with('+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text == ".inf" || text == ".Inf" || text == ".INF") return sign * std::numeric_limits<double>::infinity();
  const bool starts_well = !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) != 0 || text[0] == '.');
  if (!starts_well || text == ".") return std::nullopt;  // keeps "inf" and "nan" text, as the schema does
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
  return sign * value;
}

Json scalar_to_json(const YamlTree& tree) {
  if (!tree.plain) return tree.text;
  if (const auto value = core_bool(tree.text)) return *value;
  if (const auto value = core_int(tree.text); value && !value->overflow) {
    if (!value->negative) return value->magnitude;
    if (value->magnitude <= std::uint64_t{1} << 63) return static_cast<std::int64_t>(0 - value->magnitude);
  }
  if (const auto value = core_float(tree.text)) return *value;
  return tree.text;
}

YamlMismatch expected(const YamlTree& tree, const std::string& what, const std::string& hint = "") {
  switch (tree.kind) {
    case YamlTree::Kind::kNull: return {"has no value, expected " + what, hint};
    case YamlTree::Kind::kList: return {"is a list, expected " + what, hint};
    case YamlTree::Kind::kMap: return {"is a mapping, expected " + what, hint};
    case YamlTree::Kind::kScalar: break;
  }
  const std::string shown = tree.text.size() > 60 ? tree.text.substr(0, 57) + "..." : tree.text;
  return {fmt::format("is '{}', expected {}", shown, what), hint};
}

std::optional<YamlMismatch> read_scalar(const YamlTree& tree, bool& target) {
  if (tree.kind == YamlTree::Kind::kScalar) {
    if (const auto value = core_bool(tree.text); value && tree.plain) {
      target = *value;
      return std::nullopt;
    }
    std::string lower = tree.text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (is_one_of(lower, {"yes", "on", "y", "1", "true"})) return expected(tree, "true or false", "write true");
    if (is_one_of(lower, {"no", "off", "n", "0", "false"})) return expected(tree, "true or false", "write false");
  }
  return expected(tree, "true or false");
}

/// @tparam Int  int, std::int64_t or std::uint64_t
template <typename Int>
std::optional<YamlMismatch> read_whole_number(const YamlTree& tree, Int& target) {
  const std::string what = "a whole number";
  if (tree.kind != YamlTree::Kind::kScalar) return expected(tree, what);
  const auto value = core_int(tree.text);
  if (!tree.plain && value) return expected(tree, what, "remove the quotes");
  if (!value) {
    const bool separators = tree.text.find('_') != std::string::npos || tree.text.find(',') != std::string::npos;
    return expected(tree, what, separators ? "write the digits without separators" : "");
  }
  constexpr std::uint64_t kMost = static_cast<std::uint64_t>(std::numeric_limits<Int>::max());
  if (value->negative && value->magnitude > 0) {
    if constexpr (std::numeric_limits<Int>::is_signed) {
      if (!value->overflow && value->magnitude <= kMost + 1) {
        target = static_cast<Int>(0 - value->magnitude);
        return std::nullopt;
      }
    } else {
      return expected(tree, "a whole number of at least 0");
    }
  } else if (!value->overflow && value->magnitude <= kMost) {
    target = static_cast<Int>(value->magnitude);
    return std::nullopt;
  }
  return expected(tree, fmt::format("a whole number of at most {} in size", kMost));
}

std::optional<YamlMismatch> read_scalar(const YamlTree& tree, int& target) { return read_whole_number(tree, target); }
std::optional<YamlMismatch> read_scalar(const YamlTree& tree, std::int64_t& target) {
  return read_whole_number(tree, target);
}
std::optional<YamlMismatch> read_scalar(const YamlTree& tree, std::uint64_t& target) {
  return read_whole_number(tree, target);
}

std::optional<YamlMismatch> read_scalar(const YamlTree& tree, double& target) {
  if (tree.kind != YamlTree::Kind::kScalar) return expected(tree, "a number");
  const auto value = core_float(tree.text);
  if (!value || std::isnan(*value)) return expected(tree, "a number");
  if (!tree.plain) return expected(tree, "a number", "remove the quotes");
  target = *value;
  return std::nullopt;
}

/// Numbers and booleans are taken as they were written: a version "1.10" stays "1.10".
std::optional<YamlMismatch> read_scalar(const YamlTree& tree, std::string& target) {
  if (tree.kind != YamlTree::Kind::kScalar) return expected(tree, "text");
  target = tree.text;
  return std::nullopt;
}

template <typename Item>
std::optional<YamlMismatch> read_scalar(const YamlTree& tree, std::vector<Item>& target) {
  std::vector<Item> items;
  const bool single = tree.kind == YamlTree::Kind::kScalar;
  if (!single && tree.kind != YamlTree::Kind::kList) return expected(tree, "a list");
  for (std::size_t i = 0; i < (single ? 1 : tree.list.size()); ++i) {
    Item item{};
    if (auto mismatch = read_scalar(single ? tree : tree.list[i], item)) {
      if (!single) mismatch->message = fmt::format("item {} {}", i + 1, mismatch->message);
      return mismatch;
    }
    items.push_back(std::move(item));
  }
  target = std::move(items);
  return std::nullopt;
}

}  // namespace

Json yaml_to_json(const YamlTree& tree) {
  switch (tree.kind) {
    case YamlTree::Kind::kNull: return nullptr;
    case YamlTree::Kind::kScalar: return scalar_to_json(tree);
    case YamlTree::Kind::kList: {
      Json array = Json::array();
      for (const YamlTree& item : tree.list) array.push_back(yaml_to_json(item));
      return array;
    }
    case YamlTree::Kind::kMap: break;
  }
  Json object = Json::object();
  for (const YamlEntry& entry : tree.map) {
    if (!object.contains(entry.key)) object[entry.key] = yaml_to_json(entry.value);
  }
  return object;
}

template <typename T>
std::optional<YamlMismatch> read_yaml(const YamlTree& tree, T& target) {
  return read_scalar(tree, target);
}

template std::optional<YamlMismatch> read_yaml(const YamlTree&, bool&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, int&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, std::int64_t&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, std::uint64_t&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, double&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, std::string&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, std::vector<std::string>&);
template std::optional<YamlMismatch> read_yaml(const YamlTree&, std::vector<double>&);

}  // namespace llmops::config
