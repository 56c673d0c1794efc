// JSON Schema: which documents a schema allows, and where the errors point.
#include "core/error.h"
#include "support/catch.h"
#include "support/grammar_walk.h"

using namespace llmops;
using namespace llmops::test;

TEST_CASE("a JSON schema allows the documents it describes", "[infer]") {
  const Examples cases[] = {
      {R"({"type":"null"})", {"null"}, {"nul", "0"}},
      {R"({"type":"boolean"})", {"true", "false"}, {"null"}},
      {R"({"type":"integer"})", {"0", "-1", "120", "1234567890123456"}, {"01", "-0", "1.0", "", "12345678901234567"}},
      {R"({"type":"number"})", {"0", "-0.5", "1e5", "1.25E-3"}, {".5", "1.", "+1", "01"}},
      {R"({"type":"string"})",
       {R"("")", R"("a\"b\\\u00e9\n")", R"("é😀")", R"("\ud83d\ude00")"},
       {R"("\ud83d")", "\"\n\"", R"("\x")", "\"\xff\"", "\"a"}},
      {R"({"type":["string","null"]})", {"null", R"("a")"}, {"1"}},
      {R"({"enum":["a",1,null,{"b":[1,2]}]})", {R"("a")", "1", "null", R"({"b":[1,2]})"}, {R"("b")", "2"}},
      {R"({"enum":["a",1,2.5],"type":"number"})", {"1", "2.5"}, {R"("a")"}},
      {R"({"const":"\u00e9\n"})", {"\"é\\n\""}, {"\"e\""}},
      {R"({"anyOf":[{"type":"integer"},{"type":"boolean"}]})", {"1", "true"}, {"null"}},
      {R"({"type":"array","items":{"type":"integer"}})",
       {"[]", "[1]", "[1,2]", "[ 1, 2 ]", "[\n  1,\n  2\n]"},
       {"[1,]", "[,1]", "[1 2]", "[true]"}},
      {R"({"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3})",
       {"[1,2]", "[1,2,3]"},
       {"[]", "[1]", "[1,2,3,4]"}},
      {R"({"type":"array","maxItems":0})", {"[]"}, {"[1]"}},
      {R"({"type":"array"})", {"[]", R"([1,"a",{"b":[]}])"}, {"{}"}},
      {R"({"prefixItems":[{"type":"integer"},{"type":"string"}]})", {R"([1,"a"])"}, {"[]", "[1]", R"([1,"a",2])"}},
      {R"({"prefixItems":[{"const":1},{"const":2}],"minItems":1,"items":{"const":3}})",
       {"[1]", "[1,2]", "[1,2,3]", "[1,2,3,3]"},
       {"[]", "[2]", "[1,3]"}},
      {R"({"prefixItems":[{"const":1},{"const":2}],"minItems":0,"items":false})", {"[]", "[1]", "[1,2]"}, {"[1,2,3]"}},
      {R"({"prefixItems":[{"const":1}],"items":{"const":3},"minItems":2,"maxItems":3})",
       {"[1,3]", "[1,3,3]"},
       {"[1]", "[1,3,3,3]"}},
      {R"({"items":[{"const":1}],"additionalItems":{"const":3}})", {"[1]", "[1,3]"}, {"[]", "[3]"}},
      {R"({"properties":{"a":{"type":"integer"},"b":{"type":"boolean"}},"required":["a","b"]})",
       {R"({"a":1,"b":true})", R"({"a": 1, "b": true})", "{\n\t\"a\": 1,\n\t\"b\": true\n}",
        R"({ "a": 1, "b": true })"},
       {"{}", R"({"a":1})", R"({"b":true,"a":1})", R"({"a":1,"b":true,"c":1})", R"({"a" :1,"b":true})"}},
      {R"({"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}},"required":["b"]})",
       {R"({"b":2})", R"({"a":1,"b":2})", R"({"b":2,"c":3})", R"({"a":1,"b":2,"c":3})"},
       {"{}", R"({"a":1})", R"({"b":2,"a":1})", R"({"a":1,"c":3})", R"({,"b":2})", R"({"b":2,})"}},
      {R"({"properties":{"a":{"const":1},"b":{"const":2}}})",
       {"{}", R"({"a":1})", R"({"b":2})", R"({"a":1,"b":2})"},
       {R"({"b":2,"a":1})", "{,}"}},
      {R"({"properties":{"a":{"const":1}},"additionalProperties":{"const":2},"required":["a"]})",
       {R"({"a":1})", R"({"a":1,"b":2})", R"({"a":1,"aa":2,"":2})", R"({"a":1,"\"":2})"},
       {R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", R"({"b":2})", R"({"a":1,"b":1})"}},
      {R"({"properties":{"ab":{"const":1},"ac":{"const":1},"é":{"const":1}},"additionalProperties":true})",
       {R"({"a":null})", R"({"abc":[],"è":{}})", R"({"ab":1,"ad":2})"},
       {R"({"ab":2})", R"({"é":2})"}},
      {R"({"type":"object","additionalProperties":false})", {"{}"}, {R"({"a":1})"}},
      {R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":1,"maxProperties":2})",
       {R"({"a":1})", R"({"a":1,"b":2})"},
       {"{}", R"({"a":true})", R"({"a":1,"b":2,"c":3})"}},
      {R"({"required":["z"],"properties":{"a":{"const":1}}})", {R"({"z":[1]})", R"({"a":1,"z":null})"}, {"{}"}},
      {R"({"properties":{"a":{"const":1},"never":false}})", {"{}", R"({"a":1})"}, {R"({"never":1})"}},
      {R"({"type":"string","minLength":2,"maxLength":3})",
       {R"("ab")", R"("éé\n")", R"("\ud83d\ude00a")"},
       {R"("a")", R"("abcd")"}},
      {R"({"type":"string","pattern":"^[a-c]+$"})", {R"("abc")"}, {R"("")", R"("abd")"}},
      {R"({"type":"string","pattern":"b"})", {R"("b")", R"("abc")", R"("\n\\b")"}, {R"("")", R"("ac")"}},
      {R"({"type":"string","pattern":"^\"\\\\\\n$"})", {R"("\"\\\n")"}, {R"("a")"}},
      {R"({"type":"integer","minimum":-12,"maximum":105})",
       {"-12", "-9", "0", "7", "99", "100", "105"},
       {"-13", "106", "110", "1000", "-0", "007"}},
      {R"({"type":"integer","exclusiveMinimum":0})", {"1", "10", "999"}, {"0", "-1"}},
      {R"({"type":"integer","exclusiveMaximum":0})", {"-1", "-10"}, {"0", "1", "-0"}},
      {R"({"type":"integer","minimum":1.5,"maximum":3.5})", {"2", "3"}, {"1", "4"}},
      {R"({"type":"integer","minimum":-9223372036854775807,"maximum":9223372036854775807})",
       {"9223372036854775807", "-9223372036854775807", "0"},
       {"9223372036854775808"}},
      {R"({"type":"number","minimum":0})", {"0", "0.5", "1e3", "12"}, {"-1", "-0.5"}},
      {R"({"type":"number","minimum":-2,"exclusiveMaximum":3})",
       {"-2", "-2.0", "-1.5", "-0.5", "0", "2.999"},
       {"-2.1", "3", "3.0", "1e5"}},
      {R"({"type":"number","exclusiveMinimum":0,"maximum":1})", {"0.5", "1", "1.0"}, {"0", "0.0", "1.1", "-1"}},
      {R"({"format":"date"})",
       {R"("2024-02-29")", R"("2023-12-31")"},
       {R"("2024-02-30")", R"("2023-02-29")", R"("1900-02-29")"}},
      {R"({"format":"date-time"})",
       {R"("2024-01-02T03:04:05Z")", R"("2024-01-02T03:04:05.5+01:00")"},
       {R"("2024-01-02")"}},
      {R"({"format":"uuid"})", {R"("123e4567-e89b-12d3-a456-426614174000")"}, {R"("123e4567")"}},
      {R"({"format":"email"})", {R"("a.b@c-d.org")"}, {R"("a@b")", R"("@b.c")"}},
      {R"({"format":"ipv4"})", {R"("192.168.0.255")"}, {R"("256.1.1.1")"}},
      {R"({"$ref":"#/$defs/n","$defs":{"n":{"properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"]}}})",
       {R"({"v":1,"next":null})", R"({"v":1,"next":{"v":2,"next":null}})"},
       {R"({"v":1})", R"({"v":1,"next":{}})"}},
      {R"({"properties":{"a":{"$ref":"#/definitions/x","description":"d"}},"required":["a"],"definitions":{"x":{"const":1}}})",
       {R"({"a":1})"},
       {R"({"a":2})"}},
      {R"({"properties":{"child":{"$ref":"#"}}})", {"{}", R"({"child":{"child":{}}})"}, {R"({"child":1})"}},
      {R"({"allOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"properties":{"b":{"const":2}},"required":["b"]}}})",
       {R"({"a":1,"b":2})"},
       {R"({"a":1})", R"({"b":2})"}},
      {R"({"allOf":[{"type":"integer","minimum":2},{"type":"number","minimum":4,"maximum":9},{"maximum":7}]})",
       {"4", "7"},
       {"3", "8", "5.5"}},
      {R"({"type":"object","properties":{"k":{"const":"k"}},"anyOf":[{"properties":{"x":{"const":1}},"required":["x"]},{"properties":{"y":{"const":2}},"required":["y"]}],"required":["k"]})",
       {R"({"k":"k","x":1})", R"({"k":"k","y":2})"},
       {R"({"k":"k"})", R"({"x":1})"}},
      {"true", {"1", R"({"a":[null,1.5e3,"x"]})"}, {"", "{"}},
      {"{}", {"[]", "false"}, {"x"}},
  };
  for (const Examples& test : cases) {
    INFO(test.grammar);
    CHECK(misjudged(schema(test.grammar), test) == std::vector<std::string>{});
  }
}

TEST_CASE("any JSON object, and documents without white space", "[infer]") {
  const auto object = grammar_of(GrammarSource::Kind::kJsonObject, "");
  const Examples examples = {"", {"{}", R"({"a":{"b":[1,{}]}})", "{ \"a\": 1 }"}, {"[]", "1", "{\"a\":}", "{} "}};
  CHECK(misjudged(object, examples) == std::vector<std::string>{});
  const auto compact =
      TokenGrammar::compile({GrammarSource::Kind::kJsonSchema, R"({"properties":{"a":{"items":{"type":"integer"}}}})",
                             GrammarSource::WhiteSpace::kNone},
                            vocabulary());
  CHECK(matches(compact, R"({"a":[1,2]})"));
  CHECK_FALSE(matches(compact, R"({"a": [1,2]})"));
}

TEST_CASE("what a schema may not hold is an error with its JSON pointer", "[infer]") {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"properties":{"a/b":{"not":{}}}})", "json schema: '/properties/a~1b/not': not supported"},
      {R"({"items":{"propertes":{}}})", "json schema: '/items/propertes': unknown key 'propertes'"},
      {R"({"type":"strng"})", "json schema: '/type': unknown type 'strng'"},
      {R"({"type":[]})", "json schema: '/type': the list of types is empty"},
      {R"({"format":"dat"})", "json schema: '/format': format 'dat' is not supported"},
      {R"-({"pattern":"a(?=b)"})-", "json schema: '/pattern': column 2: lookaround '(?=' is not supported"},
      {R"({"pattern":"a","maxLength":3})", "json schema: '/maxLength': not supported beside 'pattern'"},
      {R"({"type":"number","multipleOf":2})", "json schema: '/multipleOf': not supported"},
      {R"({"type":"number","minimum":0.5})",
       "json schema: '/minimum': a bound with a fraction is not supported for numbers"},
      {R"({"type":"array","uniqueItems":true})", "json schema: '/uniqueItems': not supported"},
      {R"({"minItems":-1})", "json schema: '/minItems': expected a whole number from 0 on"},
      {R"({"type":"string","maxLength":1000000})", "json schema: '/maxLength': 1000000 is more than the 65536 allowed"},
      {R"({"minItems":3,"maxItems":2})", "json schema: '': at least 3 items and at most 2 leave no array"},
      {R"({"$ref":"#/$defs/x"})", "json schema: '/$ref': there is nothing at '#/$defs/x'"},
      {R"({"$ref":"other.json"})", "json schema: '/$ref': 'other.json' is not in this document"},
      {R"({"$ref":"#"})", "grammar: '#' matches nothing"},
      {R"({"properties":{"a":{"$ref":"#"}},"required":["a"]})", "grammar: '#' matches nothing"},
      {R"({"type":"integer","minimum":3,"maximum":2})", "grammar: '#' matches nothing"},
      {"false", "grammar: '#' matches nothing"},
      {R"({"required":["b"],"properties":{"a":{}},"additionalProperties":false})",
       "json schema: '/required': 'b' is not among the properties"},
      {R"({"enum":[]})", "json schema: '/enum': expected a list that is not empty"},
      {R"({"enum":["a"],"type":"integer"})", "json schema: '/enum': no value is of the type asked for"},
      {R"({"allOf":[{"type":"string"},{"type":"integer"}]})",
       "json schema: '/type': no type is in all of the schemas that are put together"},
      {R"({"allOf":[{"$ref":"#"},{"type":"integer"}]})", "json schema: '/allOf/allOf/"},
      {R"({"allOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"b":{}}}]})",
       "json schema: '': 'additionalProperties' of one part leaves no room for 'b' of another"},
      {R"({"properties":3})", "json schema: '/properties': expected an object of schemas"},
      {R"({"items":3})", "json schema: '/items': a schema is an object, true or false"},
      {R"({"type":"object",})", "json schema:1:18: "},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK_THROWS_WITH(schema(text), Catch::StartsWith(message));
  }
  try {
    schema(R"({"items":{"propertes":{}}})");
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK(error.hint() == "did you mean 'properties'?");
  }
}
