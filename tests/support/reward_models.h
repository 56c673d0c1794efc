// Reward models made of the tiny model, as tests/golden/reward/make.py makes them.
#pragma once

#include "core/files.h"
#include "model/checkpoint.h"
#include "model/reward_config.h"
#include "model/safetensors.h"

namespace llmops::test {

/// (1, C), the head of make.py.
inline std::vector<float> score_head(int width) {
  std::vector<float> head;
  for (int i = 0; i < width; ++i) head.push_back(static_cast<float>(i * 7 % 13 - 6) / 32);
  return head;
}

/// Writes the tensors of `from` and the head, under `name`, as STEM.safetensors into `to`, which exists.
inline void write_with_head(const fs::path& from, const std::string& name, int width, const fs::path& to,
                            const std::string& stem) {
  const auto weights = model::Checkpoint::open(from);
  const std::vector<float> head = score_head(width);
  std::vector<model::TensorToWrite> tensors;
  for (const model::TensorView& view : weights.tensors()) {
    tensors.push_back({view.name, view.dtype, view.shape, view.bytes});
  }
  tensors.push_back({name, model::DType::kF32, {1, width}, std::as_bytes(std::span<const float>(head))});
  model::write_safetensors(to, stem, tensors);
}

/// The folder of a classifier of one label with the weights of a language model.
inline fs::path write_reward_model(const fs::path& base, const fs::path& to) {
  fs::create_directories(to);
  for (const char* file : {"config.json", "tokenizer.json", "tokenizer_config.json"}) {
    fs::copy_file(base / file, to / file);
  }
  const model::ModelConfig config = model::as_reward_model(model::read_model_config(base));
  model::describe_reward_model(config, to);
  write_with_head(base, model::kScoreWeight, config.hidden_size, to, "model");
  return to;
}

/// An adapter that makes a reward model of its base: a language model's adapter and the head.
inline fs::path write_reward_adapter(const fs::path& adapter, int width, const fs::path& to) {
  fs::create_directories(to);
  Json config = read_json_file(adapter / "adapter_config.json");
  config["task_type"] = "SEQ_CLS";
  config["modules_to_save"] = {"classifier", "score"};  // as peft writes them
  write_file_atomic(to / "adapter_config.json", config.dump());
  write_with_head(adapter / "adapter_model.safetensors", "base_model.model.score.weight", width, to, "adapter_model");
  return to;
}

}  // namespace llmops::test
