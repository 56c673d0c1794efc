// Adapters: peft's logits, files that come back as written, merging, and clear errors for what does not fit.
#include "model/lora.h"

#include <ATen/core/grad_mode.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

model::Decoder tiny() { return model::Decoder::load(kGolden / "tiny-chat", at::kFloat); }

/// (T, V)
at::Tensor logits_of(const model::Decoder& decoder, const std::vector<std::int64_t>& tokens) {
  const at::NoGradGuard no_grad;
  const model::Segment segment{0, static_cast<std::int64_t>(tokens.size())};
  const at::Tensor input = at::tensor(at::ArrayRef<std::int64_t>(tokens), at::TensorOptions(at::kLong));
  return decoder.logits(decoder.hidden(input, std::span(&segment, 1)));
}

double difference(const at::Tensor& found, const std::vector<double>& expected) {
  const at::Tensor reference = at::tensor(at::ArrayRef<double>(expected), at::TensorOptions(at::kDouble));
  return (found.to(at::kDouble) - reference).abs().max().item<double>();
}

/// The golden adapter, copied so that a test can spoil it.
void copy_adapter(const fs::path& to) {
  for (const char* name : {"adapter_config.json", "adapter_model.safetensors"}) {
    fs::copy_file(kGolden / "lora/adapter" / name, to / name);
  }
}

}  // namespace

TEST_CASE("base and adapter give peft's logits", "[model][lora]") {
  const Json golden = read_json_file(kGolden / "lora/logits.json");
  const auto tokens = golden["tokens"].get<std::vector<std::int64_t>>();
  model::Decoder decoder = tiny();
  const at::Tensor plain = logits_of(decoder, tokens);
  const model::LoraConfig config = model::load_lora(decoder, kGolden / "lora/adapter");
  CHECK(config.r == 4);
  CHECK(config.scale() == Approx(1.5));
  const at::Tensor adapted = logits_of(decoder, tokens);
  CHECK(difference(adapted[0], golden["first"].get<std::vector<double>>()) < 1e-4);
  CHECK(difference(adapted[-1], golden["last"].get<std::vector<double>>()) < 1e-4);
  CHECK((plain - adapted).abs().max().item<double>() > 0.01);  // the adapter does something
}

TEST_CASE("a saved adapter loads to the same tensors and merging keeps the logits", "[model][lora]") {
  const std::vector<std::int64_t> tokens = {1, 9, 40, 200, 7};
  test::TemporaryDirectory scratch;
  model::Decoder first = tiny();
  const model::LoraConfig config = model::load_lora(first, kGolden / "lora/adapter");
  model::save_lora(first, config, scratch.path() / "saved");
  model::Decoder second = tiny();
  model::load_lora(second, scratch.path() / "saved");
  const auto before = model::lora_tensors(first), after = model::lora_tensors(second);
  REQUIRE(before.size() == 28);  // 2 layers x 7 linears x A, B
  CHECK(before[0].first == "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight");
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].first == after[i].first);
    CHECK(at::equal(before[i].second, after[i].second));
  }
  const at::Tensor adapted = logits_of(first, tokens);
  model::merge_lora(first);
  CHECK(model::lora_tensors(first).empty());
  CHECK((adapted - logits_of(first, tokens)).abs().max().item<double>() < 1e-5);
}

TEST_CASE("a fresh adapter changes nothing, follows its seed and is bounded as torch's linear is", "[model][lora]") {
  model::LoraConfig config;
  config.r = 4;
  config.target_modules = {"q_proj", "mlp.down_proj"};
  model::Decoder a = tiny(), b = tiny(), c = tiny();
  const at::Tensor plain = logits_of(a, {1, 2, 3});
  model::attach_lora(a, config, 1);
  model::attach_lora(b, config, 1);
  model::attach_lora(c, config, 2);
  CHECK(at::equal(plain, logits_of(a, {1, 2, 3})));
  const auto first = model::lora_tensors(a), same = model::lora_tensors(b), other = model::lora_tensors(c);
  REQUIRE(first.size() == 8);
  for (std::size_t i = 0; i < first.size(); i += 2) {  // A, then B
    CHECK(at::equal(first[i].second, same[i].second));
    CHECK_FALSE(at::equal(first[i].second, other[i].second));
    const double bound = 1 / std::sqrt(static_cast<double>(first[i].second.size(1)));
    const double largest = first[i].second.abs().max().item<double>();
    CHECK(largest <= bound);
    CHECK(largest > 0.9 * bound);
    CHECK(first[i + 1].second.abs().max().item<double>() == 0);
    CHECK(first[i].second.requires_grad());
  }
}

TEST_CASE("rsLoRA scales by the root of the rank", "[model][lora]") {
  model::LoraConfig config;
  config.r = 16;
  config.lora_alpha = 8;
  CHECK(config.scale() == Approx(0.5));
  config.use_rslora = true;
  CHECK(config.scale() == Approx(2));
}

TEST_CASE("adapters that do not fit are refused by name", "[model][lora]") {
  test::TemporaryDirectory scratch;
  model::Decoder decoder = tiny();
  model::LoraConfig config;
  config.target_modules = {"q_porj"};
  CHECK_THROWS_WITH(model::attach_lora(decoder, config, 1),
                    "lora_target_modules: 'q_porj' names no layer of the model");
  CHECK_THROWS_AS(model::load_lora(decoder, scratch.path()), NotFoundError);

  copy_adapter(scratch.path());
  Json json = read_json_file(scratch.path() / "adapter_config.json");
  const fs::path config_path = scratch.path() / "adapter_config.json";
  const auto load_with = [&](const char* key, const Json& value) {
    Json changed = json;
    changed[key] = value;
    write_file_atomic(config_path, dump_json(changed));
    model::load_lora(decoder, scratch.path());
  };
  CHECK_THROWS_WITH(load_with("use_dora", true), config_path.string() + ": 'use_dora' is not supported");
  CHECK_THROWS_WITH(load_with("init_lora_weights", "pissa_niter_4"),
                    config_path.string() + ": init_lora_weights \"pissa_niter_4\" is not supported");
  CHECK_THROWS_WITH(load_with("peft_type", "IA3"), config_path.string() + ": peft_type 'IA3' is not supported");
  CHECK_THROWS_WITH(load_with("r", 8), Catch::Contains("has shape (4, 128), expected (8, 128)"));
  CHECK_THROWS_AS(load_with("r", "four"), InputError);
  CHECK(model::lora_tensors(decoder).empty());  // nothing half-attached

  write_file_atomic(config_path, dump_json(json));
  const fs::path weights = scratch.path() / "adapter_model.safetensors";
  fs::resize_file(weights, fs::file_size(weights) / 2);
  CHECK_THROWS_AS(model::load_lora(decoder, scratch.path()), InputError);
}
