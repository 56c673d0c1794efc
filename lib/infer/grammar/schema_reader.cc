// JSON Schema to a grammar of the documents that it allows: references, alternatives, values.
#include "infer/grammar/schema_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "infer/grammar/limits.h"
#include "infer/grammar/schema_merge.h"

namespace llmops::infer::grammar {
namespace {

// Schemas within schemas are read within each other; counts them, also when one throws.
struct Nested {
  Nested(std::size_t& depth_of, const std::string& pointer) : depth(depth_of) {
    if (++depth > kMaxNesting) {
      --depth;
      throw_schema(pointer.substr(0, 60) + "...", fmt::format("schemas are nested more than {} deep", kMaxNesting),
                   "move parts to $defs");
    }
  }
  ~Nested() { --depth; }
  std::size_t& depth;
};

Json without(const Json& schema, std::string_view key) {
  Json rest = schema;
  rest.erase(std::string(key));
  return rest;
}

const Json& list_of(const Json& schema, const std::string& key, const std::string& pointer) {
  const Json& list = schema.at(key);
  if (!list.is_array() || list.empty()) throw_schema(pointer_to(pointer, key), "expected a list that is not empty");
  return list;
}

}  // namespace

SchemaReader::SchemaReader(const Json& root, GrammarSource::WhiteSpace white_space)
    : root_(root), json_(grammar_, white_space) {}

Grammar SchemaReader::read() {
  const RuleId root = grammar_.declare("#");
  grammar_.root = root;
  rules_["#"] = root;
  pending_.push_back({root, &root_, ""});
  while (!pending_.empty()) {
    const Pending next = pending_.back();
    pending_.pop_back();
    grammar_.define(next.rule, schema(*next.schema, next.pointer));
  }
  return std::move(grammar_);
}

ExprId SchemaReader::schema(const Json& schema, const std::string& pointer) {
  if (schema == true) return json_.value();
  if (schema == false) return grammar_.nothing();
  if (!schema.is_object()) throw_schema(pointer, "a schema is an object, true or false");
  const Nested nested(depth_, pointer);
  check_keywords(schema, pointer);
  return of_object(schema, pointer);
}

ExprId SchemaReader::of_object(const Json& schema, const std::string& pointer) {
  if (schema.contains("$ref")) return reference(schema, pointer);
  if (schema.contains("allOf")) return all_of(schema, pointer);
  for (const char* key : {"anyOf", "oneOf"}) {
    if (schema.contains(key)) return any_of(schema, key, pointer);
  }
  if (schema.contains("enum") || schema.contains("const")) return one_of_values(schema, pointer);
  return of_types(schema, pointer);
}

const Json& SchemaReader::resolve(const Json& reference, const std::string& pointer) const {
  const std::string at = pointer_to(pointer, "$ref");
  if (!reference.is_string()) throw_schema(at, "not a string");
  const auto& text = reference.get_ref<const std::string&>();
  if (!text.starts_with("#") || (text.size() > 1 && text[1] != '/')) {
    throw_schema(at, fmt::format("'{}' is not in this document", text), "references begin with \"#/\"");
  }
  try {
    return root_.at(Json::json_pointer(text.substr(1)));
  } catch (const Json::exception&) {
    throw_schema(at, fmt::format("there is nothing at '{}'", text));
  }
}

ExprId SchemaReader::reference(const Json& schema, const std::string& pointer) {
  const Json& target = resolve(schema["$ref"], pointer);
  if (has_meaning_beside(schema, "$ref")) return this->schema(merge(target, without(schema, "$ref"), pointer), pointer);
  const auto& name = schema["$ref"].get_ref<const std::string&>();
  const auto [found, is_new] = rules_.try_emplace(name);
  if (is_new) {
    found->second = grammar_.declare(name);
    pending_.push_back({found->second, &target, name.substr(1)});
  }
  return grammar_.reference(found->second);
}

Json SchemaReader::merge(const Json& a, const Json& b, const std::string& pointer) {
  if (++merges_ > kMaxMerges) {
    throw_schema(pointer, fmt::format("more than {} schemas are to be put together", kMaxMerges));
  }
  return merge_schemas(a, b, pointer);
}

// What is put together must show its keys.
Json SchemaReader::without_references(const Json& schema, const std::string& pointer) {
  const Nested nested(depth_, pointer);
  if (!schema.is_object()) return schema;
  check_keywords(schema, pointer);
  if (schema.contains("$ref")) {
    const Json target = without_references(resolve(schema["$ref"], pointer), pointer);
    return merge(target, without_references(without(schema, "$ref"), pointer), pointer);
  }
  if (!schema.contains("allOf")) return schema;
  Json all = without(schema, "allOf");
  for (const Json& part : list_of(schema, "allOf", pointer)) {
    all = merge(all, without_references(part, pointer_to(pointer, "allOf")), pointer);
  }
  return all;
}

ExprId SchemaReader::all_of(const Json& schema, const std::string& pointer) {
  const Json& parts = list_of(schema, "allOf", pointer);
  // One part alone is how some tools put a description beside a reference.
  if (parts.size() == 1 && !has_meaning_beside(schema, "allOf")) {
    return this->schema(parts[0], pointer_to(pointer_to(pointer, "allOf"), "0"));
  }
  return this->schema(without_references(schema, pointer), pointer);
}

ExprId SchemaReader::any_of(const Json& schema, const std::string& key, const std::string& pointer) {
  const bool alone = !has_meaning_beside(schema, key);
  const Json rest = alone ? Json() : without(schema, key);
  const std::string at = pointer_to(pointer, key);
  std::vector<ExprId> ways;
  std::size_t index = 0;
  for (const Json& part : list_of(schema, key, pointer)) {
    const std::string part_at = pointer_to(at, std::to_string(index++));
    ways.push_back(alone ? this->schema(part, part_at)
                         : this->schema(merge(rest, without_references(part, part_at), part_at), part_at));
  }
  return grammar_.choice(std::move(ways));
}

ExprId SchemaReader::one_of_values(const Json& schema, const std::string& pointer) {
  const bool many = schema.contains("enum");
  const std::string at = pointer_to(pointer, many ? "enum" : "const");
  for (const auto& item : schema.items()) {
    const Keyword* keyword = find_keyword(item.key());
    const bool read = item.key() == "enum" || item.key() == "const" || item.key() == "type";
    if (keyword != nullptr && keyword->use != Keyword::Use::kNone && !read) {
      throw_schema(pointer_to(pointer, item.key()), fmt::format("not supported beside '{}'", many ? "enum" : "const"));
    }
  }
  const TypeSet types = schema_types(schema, pointer);
  const Json values = many ? list_of(schema, "enum", pointer) : Json::array({schema["const"]});
  std::vector<ExprId> ways;
  for (const Json& value : values) {
    const SchemaType type = type_of(value);
    const bool integer = type == SchemaType::kInteger && (types & type_bit(SchemaType::kNumber)) != 0;
    if (!integer && (types & type_bit(type)) == 0) continue;
    if (many && schema.contains("const") && schema["const"] != value) continue;
    ways.push_back(json_.literal(dump_json(value)));
  }
  if (ways.empty()) throw_schema(at, "no value is of the type asked for");
  return grammar_.choice(std::move(ways));
}

ExprId SchemaReader::of_types(const Json& schema, const std::string& pointer) {
  const TypeSet types = schema_types(schema, pointer);
  if (types == kEveryType) return json_.value();
  std::vector<ExprId> ways;
  for (int i = 0; i < kSchemaTypes; ++i) {
    const auto type = static_cast<SchemaType>(i);
    const bool in_number = type == SchemaType::kInteger && (types & type_bit(SchemaType::kNumber)) != 0;
    if ((types & type_bit(type)) != 0 && !in_number) ways.push_back(of_type(type, schema, pointer));
  }
  return grammar_.choice(std::move(ways));
}

ExprId SchemaReader::of_type(SchemaType type, const Json& schema, const std::string& pointer) {
  switch (type) {
    case SchemaType::kNull: return json_.literal("null");
    case SchemaType::kBoolean: return grammar_.choice({json_.literal("true"), json_.literal("false")});
    case SchemaType::kInteger: return number(schema, pointer, /*whole=*/true);
    case SchemaType::kNumber: return number(schema, pointer, /*whole=*/false);
    case SchemaType::kString: return string(schema, pointer);
    case SchemaType::kArray: return array(schema, pointer);
    case SchemaType::kObject: break;
  }
  return object(schema, pointer);
}

std::uint32_t schema_count(const Json& schema, const char* key, std::uint32_t absent, const std::string& pointer) {
  const auto found = schema.find(key);
  if (found == schema.end()) return absent;
  const std::string at = pointer_to(pointer, key);
  const bool whole =
      found->is_number() && found->get<double>() >= 0 &&
      found->get<double>() == static_cast<double>(static_cast<std::uint64_t>(std::min(found->get<double>(), 1e18)));
  if (!whole) throw_schema(at, "expected a whole number from 0 on");
  if (found->get<double>() > kMaxRepeat) {
    throw_schema(at, fmt::format("{} is more than the {} allowed", found->dump(), kMaxRepeat));
  }
  return static_cast<std::uint32_t>(found->get<double>());
}

Grammar read_json_schema(std::string_view text, GrammarSource::WhiteSpace white_space) {
  const Json root = parse_json(text, "json schema");
  return SchemaReader(root, white_space).read();
}

Grammar read_json_object(GrammarSource::WhiteSpace white_space) {
  Grammar grammar;
  JsonText json(grammar, white_space);
  grammar.root = grammar.declare("a JSON object");
  grammar.define(grammar.root, json.object_value());
  return grammar;
}

}  // namespace llmops::infer::grammar
