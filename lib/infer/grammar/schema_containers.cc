// JSON Schema to a grammar: arrays and objects.
#include <fmt/format.h>

#include <algorithm>

#include "infer/grammar/limits.h"
#include "infer/grammar/schema_reader.h"

namespace llmops::infer::grammar {
namespace {

const Json kAnything = true;

std::vector<std::string> required_names(const Json& schema, const std::string& pointer) {
  std::vector<std::string> names;
  const auto found = schema.find("required");
  if (found == schema.end()) return names;
  const std::string at = pointer_to(pointer, "required");
  if (!found->is_array()) throw_schema(at, "expected a list of names");
  for (const Json& name : *found) {
    if (!name.is_string()) throw_schema(at, "expected a list of names");
    names.push_back(name.get<std::string>());
  }
  std::ranges::sort(names);
  return names;
}

// `items` may be the list that newer versions call `prefixItems`, with `additionalItems` for what follows.
struct Items {
  const Json* prefix = nullptr;
  const Json* rest = nullptr;
  std::string prefix_at, rest_at;
};

Items items_of(const Json& schema, const std::string& pointer) {
  Items items;
  const char* prefix = "prefixItems";
  const char* rest = "items";
  if (schema.contains("items") && schema["items"].is_array()) {
    if (schema.contains("prefixItems")) throw_schema(pointer_to(pointer, "items"), "expected a schema");
    prefix = "items";
    rest = "additionalItems";
  }
  if (const auto found = schema.find(prefix); found != schema.end()) {
    items.prefix = &*found;
    items.prefix_at = pointer_to(pointer, prefix);
    if (!found->is_array()) throw_schema(items.prefix_at, "expected a list of schemas");
    if (found->size() > kMaxNesting) {
      throw_schema(items.prefix_at, fmt::format("more than {} items have schemas of their own", kMaxNesting));
    }
  }
  if (const auto found = schema.find(rest); found != schema.end()) {
    items.rest = &*found;
    items.rest_at = pointer_to(pointer, rest);
  }
  return items;
}

}  // namespace

ExprId SchemaReader::array(const Json& schema, const std::string& pointer) {
  if (schema.contains("uniqueItems") && schema["uniqueItems"] != false) {
    throw_schema(pointer_to(pointer, "uniqueItems"), "not supported");
  }
  const Items items = items_of(schema, pointer);
  const auto count = static_cast<std::uint32_t>(items.prefix ? items.prefix->size() : 0);
  const bool open = items.rest ? *items.rest != false : count == 0;  // beyond the prefix
  const std::uint32_t least = schema_count(schema, "minItems", count, pointer);
  const std::uint32_t most = std::min(schema_count(schema, "maxItems", kUnbounded, pointer), open ? kUnbounded : count);
  if (least > most) {
    throw_schema(pointer, fmt::format("at least {} items and at most {} leave no array", least, most));
  }
  if (most == 0) return json_.literal("[]");
  if (count == 0) {
    const ExprId element = items.rest ? this->schema(*items.rest, items.rest_at) : json_.value();
    return json_.enclosed("[", json_.list(element, least, most), least == 0, "]");
  }
  // From the last to the first: each is followed by what may follow it.
  ExprId behind = grammar_.literal("");
  if (most > count) {
    const ExprId element = items.rest ? this->schema(*items.rest, items.rest_at) : json_.value();
    const ExprId one = grammar_.sequence({json_.comma(), grammar_.as_rule(element, "an element")});
    behind = grammar_.repeat(one, std::max(least, count) - count, most == kUnbounded ? kUnbounded : most - count);
  }
  for (std::uint32_t i = std::min(count, most); i-- > 0;) {
    const ExprId element = this->schema((*items.prefix)[i], pointer_to(items.prefix_at, std::to_string(i)));
    const ExprId one = grammar_.sequence({i == 0 ? json_.literal("") : json_.comma(), element, behind});
    behind = i >= least && i > 0 ? grammar_.optional(one) : one;
  }
  return json_.enclosed("[", behind, least == 0, "]");
}

// An object whose keys are free.
ExprId SchemaReader::map(const Json& value_schema, const Json& schema, const std::string& pointer) {
  const std::uint32_t least = schema_count(schema, "minProperties", 0, pointer);
  const std::uint32_t most = schema_count(schema, "maxProperties", kUnbounded, pointer);
  if (least > most) throw_schema(pointer, "'minProperties' is larger than 'maxProperties'");
  if (most == 0) return json_.literal("{}");
  const bool any = value_schema == true;
  if (any && least == 0 && most == kUnbounded) return json_.object_value();
  const ExprId value = this->schema(value_schema, pointer_to(pointer, "additionalProperties"));
  return json_.enclosed("{", json_.list(json_.member(json_.string(), value), least, most), least == 0, "}");
}

ExprId SchemaReader::object(const Json& schema, const std::string& pointer) {
  const Json properties = schema.value("properties", Json::object());
  if (!properties.is_object()) throw_schema(pointer_to(pointer, "properties"), "expected an object of schemas");
  std::vector<std::string> required = required_names(schema, pointer);
  const auto additional = schema.find("additionalProperties");
  const bool named = !properties.empty() || !required.empty();
  if (!named && (additional == schema.end() || *additional != false)) {
    return map(additional == schema.end() ? kAnything : *additional, schema, pointer);
  }
  for (const char* key : {"minProperties", "maxProperties"}) {
    if (schema.contains(key)) throw_schema(pointer_to(pointer, key), "not supported beside named properties");
  }
  if (!named) return json_.literal("{}");

  std::vector<ExprId> parts = {json_.comma()};
  std::vector<bool> optional = {false};
  std::vector<std::string> names;
  const auto add = [&](const std::string& name, ExprId value, bool may_be_absent) {
    parts.push_back(json_.member(json_.literal(dump_json(name)), value));
    optional.push_back(may_be_absent);
    names.push_back(name);
  };
  for (const auto& [name, value] : properties.items()) {
    const ExprId expr = this->schema(value, pointer_to(pointer_to(pointer, "properties"), name));
    add(name, expr, !std::ranges::binary_search(required, name));
  }
  const bool open = additional != schema.end() && *additional != false;
  const std::string additional_at = pointer_to(pointer, "additionalProperties");
  required.erase(std::ranges::unique(required).begin(), required.end());
  for (const std::string& name : required) {
    if (properties.contains(name)) continue;
    if (additional != schema.end() && !open) {
      throw_schema(pointer_to(pointer, "required"), fmt::format("'{}' is not among the properties", name));
    }
    add(name, open ? this->schema(*additional, additional_at) : json_.value(), false);
  }
  if (open) {
    std::ranges::sort(names);
    for (const std::string& name : names) {
      if (name.size() > kMaxKeyBytes) {
        throw_schema(additional_at, fmt::format("not supported beside names longer than {} bytes", kMaxKeyBytes));
      }
    }
    parts.push_back(json_.member(json_.key_other_than(names), this->schema(*additional, additional_at)));
    optional.push_back(true);
  }
  const bool may_be_empty = std::all_of(optional.begin() + 1, optional.end(), [](bool b) { return b; });
  return json_.enclosed("{", grammar_.join(std::move(parts), std::move(optional), open, 1), may_be_empty, "}");
}

}  // namespace llmops::infer::grammar
