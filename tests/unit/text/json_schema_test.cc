// Values that fit a JSON Schema, values that do not, and schemas that are wrong.
#include "text/json_schema.h"

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;

namespace {

bool accepts(const char* schema, const char* value) {
  return text::JsonSchema(Json::parse(schema)).accepts(Json::parse(value));
}

}  // namespace

TEST_CASE("every keyword tells what fits from what does not", "[text]") {
  struct Case {
    const char *schema, *fits, *not_fits;
  };
  const Case cases[] = {
      {R"({"type": "integer"})", "2.0", "2.5"},
      {R"({"type": ["string", "null"]})", "null", "1"},
      {R"({"enum": [1, "a"]})", R"("a")", R"("b")"},
      {R"({"const": {"a": 1}})", R"({"a": 1})", R"({"a": 2})"},
      {R"({"required": ["a"]})", R"({"a": null})", R"({"b": 1})"},
      {R"({"properties": {"a": {"type": "string"}}})", R"({"b": 1})", R"({"a": 1})"},
      {R"({"properties": {"a": true}, "additionalProperties": false})", R"({"a": 1})", R"({"b": 1})"},
      {R"({"additionalProperties": {"type": "null"}})", R"({"a": null})", R"({"a": 1})"},
      {R"({"minProperties": 1, "maxProperties": 2})", R"({"a": 1})", "{}"},
      {R"({"items": {"type": "number"}})", "[1, 2.5]", R"([1, "a"])"},
      {R"({"prefixItems": [{"type": "null"}], "items": {"type": "string"}})", R"([null, "a"])", R"(["a"])"},
      {R"({"minItems": 1, "maxItems": 2})", "[1]", "[1, 2, 3]"},
      {R"({"uniqueItems": true})", R"([1, "1"])", R"([{"a": 1}, {"a": 1}])"},
      {R"({"minLength": 2, "maxLength": 2})", R"("äö")", R"("ä")"},
      {R"({"pattern": "^[a-z]+$"})", R"("abc")", R"("ABC")"},
      {R"({"minimum": 1, "maximum": 2})", "2", "2.1"},
      {R"({"exclusiveMinimum": 1, "exclusiveMaximum": 2})", "1.5", "1"},
      {R"({"multipleOf": 0.1})", "0.3", "0.35"},
      {R"({"anyOf": [{"type": "null"}, {"minimum": 3}]})", "3", "2"},
      {R"({"oneOf": [{"minimum": 3}, {"maximum": 5}]})", "2", "4"},
      {R"({"allOf": [{"minimum": 3}, {"maximum": 5}]})", "4", "6"},
      {R"({"not": {"type": "null"}})", "0", "null"},
      {R"({"$defs": {"n": {"type": "null"}}, "items": {"$ref": "#/$defs/n"}})", "[null]", "[1]"},
      {R"({"properties": {"next": {"$ref": "#"}}, "additionalProperties": false})", R"({"next": {"next": {}}})",
       R"({"next": {"other": {}}})"},
  };
  for (const Case& one : cases) {
    INFO(one.schema);
    CHECK(accepts(one.schema, one.fits));
    CHECK_FALSE(accepts(one.schema, one.not_fits));
  }
  CHECK(accepts("true", "1"));
  CHECK_FALSE(accepts("false", "1"));
}

TEST_CASE("a schema that cannot be meant is an error that says where", "[text]") {
  const auto problem = [](const char* schema) {
    try {
      text::JsonSchema compiled(Json::parse(schema));
      return std::string();
    } catch (const InputError& error) {
      return std::string(error.what());
    }
  };
  CHECK(problem(R"({"propertys": {}})") == "schema: keyword 'propertys' is not known, at #");
  CHECK(problem(R"({"properties": {"a": {"minimun": 1}}})") ==
        "schema: keyword 'minimun' is not known, at #/properties/a");
  CHECK(problem(R"({"minimum": "1"})") == "schema: 'minimum' is string where number is expected, at #");
  CHECK(problem(R"({"$ref": "#/$defs/x"})") == "schema: '$ref' names nothing: '#/$defs/x'");
  CHECK_THAT(problem(R"({"pattern": "("})"), Catch::Contains("schema: 'pattern' at #"));
  CHECK(problem("[]") == "schema: array where a schema is expected, at #");
  const text::JsonSchema circle(Json::parse(R"({"$ref": "#"})"));
  CHECK_THROWS_WITH(circle.accepts(1), "schema: references go round in a circle");
}
