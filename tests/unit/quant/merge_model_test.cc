// Merging adapters into models and taking them out again.
#include "quant/merge_model.h"

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"
#include "support/temporary_directory.h"

using namespace llmops;
using quant::merge_model;

namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

struct Place {
  test::TemporaryDirectory scratch;
  std::string base = (kGolden / "tiny-chat").string(), adapter = (kGolden / "lora/adapter").string();

  std::string path(const std::string& name) const { return (scratch.path() / name).string(); }
  quant::MergeOptions options(const std::string& output, const std::string& dtype) const {
    return {base, adapter, path(output), dtype, 1};
  }
  /// A decoder of the golden files with tiny-chat's tokenizer, which knows no token that it does not.
  void take_peft(const std::string& name) {
    adapter = (kGolden / "lora/peft" / name).string();
    const Json config = read_json_file(fs::path(adapter) / "adapter_config.json");
    base = path("base");
    fs::copy(test::decoder_golden(config["base_model_name_or_path"].get<std::string>()), base);
  }
};

}  // namespace

TEST_CASE("merging an adapter writes a model with the same logits", "[quant]") {
  const Place place;
  const auto exact = merge_model(place.options("f32", "float32"));
  CHECK(exact.max_logit_difference < 1e-4);
  const auto rounded = merge_model(place.options("bf16", "bfloat16"));
  CHECK(rounded.max_logit_difference > exact.max_logit_difference);
  CHECK(rounded.max_logit_difference < 0.5);
  CHECK(fs::exists(fs::path(place.path("f32")) / "tokenizer.json"));
  CHECK_THROWS_AS(merge_model(place.options("f32", "float32")), UsageError);
  CHECK_THROWS_AS(merge_model(place.options("x", "int3")), UsageError);
}

TEST_CASE("what rounding takes when an adapter is merged is measured, and is what unmerging finds", "[quant]") {
  Place place;
  const auto exact = merge_model(place.options("f32", "float32")),
             coarse = merge_model(place.options("bf16", "bfloat16"));
  REQUIRE(exact.drift);
  REQUIRE(coarse.drift);
  CHECK(exact.drift->max_ulps <= 32);  // a rounding for every rank, there and back
  CHECK(exact.drift->max_relative_difference < 1e-6);
  CHECK(exact.drift->changed_share == 0);  // the base is bfloat16: far coarser than what is lost
  CHECK(coarse.drift->max_ulps >= 0.25);
  CHECK(coarse.drift->max_ulps <= 1);  // one rounding to the nearest, of what may be twice as large as it was
  CHECK(coarse.drift->max_relative_difference < 0.01);
  CHECK(coarse.drift->changed_share > 0.01);
  const std::string base = place.base;
  place.base = place.path("f32");
  const auto back = quant::unmerge_model(place.options("back", "bfloat16"), base);
  REQUIRE(back.drift);
  CHECK(back.drift->changed_share == 0);
  const auto original = model::Checkpoint::open(base), again = model::Checkpoint::open(fs::path(place.path("back")));
  for (const model::TensorView& view : original.tensors()) {
    INFO(view.name);
    CHECK(to_float32(again.get(view.name)) == to_float32(view));
  }
}

TEST_CASE("whole modules are merged as they are, and the model's head is then one of its own", "[quant]") {
  Place place;
  const auto lora = model::Checkpoint::open(fs::path(place.adapter) / "adapter_model.safetensors"),
             base = model::Checkpoint::open(fs::path(place.base));
  const model::TensorView& embedding = base.get("model.embed_tokens.weight");
  std::vector<float> values = to_float32(embedding);
  for (float& value : values) value *= 1.25F;
  std::vector<model::TensorToWrite> tensors;
  for (const model::TensorView& view : lora.tensors())
    tensors.push_back({view.name, view.dtype, view.shape, view.bytes});
  tensors.push_back({"base_model.model.model.embed_tokens.weight", model::DType::kF32, embedding.shape,
                     std::as_bytes(std::span<const float>(values))});
  const fs::path adapter = place.path("adapter");
  fs::create_directories(adapter);
  model::write_safetensors(adapter, "adapter_model", tensors);
  Json config = read_json_file(fs::path(place.adapter) / "adapter_config.json");
  config["modules_to_save"] = {"embed_tokens"};
  write_file_atomic(adapter / "adapter_config.json", dump_json(config));
  place.adapter = adapter.string();

  const auto report = merge_model(place.options("merged", "float32"));
  CHECK(report.max_logit_difference < 1e-4);
  CHECK_FALSE(report.drift);
  const fs::path merged = place.path("merged");
  CHECK(read_json_file(merged / "config.json")["tie_word_embeddings"] == false);
  const auto written = model::Checkpoint::open(merged);
  CHECK(to_float32(written.get("model.embed_tokens.weight")) == values);
  CHECK(to_float32(written.get("lm_head.weight")) == to_float32(embedding));  // peft leaves the head what it was
  CHECK_THROWS_WITH(quant::unmerge_model(place.options("x", "float32"), ""),
                    Catch::Contains("keeps 'model.embed_tokens.weight' whole"));
}

TEST_CASE("adapters whose base cannot be known again are not taken out", "[quant]") {
  Place place;
  place.take_peft("dora");
  CHECK_THROWS_WITH(quant::unmerge_model(place.options("x", "float32"), ""), Catch::Contains("DoRA"));
  CHECK_FALSE(fs::exists(place.path("x")));
}
