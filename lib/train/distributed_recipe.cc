#include "train/distributed_recipe.h"

#include "config/yaml_reader.h"

namespace llmops::train {

Json DistributedRecipe::json() const {
  return {{"zero_stage", zero_stage}, {"ddp_bucket_cap_mb", ddp_bucket_cap_mb}, {"ddp_timeout", ddp_timeout}};
}

DistributedRecipe read_distributed(config::YamlObject& root) {
  DistributedRecipe recipe;
  root.optional("zero_stage", recipe.zero_stage);
  root.check(recipe.zero_stage >= 0 && recipe.zero_stage <= 2, "zero_stage", "must be 0, 1 or 2",
             "stage 3, which divides the weights too, is not built");
  root.optional("ddp_bucket_cap_mb", recipe.ddp_bucket_cap_mb);
  root.check(recipe.ddp_bucket_cap_mb >= 1 && recipe.ddp_bucket_cap_mb <= 1024, "ddp_bucket_cap_mb",
             "must lie between 1 and 1024", "25 is usual");
  root.optional("ddp_timeout", recipe.ddp_timeout);
  root.check(recipe.ddp_timeout >= 1, "ddp_timeout", "must be at least 1 second");
  return recipe;
}

}  // namespace llmops::train
