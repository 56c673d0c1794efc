// YAML recipes, and JSON lines.
#include "config/yaml_reader.h"
#include "core/json.h"
#include "core/json_lines.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  const std::string_view text = fuzz::text_of(data, size);
  for (const JsonLine& line : split_json_lines(text, "lines.jsonl"))
    fuzz::expect_typed_errors([&] { dump_json(parse_json(line.text, line.origin)); });
  return fuzz::expect_typed_errors([&] {
    config::YamlDocument document = config::YamlDocument::from_text(text, "recipe.yaml", {"a.b=1"});
    config::YamlObject root = document.root();
    int count = 0;
    root.optional("count", count);
    for (const std::string& key : root.keys()) root.json(key);
    document.finish();
  });
}
