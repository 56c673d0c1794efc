#include "train/job_start.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "train/trained_weights.h"

namespace llmops::train {
namespace {

/// @returns the checkpoint to go on from; none starts afresh, in an empty folder
std::optional<fs::path> find_start(const FinetuneRecipe& recipe, const CheckpointFolder& folder, bool restarted) {
  if (fs::exists(recipe.output_dir) && !fs::is_empty(recipe.output_dir) &&
      !fs::exists(fs::path(recipe.output_dir) / output_mark(recipe))) {
    throw UsageError(fmt::format("output_dir '{}' exists and is not {}", recipe.output_dir,
                                 recipe.trains_adapter() ? "an adapter" : "a model"),
                     "give another 'output_dir'");
  }
  folder.remove_partial();
  if (!recipe.resume_from_checkpoint.empty() && recipe.resume_from_checkpoint != "auto") {
    return recipe.resume_from_checkpoint;
  }
  const auto steps = folder.steps();
  const bool resume = recipe.resume_from_checkpoint == "auto" || (restarted && !folder.finished());
  if (resume && !steps.empty()) return folder.checkpoint(steps.back());
  if (!steps.empty() && !folder.finished()) {
    throw UsageError(fmt::format("'{}' holds an unfinished run, at step {}", folder.path().string(), steps.back()),
                     "--resume goes on with it; remove the folder to start afresh");
  }
  folder.clear();
  return std::nullopt;
}

/// With the micro batches that the checkpoint's run has in a step, unless the recipe's number was changed.
JobStart with_micro_batches(std::optional<fs::path> checkpoint, const FinetuneRecipe& recipe, int ranks) {
  const JobStart given{checkpoint, recipe.gradient_accumulation_steps * ranks, ranks};
  if (!checkpoint || !fs::exists(*checkpoint / "trainer_state.json")) return given;
  const fs::path path = *checkpoint / "trainer_state.json";
  const TrainerState saved = parse_trainer_state(read_json_file(path), path.string());
  const int before = json_get_or(saved.recipe, "gradient_accumulation_steps", given.micro_batches, path.string());
  if (before == given.micro_batches || before != recipe.gradient_accumulation_steps * saved.world_size) {
    return {checkpoint, given.micro_batches, saved.world_size};
  }
  log_info(fmt::format("a step keeps the {} micro batches that it had with {} ranks", before, saved.world_size));
  return {checkpoint, before, saved.world_size};
}

}  // namespace

JobStart start_job(Workers& workers, const Launch& launch, const FinetuneRecipe& recipe,
                   const CheckpointFolder& folder) {
  if (!workers.alone() && recipe.grpo.on()) {
    throw UsageError("'rl: grpo' runs in one process: answers are drawn with all processors there are",
                     "start it without a launcher");
  }
  Json told;
  if (workers.first()) {
    const JobStart found = with_micro_batches(find_start(recipe, folder, launch.restarts > 0), recipe, workers.size());
    if (workers.alone()) return found;
    told = {{"checkpoint", found.checkpoint ? found.checkpoint->string() : ""},
            {"micro_batches", found.micro_batches},
            {"world_size", found.world_size}};
  }
  told = parse_json(workers.broadcast(told.dump()), "rank 0");
  JobStart start{std::nullopt, told["micro_batches"], told["world_size"]};
  if (const std::string path = told["checkpoint"]; !path.empty()) start.checkpoint = path;
  if (start.checkpoint && !fs::exists(*start.checkpoint)) {
    throw NotFoundError(fmt::format("{} cannot see the checkpoint '{}'", launch.name(), start.checkpoint->string()),
                        "put 'output_dir' where all machines of the job see it, or copy the folder");
  }
  return start;
}

void check_same_on_all_ranks(Workers& workers, const TrainerState& state) {
  const std::vector<std::pair<const char*, std::string>> parts = {{"recipe", sha256_hex(state.recipe.dump())},
                                                                  {"training data", state.data_fingerprint},
                                                                  {"base model", state.base_fingerprint},
                                                                  {"tokenizer", state.tokenizer_fingerprint}};
  for (const auto& [what, fingerprint] : parts) {
    const std::vector<std::string> all = workers.gather(fingerprint);
    for (std::size_t rank = 1; rank < all.size(); ++rank) {
      if (all[rank] == all[0]) continue;
      throw InputError(fmt::format("rank {} of {} has another {} than rank 0", rank, all.size(), what),
                       "all ranks need the same files; relative paths start at each rank's own working folder");
    }
  }
}

}  // namespace llmops::train
