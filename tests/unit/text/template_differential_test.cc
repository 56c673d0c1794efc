// The half of tests/golden/templates/differential.py that renders: not run by itself.
#include <cstdlib>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "text/chat_template.h"

using namespace llmops;

namespace {

Json render(const std::string& source, const Json& variables) {
  try {
    return {{"text", text::ChatTemplate(source, "", "").render_variables(variables).text}};
  } catch (const InputError& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

TEST_CASE("renders the templates of LLMOPS_TEMPLATE_CASES into LLMOPS_TEMPLATE_RESULTS", "[.][template-differential]") {
  const char* cases = std::getenv("LLMOPS_TEMPLATE_CASES");
  const char* results = std::getenv("LLMOPS_TEMPLATE_RESULTS");
  REQUIRE(cases != nullptr);
  REQUIRE(results != nullptr);
  const Json given = read_json_file(cases);
  Json found = Json::array();
  for (const Json& one : given["cases"]) {
    found.push_back(render(one["template"], one["variables"].is_null() ? given["variables"] : one["variables"]));
  }
  write_file_atomic(results, dump_json(found));
}
