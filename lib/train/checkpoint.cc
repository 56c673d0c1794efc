// Writes and reads checkpoints.
#include "train/checkpoint.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"

namespace llmops::train {
namespace {

void write_moments(const fs::path& directory, AdamW& optimizer) {
  std::vector<model::TensorToWrite> tensors;
  const AdamW::NamedTensors state = optimizer.state();
  for (const auto& [name, tensor] : state) {
    const std::span<const float> values(tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
    tensors.push_back({name, model::DType::kF32, tensor.sizes().vec(), std::as_bytes(values)});
  }
  model::write_safetensors(directory, "optimizer", tensors);
}

void read_into(const model::Safetensors& file, const std::string& name, at::Tensor target) {
  const model::TensorView& view = file.get(name);
  if (view.shape != target.sizes().vec()) {
    throw InputError(fmt::format("{}: '{}' has another shape than this run's", file.path().string(), name));
  }
  model::to_float32(view, {target.data_ptr<float>(), static_cast<std::size_t>(target.numel())});
}

}  // namespace

void save_checkpoint(const fs::path& directory, model::Decoder& decoder, const model::LoraConfig& lora,
                     AdamW& optimizer, const TrainerState& state) {
  fs::create_directories(directory.parent_path());
  AtomicDirectory target(directory, /*replace=*/true);
  model::save_lora(decoder, lora, target.path());
  write_moments(target.path(), optimizer);
  write_file_atomic(target.path() / "trainer_state.json", dump_json_pretty(state.json()));
  target.commit();
}

TrainerState load_checkpoint(const fs::path& directory, model::Decoder& decoder, AdamW& optimizer,
                             const TrainerState& now) {
  const fs::path state_path = directory / "trainer_state.json";
  if (!fs::exists(state_path)) {
    throw NotFoundError(fmt::format("'{}' is not a checkpoint: it has no trainer_state.json", directory.string()),
                        "--resume takes the newest one of the recipe's 'output_dir'");
  }
  TrainerState state = parse_trainer_state(read_json_file(state_path), state_path.string());
  check_same_run(state, now, directory.string());
  const at::NoGradGuard no_grad;
  const auto adapter = model::Safetensors::open(directory / "adapter_model.safetensors");
  for (auto& [name, tensor] : model::lora_tensors(decoder)) read_into(adapter, name, tensor);
  const auto moments = model::Safetensors::open(directory / "optimizer.safetensors");
  for (auto& [name, tensor] : optimizer.state()) read_into(moments, name, tensor);
  optimizer.set_steps(state.step);
  return state;
}

}  // namespace llmops::train
