// Runs whose loss is not a number now and then.
#include <cmath>

#include "core/error.h"
#include "model/safetensors.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "text/tokenizer.h"
#include "train/checkpoint_folder.h"
#include "train/finetune_lora.h"

using namespace llmops;
using test::kGolden;

namespace {

const std::string kBadRecord =
    R"({"messages": [{"role": "user", "content": "Z"}, {"role": "assistant", "content": "{}"}]})"
    "\n";

/// tiny-chat, its embedding of one letter not finite; the head is a tensor of its own, so that only texts with that
/// letter suffer.
fs::path base_with_bad_token(const fs::path& folder, char letter) {
  fs::create_directories(folder);
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "generation_config.json"}) {
    fs::copy_file(kGolden / "tiny-chat" / name, folder / name);
  }
  Json config = read_json_file(kGolden / "tiny-chat/config.json");
  config["tie_word_embeddings"] = false;
  write_file_atomic(folder / "config.json", dump_json(config));
  const auto weights = model::Checkpoint::open(kGolden / "tiny-chat");
  std::vector<model::TensorToWrite> tensors;
  for (const model::TensorView& view : weights.tensors()) {
    tensors.push_back({view.name, view.dtype, view.shape, view.bytes});
  }
  const model::TensorView& embedding = weights.get("model.embed_tokens.weight");
  tensors.push_back({"lm_head.weight", embedding.dtype, embedding.shape, embedding.bytes});
  std::vector<std::byte> bytes(embedding.bytes.begin(), embedding.bytes.end());
  const auto token = text::load_tokenizer(folder)->encode(std::string(1, letter), false);
  REQUIRE(token.size() == 1);
  const std::size_t row = bytes.size() / static_cast<std::size_t>(embedding.shape[0]);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(row) * token[0], row, std::byte{0xff});  // NaN
  for (model::TensorToWrite& tensor : tensors) {
    if (tensor.name == embedding.name) tensor.bytes = bytes;
  }
  model::write_safetensors(folder, "model", tensors);
  return folder;
}

}  // namespace

TEST_CASE("data whose loss is not finite is left out, and training goes on", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = test::long_recipe(scratch.path() / "out");
  recipe.base_path = base_with_bad_token(scratch.path() / "base", 'Z');
  write_file_atomic(scratch.path() / "records.jsonl", read_file(kGolden / "lora/records.jsonl") + kBadRecord);
  recipe.datasets = {{(scratch.path() / "records.jsonl").string(), "", "train"}};
  recipe.max_steps = 20;  // five epochs, in each of which the bad record is a step
  recipe.max_rollbacks = 5;
  std::vector<train::StepLog> logs;
  train::FinetuneHooks hooks;
  hooks.on_step = [&](const train::StepLog& log) { logs.push_back(log); };
  const train::FinetuneReport report = train::finetune_lora(recipe, hooks);
  REQUIRE(report.rollbacks.size() == 5);
  CHECK(report.steps == 20);
  CHECK(std::isfinite(report.loss_first));
  CHECK(report.loss_last < report.loss_first);
  REQUIRE(report.val_loss_best);
  for (const train::StepLog& log : logs) {
    CHECK(std::isfinite(log.loss) != log.rollback.has_value());
    if (!log.rollback) continue;
    CHECK(log.learning_rate == 0);
    CHECK(log.rollback->reason == "the loss is not finite");
    CHECK(log.rollback->to_step < log.step);
    CHECK(log.metrics().size() == 1);
  }
  const Json state = read_json_file(train::CheckpointFolder(recipe.output_dir).checkpoint(20) / "trainer_state.json");
  CHECK(state["llmops"]["optimizer_steps"] >= 10);
  CHECK(state["llmops"]["optimizer_steps"] < 15);
  CHECK(state["llmops"]["rollbacks"].size() == 5);

  recipe.output_dir = (scratch.path() / "again").string();
  recipe.max_rollbacks = 4;
  CHECK_THROWS_WITH(train::finetune_lora(recipe, {}),
                    Catch::StartsWith("the loss is not finite at step") && Catch::EndsWith(", after 4 rollbacks"));
}
