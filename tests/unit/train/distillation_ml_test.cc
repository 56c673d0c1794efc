// Distillation: losses and gradients against libtorch's own, and a student that comes nearer to its teacher.
#include "train/distillation_loss.h"

#include <ATen/Context.h>

#include "core/error.h"
#include "core/files.h"
#include "quant/merge_model.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/finetune_lora.h"

using namespace llmops;

namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

struct Problem {
  at::Tensor student, teacher, targets;
  model::OutputHead head, teacher_head;
};

Problem problem() {
  at::manual_seed(9);
  const at::Tensor head = at::randn({50, 8});
  return {at::randn({13, 8}),
          at::randn({13, 6}),
          at::randint(50, {13}, at::TensorOptions(at::kLong)),
          {head, at::linspace(-1, 1, 50), 0.7, 2.5},
          {at::randn({50, 6})}};
}

at::Tensor student_logits(const Problem& p, const at::Tensor& hidden) {
  return at::tanh(at::linear(hidden, p.head.weight, p.head.bias) * 0.7 / 2.5) * 2.5;
}

/// Each position's loss, as libtorch computes it.
at::Tensor reference(const train::DistillationRecipe& recipe, const Problem& p, const at::Tensor& hidden) {
  const at::Tensor logits = student_logits(p, hidden);
  const at::Tensor q = at::log_softmax(logits / recipe.kd_temperature, 1);
  const at::Tensor t = at::log_softmax(at::linear(p.teacher, p.teacher_head.weight) / recipe.kd_temperature, 1);
  const bool reverse = recipe.kd_loss == "reverse_kl";
  const at::Tensor divergence =
      at::kl_div(reverse ? t : q, reverse ? q : t, at::Reduction::None, /*log_target=*/true).sum(1);
  return divergence * (recipe.kd_alpha * recipe.kd_temperature * recipe.kd_temperature) +
         recipe.kd_ce_alpha * at::cross_entropy_loss(logits, p.targets, {}, at::Reduction::None);
}

}  // namespace

TEST_CASE("divergences and their gradients are libtorch's, for any chunk", "[train]") {
  const Problem p = problem();
  const at::Tensor weights = at::linspace(-1, 2, 13);
  for (const char* kind : {"forward_kl", "reverse_kl"}) {
    for (const double temperature : {1.0, 2.5}) {
      for (const double own : {0.0, 0.4}) {
        INFO(kind << " " << temperature << " " << own);
        const train::DistillationRecipe recipe{"t", "t", kind, temperature, 0.7, own};
        const at::Tensor expected_input = p.student.clone().requires_grad_(true);
        const at::Tensor expected = reference(recipe, p, expected_input);
        expected.mul(weights).sum().backward();
        for (const std::int64_t rows : {0, 1, 5}) {
          const at::Tensor input = p.student.clone().requires_grad_(true);
          const auto found =
              train::distillation_losses(recipe, {input, p.head}, {p.teacher, p.teacher_head}, p.targets, rows);
          CHECK((found.losses - expected).abs().max().item<double>() < 1e-5);
          CHECK_FALSE(found.divergence.requires_grad());
          found.losses.mul(weights).sum().backward();
          CHECK((input.grad() - expected_input.grad()).abs().max().item<double>() < 1e-5);
        }
      }
    }
  }
}

TEST_CASE("a student comes nearer to its teacher, and a teacher of other tokens is refused", "[train]") {
  const test::TemporaryDirectory scratch;
  // The teacher: the tiny model with an adapter merged into it.
  const std::string teacher = (scratch.path() / "teacher").string();
  quant::merge_model({(kGolden / "tiny-chat").string(), (kGolden / "lora/adapter").string(), teacher, "float32", 1});
  train::FinetuneRecipe recipe;
  recipe.base_model = "tiny-chat";
  recipe.base_path = kGolden / "tiny-chat";
  recipe.datasets = {{(kGolden / "lora/records.jsonl").string(), "", "train"}};
  recipe.test_datasets = recipe.datasets;
  recipe.distillation.teacher_model = recipe.distillation.teacher_path = teacher;
  recipe.learning_rate = 1e-2;
  recipe.max_steps = 30;
  recipe.eval_steps = 10;
  recipe.threads = 1;
  recipe.output_dir = (scratch.path() / "out").string();
  const train::FinetuneReport report = train::finetune_lora(recipe, {});
  REQUIRE(report.val_measures_first.size() == 1);
  CHECK(report.val_measures_first[0].first == "kd_loss");
  CHECK(*report.val_loss_best == Approx(report.val_measures_best[0].second));
  CHECK(report.loss_last < report.loss_first / 10);

  const fs::path other = scratch.path() / "other";
  fs::copy(kGolden / "tiny-chat", other);
  Json tokenizer = read_json_file(other / "tokenizer.json");
  tokenizer["model"]["merges"].erase(tokenizer["model"]["merges"].size() - 1);
  write_file_atomic(other / "tokenizer.json", tokenizer.dump());
  recipe.distillation.teacher_path = other;
  recipe.output_dir = (scratch.path() / "refused").string();
  CHECK_THROWS_WITH(train::finetune_lora(recipe, {}), Catch::Contains("has another vocabulary than the base model"));
}
