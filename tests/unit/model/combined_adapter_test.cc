// Adapters combined: what the sum adds to a weight against what its parts add.
#include "model/combined_adapter.h"

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "model/lora_targets.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using model::LoraAdapter, model::LoraWeights, model::WeightedAdapter;

namespace {

model::ModelConfig base() { return model::read_model_config(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat"); }

/// Numbers that differ everywhere. @param layers  by the end of their path
LoraAdapter adapter(int r, const std::vector<std::string>& layers, float seed, bool biased = false) {
  LoraAdapter made;
  for (const auto& [path, shape] : model::linear_shapes(base())) {
    for (const std::string& end : layers) {
      if (!path.ends_with(end)) continue;
      LoraWeights& layer = made.layers[path];
      layer.r = r;
      layer.scale = 2.0 / r;
      for (std::int64_t i = 0; i < r * shape.in; ++i) layer.a.push_back(std::sin(seed * static_cast<float>(i + 1)));
      for (std::int64_t i = 0; i < r * shape.out; ++i) layer.b.push_back(std::cos(seed * static_cast<float>(i + 2)));
      if (biased) layer.bias.assign(static_cast<std::size_t>(shape.out), seed);
    }
  }
  made.config.lora_bias = biased;
  return made;
}

/// What the adapter adds to a row of a layer.
std::vector<float> added(const LoraAdapter& adapter, const std::string& layer, std::int64_t row) {
  std::vector<float> values(static_cast<std::size_t>(model::linear_shapes(base()).at(layer).in));
  const auto found = adapter.layers.find(layer);
  if (found != adapter.layers.end()) model::add_low_rank(found->second, row, values);
  return values;
}

}  // namespace

TEST_CASE("combined adapters add what they add, each times its weight", "[model]") {
  const std::vector<WeightedAdapter> parts = {{adapter(2, {"q_proj", "v_proj"}, 0.3F), "first", 0.75},
                                              {adapter(3, {"v_proj", "layers.0.mlp.up_proj"}, 0.7F), "second", -2}};
  const LoraAdapter sum = model::combined_adapter(parts, base());
  for (const auto& [path, shape] : model::linear_shapes(base())) {
    INFO(path);
    for (const std::int64_t row : {std::int64_t{0}, shape.out - 1}) {
      const auto first = added(parts[0].adapter, path, row), second = added(parts[1].adapter, path, row);
      const auto found = added(sum, path, row);
      for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i] == Approx(0.75 * first[i] - 2 * second[i]).margin(1e-5));
      }
    }
  }
}

TEST_CASE("a combined adapter is read back as it was written, whatever ranks its layers have", "[model]") {
  const test::TemporaryDirectory scratch;
  const bool biased = GENERATE(false, true);
  const LoraAdapter sum =
      model::combined_adapter({{adapter(2, {"q_proj", "v_proj"}, 0.3F, biased), "first", 1},
                               {adapter(3, {"v_proj", "layers.0.mlp.up_proj"}, 0.7F), "second", 0.5}},
                              base());
  model::write_adapter(sum, base(), scratch.path());
  const LoraAdapter again = model::read_lora(scratch.path(), base());
  REQUIRE(again.layers.size() == sum.layers.size());
  for (const auto& [path, layer] : sum.layers) {
    INFO(path);
    const LoraWeights& found = again.layers.at(path);
    CHECK(found.r == layer.r);
    CHECK(found.scale == Approx(1));
    CHECK(found.a == layer.a);
    CHECK(found.b == layer.b);
    CHECK(found.bias == layer.bias);
  }
  std::vector<std::string> all;
  for (const auto& [path, unused] : model::linear_shapes(base())) all.push_back(path);
  CHECK(model::LoraTargets(again.config).among(all).size() == sum.layers.size());
}

TEST_CASE("adapters that replace weights are not combined", "[model]") {
  LoraAdapter dora = adapter(2, {"q_proj"}, 0.3F), whole = dora;
  dora.config.use_dora = true;
  whole.saved["lm_head.weight"] = {1};
  CHECK_THROWS_WITH(model::combined_adapter({{dora, "out/dora", 1}}, base()), Catch::Contains("'out/dora'"));
  CHECK_THROWS_WITH(model::combined_adapter({{whole, "out/whole", 1}}, base()), Catch::Contains("modules_to_save"));
}
