// Writes and reads checkpoints.
#include "train/checkpoint.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"

namespace llmops::train {
namespace {

/// Of a float32 or uint8 tensor.
model::DType stored_type(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kByte ? model::DType::kU8 : model::DType::kF32;
}

void write_state(const fs::path& directory, const std::string& stem, const NamedTensors& state) {
  std::vector<model::TensorToWrite> tensors;
  for (const auto& [name, tensor] : state) {
    const std::span bytes(static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes());
    tensors.push_back({name, stored_type(tensor), tensor.sizes().vec(), bytes});
  }
  model::write_safetensors(directory, stem, tensors);
}

void read_into(const model::Checkpoint& file, const std::string& name, at::Tensor target) {
  const model::TensorView& view = file.get(name);
  if (view.shape != target.sizes().vec() || view.dtype != stored_type(target)) {
    throw InputError(fmt::format("{}: '{}' has another shape or type than this run's", file.path().string(), name));
  }
  std::memcpy(target.mutable_data_ptr(), view.bytes.data(), target.nbytes());
}

}  // namespace

void save_checkpoint(const fs::path& directory, model::Decoder& decoder, const model::LoraConfig& lora,
                     Optimizer& optimizer, RollbackPoint* rollback, const TrainerState& state) {
  fs::create_directories(directory.parent_path());
  AtomicDirectory target(directory, /*replace=*/true);
  model::save_lora(decoder, lora, target.path());
  write_state(target.path(), "optimizer", optimizer.state());
  if (rollback != nullptr) write_state(target.path(), "rollback", rollback->copies());
  write_file_atomic(target.path() / "trainer_state.json", dump_json_pretty(state.json()));
  target.commit();
}

TrainerState load_checkpoint(const fs::path& directory, model::Decoder& decoder, Optimizer& optimizer,
                             RollbackPoint* rollback, const TrainerState& now) {
  const fs::path state_path = directory / "trainer_state.json";
  if (!fs::exists(state_path)) {
    throw NotFoundError(fmt::format("'{}' is not a checkpoint: it has no trainer_state.json", directory.string()),
                        "--resume takes the newest one of the recipe's 'output_dir'");
  }
  TrainerState state = parse_trainer_state(read_json_file(state_path), state_path.string());
  check_same_run(state, now, directory.string());
  const at::NoGradGuard no_grad;
  model::restore_lora(decoder, directory);
  const auto saved = model::Checkpoint::open(directory / "optimizer.safetensors");
  for (auto& [name, tensor] : optimizer.state()) read_into(saved, name, tensor);
  optimizer.set_steps(state.optimizer_steps);
  const fs::path rollback_path = directory / "rollback.safetensors";
  if (rollback != nullptr && fs::exists(rollback_path)) {
    const auto good = model::Checkpoint::open(rollback_path);
    for (const auto& [name, tensor] : rollback->copies()) read_into(good, name, tensor);
  }
  return state;
}

}  // namespace llmops::train
