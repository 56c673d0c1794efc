// Field names and templates over documents: what they give, and that nothing missing goes unnoticed.
#include "eval/field_template.h"

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;
using eval::FieldTemplate;

namespace {

const Json kDocument = Json::parse(
    R"({"question": "Why?", "choices": ["it's", "\"so\"", "é"], "answer": 2, "nested": {"a": [1, 2]}, "score": 0.5})");

std::string text(const std::string& source) { return FieldTemplate(source, "doc_to_text").text(kDocument, 7); }

std::string error_of(const std::string& source) {
  try {
    text(source);
  } catch (const Error& error) {
    return std::string(error.what()) + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "no error";
}

}  // namespace

TEST_CASE("a field's name gives its value, a template its text", "[eval]") {
  CHECK(text("question") == "Why?");
  CHECK(text("answer") == "2");
  CHECK(text("Q: {{question}}\nA:") == "Q: Why?\nA:");
  CHECK(text("{{question}}\n") == "Why?\n");
  CHECK(text("{{ nested.a[1] }} {{ choices[answer] }}") == "2 é");
  CHECK(text("{% for c in choices %}{{ loop.index }}. {{ c }} {% endfor %}") == "1. it's 2. \"so\" 3. é ");
  CHECK(text("{{ question | upper }}") == "WHY?");
  CHECK(text("plain words") == "plain words");
  CHECK(text("0") == "0");
  CHECK(text("") == "");
}

TEST_CASE("one expression gives a value", "[eval]") {
  CHECK(FieldTemplate("{{ choices }}", "k").value(kDocument, 0, true) == kDocument["choices"]);
  CHECK(FieldTemplate("{{ [question, 'x'] }}", "k").value(kDocument, 0, true) == Json({"Why?", "x"}));
  CHECK(FieldTemplate("choices", "k").value(kDocument, 0, true) == kDocument["choices"]);
  CHECK(FieldTemplate("{{ answer }}", "k").value(kDocument, 0) == "2");
}

TEST_CASE("a field that the document lacks is an error that names both", "[eval]") {
  CHECK(error_of("qestion") ==
        "document 7: field 'qestion' is missing, which 'doc_to_text' names | did you mean 'question'?");
  CHECK(error_of("Q: {{ qestion }}") ==
        "document 7: field 'qestion' is missing, which 'doc_to_text' names | did you mean 'question'?");
  CHECK(error_of("{{ question }} {{ nested.a }} {{ context }}").starts_with("document 7: field 'context' is missing"));
  CHECK(error_of("{{ context is defined }}") == "no error");
  CHECK(error_of("{{ context | default('none') }}") == "no error");
  CHECK(error_of("{% set x = 1 %}{{ x }}") == "no error");
  CHECK(error_of("{% for c in choices %}{{ c }}{% endfor %}") == "no error");
  CHECK(FieldTemplate("yes", "doc_to_choice", false).text(kDocument, 0) == "yes");
}

TEST_CASE("templates that do not parse or fail name the key", "[eval]") {
  CHECK(error_of("{{ question").starts_with("doc_to_text:"));
  CHECK(error_of("{{ question.x.y }}").starts_with("document 7: doc_to_text:"));
  CHECK_THROWS_AS(FieldTemplate("{% if %}", "doc_to_text"), ConfigError);
}
