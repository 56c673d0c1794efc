// Adapters: peft's logits, files that come back as written, merging, and clear errors for what does not fit.
#include "model/lora.h"

#include <ATen/core/grad_mode.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/checkpoint.h"
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

const fs::path kPeft = kGolden / "lora/peft";

fs::path base_folder(const std::string& name) {
  const Json config = read_json_file(kPeft / name / "adapter_config.json");
  return kGolden / "decoder" / config["base_model_name_or_path"].get<std::string>();
}

model::Decoder base_of(const std::string& name) { return model::Decoder::load(base_folder(name), at::kFloat); }

/// What the logits are of.
std::vector<std::int64_t> tokens_of(const std::string& name) {
  const auto file = model::Checkpoint::open(base_folder(name) / "golden.safetensors");
  const auto* values = reinterpret_cast<const std::int32_t*>(file.get("tokens").bytes.data());
  return {values, values + 8};
}

at::Tensor as_tensor(const model::TensorView& view) {
  return at::tensor(at::ArrayRef<float>(model::to_float32(view)), at::TensorOptions(at::kFloat)).view(view.shape);
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

TEST_CASE("a saved adapter loads to the same tensors", "[model][lora]") {
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
  CHECK(at::equal(logits_of(first, tokens), logits_of(second, tokens)));
}

TEST_CASE("a fresh adapter changes nothing, follows its seed and is bounded as torch's linear is", "[model][lora]") {
  model::LoraConfig config;
  config.r = 4;
  config.target_modules.names = {"q_proj", "mlp.down_proj"};
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

const std::vector<std::string> kKinds = {"regex",    "rslora",    "dora",  "dora_conv1d", "dora_grouped",
                                         "patterns", "lora_bias", "saved", "saved_tied",  "saved_conv1d"};

TEST_CASE("every kind of adapter gives peft's logits and comes back as it was", "[model][lora]") {
  const auto golden = model::Checkpoint::open(kPeft / "golden.safetensors");
  for (const std::string& name : kKinds) {
    INFO(name);
    test::TemporaryDirectory scratch;
    model::Decoder decoder = base_of(name);
    const std::vector<std::int64_t> tokens = tokens_of(name);
    const at::Tensor plain = logits_of(decoder, tokens);
    const model::LoraConfig config = model::load_lora(decoder, kPeft / name);
    const at::Tensor wanted = as_tensor(golden.get(name + ".logits")), adapted = logits_of(decoder, tokens);
    CHECK((adapted - wanted).abs().max().item<double>() < 1e-5);
    CHECK((adapted - plain).abs().max().item<double>() > 0.01);

    model::save_lora(decoder, config, scratch.path());
    const auto before = model::Checkpoint::open(kPeft / name / "adapter_model.safetensors");
    const auto after = model::Checkpoint::open(scratch.path() / "adapter_model.safetensors");
    REQUIRE(before.tensors().size() == after.tensors().size());
    for (const model::TensorView& view : before.tensors()) {
      INFO(view.name);
      CHECK(at::equal(as_tensor(view), as_tensor(after.get(view.name))));
    }
    model::Decoder other = base_of(name);
    model::LoraConfig fresh = config;
    if (name == "regex") fresh.target_modules.pattern = R"(model\.layers\.\d+\.self_attn\.[qv]_proj)";
    model::attach_lora(other, fresh, 1);
    model::restore_lora(other, scratch.path());
    CHECK(at::equal(logits_of(other, tokens), adapted));
  }
}

/// In a file with both names of one tensor, the one that training knows it by.
std::string trained_name(const std::string& name, const std::string& key) {
  const bool head = name == "saved_tied" && key == "base_model.model.lm_head.weight";
  return head ? "base_model.model.model.embed_tokens.weight" : key;
}

TEST_CASE("gradients of whatever an adapter trains are peft's", "[model][lora]") {
  const auto golden = model::Checkpoint::open(kPeft / "golden.safetensors");
  const std::map<std::string, int> kinds = {{"dora", 9}, {"lora_bias", 6}, {"saved", 8}, {"saved_tied", 3}};
  for (const auto& [name, tensors] : kinds) {
    for (const bool checkpoint : {false, true}) {
      model::Decoder decoder = base_of(name);
      model::load_lora(decoder, kPeft / name);
      for (auto& [key, tensor] : model::lora_tensors(decoder)) tensor.requires_grad_(true);
      const std::vector<std::int64_t> tokens = tokens_of(name);
      const at::Tensor all = at::tensor(at::ArrayRef<std::int64_t>(tokens), at::TensorOptions(at::kLong));
      const model::Segment segment{0, all.size(0)};
      const at::Tensor logits = decoder.logits(decoder.hidden(all, std::span(&segment, 1), checkpoint));
      at::cross_entropy_loss(logits.slice(0, 0, -1), all.slice(0, 1), {}, at::Reduction::Sum).backward();
      int compared = 0;
      for (const auto& [key, tensor] : model::lora_tensors(decoder)) {
        const model::TensorView* view = golden.find(name + ".grad." + trained_name(name, key));
        if (view == nullptr) continue;
        INFO(name << ' ' << key);
        ++compared;
        const at::Tensor wanted = as_tensor(*view);
        CHECK((tensor.grad() - wanted).abs().max().item<double>() < 1e-4 * (1 + wanted.abs().max().item<double>()));
      }
      CHECK(compared == tensors);
    }
  }
}

TEST_CASE("modules to save are copied, trained and named as peft does", "[model][lora]") {
  model::LoraConfig config;
  config.r = 2;
  config.modules_to_save = {"embed_tokens", "mlp.down_proj"};
  model::Decoder decoder = tiny();  // its head is its embedding
  const at::Tensor plain = logits_of(decoder, {1, 2, 3});
  model::attach_lora(decoder, config, 1);
  CHECK(at::equal(logits_of(decoder, {1, 2, 3}), plain));
  CHECK_FALSE(decoder.config().tied_embeddings);
  CHECK(decoder.linears().at("model.layers.0.mlp.down_proj")->lora == nullptr);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : model::lora_tensors(decoder)) tensors[name] = tensor;
  CHECK(tensors.size() == 27);  // 2 layers x 6 linears x A and B, 2 matrices and the embedding
  REQUIRE(tensors.contains("base_model.model.model.layers.1.mlp.down_proj.weight"));
  CHECK(tensors.at("base_model.model.model.embed_tokens.weight").requires_grad());
  CHECK_FALSE(decoder.head().weight.requires_grad());
  config.modules_to_save = {"embed_tokns"};
  CHECK_THROWS_WITH(model::attach_lora(decoder, config, 1),
                    "modules_to_save: 'embed_tokns' names no module of the model");
}

TEST_CASE("a fresh DoRA adapter changes nothing; normal starts have the deviation 1 / r", "[model][lora]") {
  model::LoraConfig config;
  config.r = 8;
  config.use_dora = true;
  config.init_lora_weights = "gaussian";
  config.rank_pattern = {{"down_proj", 2}};
  model::Decoder decoder = tiny();
  const at::Tensor plain = logits_of(decoder, {1, 2, 3});
  model::attach_lora(decoder, config, 1);
  CHECK((plain - logits_of(decoder, {1, 2, 3})).abs().max().item<double>() < 1e-4);
  CHECK(model::lora_tensors(decoder).size() == 42);  // 2 layers x 7 linears x A, B, magnitude
  const auto linears = decoder.linears();
  const at::Tensor& down = linears.at("model.layers.0.mlp.down_proj")->lora->a;
  CHECK(down.size(0) == 2);
  CHECK(down.std().item<double>() == Approx(0.5).epsilon(0.2));
  CHECK(linears.at("model.layers.1.mlp.up_proj")->lora->a.std().item<double>() == Approx(0.125).epsilon(0.2));
  CHECK(linears.at("model.layers.1.mlp.up_proj")->lora->magnitude.requires_grad());
}

TEST_CASE("adapters that do not fit are refused by name", "[model][lora]") {
  test::TemporaryDirectory scratch;
  model::Decoder decoder = tiny();
  model::LoraConfig config;
  config.target_modules.names = {"q_porj"};
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
  CHECK_THROWS_WITH(load_with("use_dora", true), Catch::Contains("lora_magnitude_vector"));  // which it has not
  CHECK_THROWS_WITH(load_with("init_lora_weights", "pissa_niter_4"),
                    config_path.string() + ": init_lora_weights 'pissa_niter_4' is not supported");
  CHECK_THROWS_WITH(load_with("peft_type", "IA3"), config_path.string() + ": peft_type 'IA3' is not supported");
  CHECK_THROWS_WITH(load_with("r", 8), Catch::Contains("has shape (4, 128), expected (8, 128)"));
  CHECK_THROWS_AS(load_with("r", "four"), InputError);
  CHECK(model::lora_tensors(decoder).empty());  // nothing half-attached

  write_file_atomic(config_path, dump_json(json));
  const fs::path weights = scratch.path() / "adapter_model.safetensors";
  fs::resize_file(weights, fs::file_size(weights) / 2);
  CHECK_THROWS_AS(model::load_lora(decoder, scratch.path()), InputError);
}
