// Distillation from what a teacher said once: losses of a reference in torch, the file, and what it is refused for.
#include <ATen/Context.h>
#include <fmt/format.h>

#include <cstring>

#include "core/error.h"
#include "core/hash.h"
#include "quant/merge_model.h"
#include "support/catch.h"
#include "support/ranks.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/distillation_loss.h"
#include "train/teacher_tokens.h"

using namespace llmops;
using test::kGolden, test::logs_of;

namespace {

/// The tiny model with an adapter merged into it.
fs::path make_teacher(const fs::path& scratch) {
  const std::string teacher = (scratch / "teacher").string();
  quant::merge_model({(kGolden / "tiny-chat").string(), (kGolden / "lora/adapter").string(), teacher, "float32", 1});
  return teacher;
}

/// The runs of tests/golden/distillation/make.py.
train::FinetuneRecipe offline_recipe(const fs::path& scratch, const fs::path& teacher, int top_k) {
  train::FinetuneRecipe recipe = test::golden_recipe(scratch);
  recipe.distillation.teacher_model = recipe.distillation.teacher_path = teacher;
  recipe.distillation.kd_top_k = top_k;
  recipe.weight_decay = 0;
  recipe.lr_scheduler = "constant";
  recipe.warmup_steps = 0;
  recipe.max_steps = 6;
  return recipe;
}

}  // namespace

TEST_CASE("six steps on a teacher's likeliest tokens give the reference's losses, however the batch is cut",
          "[train]") {
  const Json golden = read_json_file(kGolden / "distillation/training.json");
  test::TemporaryDirectory scratch;
  const fs::path teacher = make_teacher(scratch.path());
  for (const char* name : {"k8", "k3"}) {
    for (const int cut : {0, 1}) {
      INFO(name << " " << cut);
      train::FinetuneRecipe recipe = offline_recipe(scratch.path(), teacher, name == std::string("k8") ? 8 : 3);
      if (name == std::string("k8")) {
        recipe.distillation.kd_temperature = 2;
        recipe.distillation.kd_alpha = 0.7;
        recipe.distillation.kd_ce_alpha = 0.3;
      }
      if (cut == 1) {
        recipe.sample_packing = true;
        recipe.gradient_checkpointing = true;
        recipe.micro_batch_size = 2;
        recipe.gradient_accumulation_steps = 2;
      }
      recipe.output_dir = (scratch.path() / fmt::format("{}-{}", name, cut)).string();
      const auto logs = logs_of(recipe);
      REQUIRE(logs.size() == 6);
      for (std::size_t i = 0; i < logs.size(); ++i) {
        INFO("step " << i + 1);
        CHECK(logs[i].loss == Approx(golden[name][i]["loss"].get<double>()).epsilon(1e-5));
        CHECK(logs[i].measures.at(0).second == Approx(golden[name][i]["kd_loss"].get<double>()).epsilon(1e-5));
        CHECK(logs[i].grad_norm == Approx(golden[name][i]["grad_norm"].get<double>()).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("with all tokens of the vocabulary the offline loss is the online one", "[train]") {
  at::manual_seed(3);
  const model::OutputHead head = {at::randn({40, 8}), {}, 0.9, 3.0}, teacher_head = {at::randn({40, 6})};
  const at::Tensor hidden = at::randn({11, 8}), taught = at::randn({11, 6});
  const at::Tensor targets = at::randint(40, {11}, at::TensorOptions(at::kLong));
  const auto [log_probs, ids] = at::log_softmax(teacher_head.logits(taught), 1).topk(40, 1);
  for (const double temperature : {1.0, 2.5}) {
    const train::DistillationRecipe recipe{"t", "t", "forward_kl", temperature, 0.7, 0.2, 40};
    const at::Tensor online = hidden.clone().requires_grad_(true), offline = hidden.clone().requires_grad_(true);
    const auto expected =
        train::distillation_losses(recipe, {online, head}, train::Predictions{taught, teacher_head}, targets);
    for (const std::int64_t rows : {0, 4}) {
      const auto found =
          train::distillation_losses(recipe, {offline, head}, train::TopTokens{ids, log_probs}, targets, rows);
      CHECK((found.losses - expected.losses).abs().max().item<double>() < 1e-5);
      CHECK((found.divergence - expected.divergence).abs().max().item<double>() < 1e-5);
      offline.mutable_grad().reset();
      found.losses.sum().backward();
    }
    expected.losses.sum().backward();
    CHECK((offline.grad() - online.grad()).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("the gradient on the likeliest tokens is libtorch's own", "[train]") {
  at::manual_seed(5);
  const model::OutputHead head = {at::randn({30, 8})};
  const at::Tensor targets = at::randint(30, {7}, at::TensorOptions(at::kLong));
  const auto [log_probs, ids] = at::log_softmax(at::randn({7, 30}), 1).topk(4, 1);
  const train::DistillationRecipe recipe{"t", "t", "forward_kl", 1.7, 0.6, 0.3, 4};
  const at::Tensor ours = at::randn({7, 8}).requires_grad_(true), plain = ours.detach().clone().requires_grad_(true);
  const at::Tensor logits = head.logits(plain);
  const at::Tensor p = at::log_softmax(log_probs / 1.7, 1), q = at::log_softmax(logits / 1.7, 1).gather(1, ids);
  const at::Tensor expected = (p.exp() * (p - q)).sum(1) * (0.6 * 1.7 * 1.7) +
                              0.3 * at::cross_entropy_loss(logits, targets, {}, at::Reduction::None);
  const auto found = train::distillation_losses(recipe, {ours, head}, train::TopTokens{ids, log_probs}, targets);
  CHECK((found.losses - expected).abs().max().item<double>() < 1e-5);
  const at::Tensor weights = at::linspace(-1, 2, 7);
  found.losses.mul(weights).sum().backward();
  expected.mul(weights).sum().backward();
  CHECK((ours.grad() - plain.grad()).abs().max().item<double>() < 1e-5);
}

TEST_CASE("a teacher's file serves a run without the teacher, with fewer tokens, and goes on byte for byte",
          "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path teacher = make_teacher(scratch.path());
  train::FinetuneRecipe recipe = offline_recipe(scratch.path(), teacher, 6);
  recipe.test_datasets = recipe.datasets;
  recipe.eval_steps = 2;
  recipe.distillation.kd_teacher_file = (scratch.path() / "kept/teacher.safetensors").string();
  recipe.output_dir = (scratch.path() / "first").string();
  const train::FinetuneReport first = train::finetune_lora(recipe, {});
  CHECK(*first.val_loss_best < 0.95 * first.loss_first);

  fs::remove_all(teacher);
  recipe.distillation.teacher_model = "";
  recipe.distillation.teacher_path = "";
  recipe.output_dir = (scratch.path() / "second").string();
  train::finetune_lora(recipe, {});
  CHECK(sha256_path(scratch.path() / "second") == sha256_path(scratch.path() / "first"));

  recipe.output_dir = (scratch.path() / "paused").string();
  recipe.resume_from_checkpoint = "auto";
  for (const int stop : {2, 5, 6}) {
    recipe.stop_at_step = stop;
    train::finetune_lora(recipe, {});
  }
  CHECK(sha256_path(scratch.path() / "paused") == sha256_path(scratch.path() / "first"));
  recipe.stop_at_step = -1;
  recipe.resume_from_checkpoint = "";

  recipe.distillation.kd_top_k = 2;
  recipe.output_dir = (scratch.path() / "fewer").string();
  CHECK(*train::finetune_lora(recipe, {}).val_loss_first != *first.val_loss_first);
}

TEST_CASE("a teacher's file of something else is refused where the recipe names it", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path teacher = make_teacher(scratch.path());
  train::FinetuneRecipe recipe = offline_recipe(scratch.path(), teacher, 4);
  const fs::path file = scratch.path() / "teacher.safetensors";
  recipe.distillation.kd_teacher_file = file.string();
  recipe.max_steps = 1;
  train::finetune_lora(recipe, {});
  const auto problem = [&](auto change) {
    train::FinetuneRecipe changed = recipe;
    changed.output_dir = (scratch.path() / "refused").string();
    change(changed);
    try {
      train::finetune_lora(changed, {});
      return std::string("no error");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  CHECK_THAT(problem([](auto& r) { r.train_on_inputs = true; }), Catch::Contains("is of other data than this run"));
  CHECK_THAT(problem([](auto& r) { r.distillation.teacher_path = kGolden / "tiny-chat"; }),
             Catch::Contains("is of another teacher than this run"));
  CHECK_THAT(problem([](auto& r) { r.distillation.kd_top_k = 5; }),
             Catch::Contains("has 4 tokens a position, fewer than 'kd_top_k' (5)"));
  CHECK_THAT(problem([](auto& r) { r.distillation.kd_top_k = 100000; }), Catch::Contains("but the vocabulary has"));
  CHECK_THAT(problem([](auto& r) {
               r.distillation.teacher_model = "";
               r.distillation.kd_teacher_file += ".safetensors";
             }),
             Catch::Contains("does not exist, and there is no 'teacher_model' to make it"));
  const std::string whole = read_file(file);
  std::uint64_t header = 0;
  std::memcpy(&header, whole.data(), sizeof(header));
  const Json names = parse_json(std::string_view(whole).substr(8, header), "header");
  std::string broken = whole;
  broken.replace(8 + header + names["train.ids"]["data_offsets"][0].get<std::size_t>(), 4, "\xff\xff\xff\x7f");
  write_file_atomic(file, broken);
  CHECK_THAT(problem([](auto&) {}), Catch::Contains("'train.ids' holds a token outside the vocabulary"));
  write_file_atomic(file, whole.substr(0, whole.size() - 10));
  CHECK_THAT(problem([](auto&) {}), Catch::Contains("teacher.safetensors"));
}

TEST_CASE("ranks share the teacher's work and have the same", "[train]") {
  test::TemporaryDirectory scratch;
  const train::FinetuneRecipe recipe = offline_recipe(scratch.path(), make_teacher(scratch.path()), 3);
  const auto tokenizer = text::load_tokenizer(kGolden / "tiny-chat");
  const auto chat_template = text::load_chat_template(kGolden / "tiny-chat");
  const train::TrainingData data = train::load_training_data(recipe, *tokenizer, chat_template.get());
  const model::Decoder teacher = model::Decoder::load(recipe.distillation.teacher_path, at::kFloat);
  const auto tokens = [&](train::Workers& workers) {
    return train::likeliest_tokens(teacher, recipe, data.train, workers, [](std::int64_t) {});
  };
  train::Workers alone;
  const train::TeacherTokens expected = tokens(alone);
  for (const train::TeacherTokens& found : test::on_ranks<train::TeacherTokens>(2, tokens)) {
    CHECK(found.ids == expected.ids);
    CHECK(found.log_probs == expected.log_probs);
  }
  CHECK(expected.log_probs[0] >= expected.log_probs[1]);
}
