// config.json of decoders and encoders, and sentence-transformers' modules.json.
#include "core/json.h"
#include "fuzz/fuzz.h"
#include "model/encoder_config.h"
#include "model/model_config.h"
#include "model/sentence_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace llmops;
  return fuzz::expect_typed_errors([&] {
    const Json json = parse_json(fuzz::text_of(data, size), "config.json");
    fuzz::expect_typed_errors([&] { model::parse_encoder_config(json, "config.json").parameter_count(); });
    fuzz::expect_typed_errors([&] {
      const model::ModelConfig config = model::parse_model_config(json, "config.json");
      config.parameter_count();
      model::parse_model_config(model::model_config_json(config), "written config.json");
    });
    model::read_sentence_layout(fuzz::input_file(data, size, "modules.json").parent_path());
  });
}
