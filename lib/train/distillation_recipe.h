// The part of a finetuning recipe that says how a model learns from another.
#pragma once

#include <filesystem>
#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct DistillationRecipe {
  std::string teacher_model;           ///< URI or path as written; "" is off, or in a file alone
  std::filesystem::path teacher_path;  ///< resolved by the command
  std::string kd_loss = "forward_kl";  ///< or "reverse_kl"
  double kd_temperature = 1;           ///< both distributions are flattened by it
  double kd_alpha = 1;                 ///< weight of the divergence
  double kd_ce_alpha = 0;              ///< weight of the cross entropy of the answers themselves
  int kd_top_k = 0;                    ///< tokens a position that the teacher is asked for before training; 0 is off
  std::string kd_teacher_file;         ///< where they are kept; "": teacher.safetensors among the checkpoints

  bool on() const { return !teacher_model.empty() || !kd_teacher_file.empty(); }
  /// Whether the teacher is done with when training starts.
  bool offline() const { return on() && kd_top_k > 0; }
  /// The keys above but the path; empty where it is off.
  Json json() const;
};

/// Problems are recorded in `root`.
DistillationRecipe read_distillation(config::YamlObject& root);

}  // namespace llmops::train
