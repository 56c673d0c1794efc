// axolotl's recipes: most keys are ours too; here are those whose values need more than a copy.
#include <fmt/format.h>

#include <algorithm>

#include "train/import/import_datasets.h"
#include "train/import/recipe_import.h"
#include "train/optimizer_table.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

constexpr NameRow kOptimizers[] = {
    {"adamw_hf", "adamw_torch", ""},
    {"adamw_apex_fused", "adamw_torch", ""},
    {"adamw_torch_xla", "adamw_torch", ""},
    {"paged_adamw_32bit", "adamw_torch", ""},
    {"paged_adamw", "adamw_torch", ""},
    {"paged_adamw_8bit", "adamw_8bit", ""},
    {"adamw_torch_8bit", "adamw_8bit", ""},
    {"ao_adamw_8bit", "adamw_8bit", ""},
    {"adamw_torch_4bit", "adamw_8bit", "!moments in 8 bits, not 4"},
    {"ao_adamw_4bit", "adamw_8bit", "!moments in 8 bits, not 4"},
    {"ao_adamw_fp8", "adamw_8bit", "!moments in 8 bits of another kind"},
    {"lion_8bit", "lion", "!moments in 32 bits, not 8"},
    {"paged_lion", "lion", ""},
    {"paged_lion_32bit", "lion", ""},
    {"paged_lion_8bit", "lion", "!moments in 32 bits, not 8"},
};

constexpr const char* kObjectives[] = {"dpo", "ipo", "kto", "orpo", "simpo"};
// Layers that lora_target_linear covers.
constexpr const char* kLinear[] = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
// Integrations that make training no different, or whose keys are read.
constexpr const char* kNotNeeded[] = {"liger", "cut_cross_entropy", "kernels", "swanlab", "lm_eval", "integrations.kd"};

class AxolotlImport {
 public:
  AxolotlImport(const config::YamlTree& root, RecipeDraft& draft) : entries_(root, false), draft_(draft) {}

  void run() {
    for (const ImportEntry& entry : entries_.all()) apply_rule(axolotl_keys(), entry, draft_);
    if (const ImportEntry* base = entries_.find("base_model")) {
      set_base_model(draft_, *base, entries_.text("revision_of_model"));
    }
    data();
    teacher();
    adapter();
    optimization();
    length();
    bookkeeping();
    tokens();
  }

 private:
  /// What axolotl takes where it is told nothing and this program takes something else.
  void unsaid(const char* key, Json value) {
    if (!draft_.has(key)) draft_.set(key, std::move(value));
  }
  void copy(const char* key) {
    if (const ImportEntry* entry = entries_.find(key)) draft_.set(key, entry->json(), entry);
  }

  void data() {
    const ImportEntry* rl = entries_.find("rl");
    const bool by_rl =
        rl != nullptr && std::find(std::begin(kObjectives), std::end(kObjectives), rl->text()) != std::end(kObjectives);
    const bool comparing = reward_model() || by_rl;
    if (by_rl) draft_.set("rl", rl->text(), rl);
    if (rl != nullptr && !by_rl && !rl->off()) {
      draft_.lose(*rl,
                  rl->text() == "grpo"
                      ? "'grpo' has functions in Python for rewards; write rl, rewards and trl anew"
                      : fmt::format("'{}' is not here (dpo, ipo, kto, orpo, simpo, grpo are)", rl->text()),
                  true);
    }
    for (const char* key : {"datasets", "test_datasets"}) {
      if (const ImportEntry* entry = entries_.find(key)) import_axolotl_datasets(*entry, comparing, draft_);
    }
    copy("val_set_size");
    copy("sample_packing");
    unsaid("sample_packing", false);
    if (!draft_.has("test_datasets")) unsaid("val_set_size", 0);
    const ImportEntry* shuffle = entries_.find("shuffle_merged_datasets");
    if (shuffle != nullptr && shuffle->json() == false) draft_.lose(*shuffle, "examples come in random order", true);
  }

  /// axolotl reads from the data what a teacher said; here the teacher is named, and asked.
  void teacher() {
    const ImportEntry* trainer = entries_.find("kd_trainer");
    if (trainer == nullptr || trainer->off()) return;
    draft_.set("teacher_model", "models:/teacher/1", trainer);
    draft_.to_do("name the model whose log-probabilities the data had: teacher_model");
    unsaid("kd_top_k", 64);
  }

  /// Said outright, or by a classifier of one label, which there is nothing else for. @returns whether it is one
  bool reward_model() {
    const ImportEntry *said = entries_.find("reward_model"), *type = entries_.find("model_type"),
                      *labels = entries_.find("num_labels");
    const bool one = labels != nullptr && labels->json() == 1;
    const bool classifier = type != nullptr && type->text().ends_with("ForSequenceClassification");
    if (labels != nullptr && !labels->off() && !one) {
      draft_.lose(*labels, "classifiers of several labels are not here (reward models, which have one, are)", true);
    }
    if (said != nullptr && !said->off()) {
      draft_.set("reward_model", true, said);
    } else if (classifier && one) {
      draft_.set("reward_model", true, type);
    } else if (classifier) {
      draft_.lose(*type, "classifiers are not trained here, but reward models", true);
    } else if (type != nullptr && !type->off()) {
      draft_.lose(*type, "the model says itself what it is", false);
    }
    return draft_.has("reward_model");
  }

  void adapter() {
    const ImportEntry* adapter = entries_.find("adapter");
    if (adapter != nullptr && (adapter->text() == "lora" || adapter->text() == "qlora")) {
      draft_.set("adapter", adapter->text(), adapter);
    } else if (adapter != nullptr && !adapter->off()) {
      draft_.lose(*adapter, fmt::format("'{}' is not here; LoRA takes its place", adapter->text()), true);
    } else {
      draft_.set("adapter", "none", adapter);
    }
    const ImportEntry* linear = entries_.find("lora_target_linear");
    const ImportEntry* modules = entries_.find("lora_target_modules");
    const bool all = linear != nullptr && linear->json() == true;
    if (all) draft_.set("lora_target_linear", true, linear);
    if (modules != nullptr && !modules->off()) targets(*modules, all);
  }

  /// axolotl adds both keys up; here a list of layers stands alone.
  void targets(const ImportEntry& modules, bool all_linear) {
    const Json named = modules.json();
    if (!all_linear) return draft_.set("lora_target_modules", named, &modules);
    const auto covered = [](const Json& name) {
      return std::find(std::begin(kLinear), std::end(kLinear), name) != std::end(kLinear);
    };
    if (named.is_array() && std::all_of(named.begin(), named.end(), covered)) return;
    draft_.lose(modules, "adds to lora_target_linear there; here only one of both counts", true);
  }

  void optimization() {
    if (const ImportEntry* optimizer = entries_.find("optimizer")) {
      set_name(draft_, "optimizer", *optimizer, kOptimizers, optimizer_names(), "adamw_torch");
    }
    if (const ImportEntry* scheduler = entries_.find("lr_scheduler")) {
      set_name(draft_, "lr_scheduler", *scheduler, {}, schedule_names(), "cosine");
    }
    if (const ImportEntry* warmup = entries_.find("warmup_steps")) {
      const Json steps = warmup->json();
      const bool share = steps.is_number_float() && steps < 1.0;
      draft_.set(share ? "warmup_ratio" : "warmup_steps", steps, warmup);
    }
    if (const ImportEntry* bf16 = entries_.find("bf16")) {
      draft_.set("bf16", bf16->off() ? Json(false) : Json("auto"), bf16);
    }
    const ImportEntry* recompute = entries_.find("gradient_checkpointing");
    if (recompute != nullptr && !recompute->off()) {
      draft_.set("gradient_checkpointing", true, recompute);
      if (recompute->json() != true) draft_.lose(*recompute, "becomes true: nothing is moved elsewhere", false);
    }
  }

  void length() {
    copy("gradient_accumulation_steps");
    const ImportEntry* total = entries_.find("batch_size");
    const Json micro = draft_.values().value("micro_batch_size", Json(1));
    const bool usable = total != nullptr && total->json().is_number_integer() && micro.is_number_integer();
    if (usable && !draft_.has("gradient_accumulation_steps") && micro > 0) {
      draft_.set("gradient_accumulation_steps",
                 std::max<std::int64_t>(total->json().get<std::int64_t>() / micro.get<std::int64_t>(), 1), total);
    } else if (total != nullptr && !draft_.has("gradient_accumulation_steps")) {
      draft_.lose(*total, "is no whole number", true);
    }
    const ImportEntry* steps = entries_.find("max_steps");
    if (steps != nullptr && !(steps->json().is_number() && steps->json() <= 0)) copy("max_steps");
  }

  void bookkeeping() {
    // A share of the run is a number of steps that is not known yet.
    for (const char* key : {"eval_steps", "save_steps"}) {
      const ImportEntry* entry = entries_.find(key);
      if (entry == nullptr) continue;
      const bool whole = entry->json().is_number_integer();
      if (whole) copy(key);
      if (!whole) draft_.lose(*entry, "is a share of the run; here it is a number of steps", false);
    }
    for (const auto& [key, ours] : {std::pair{"evals_per_epoch", "eval_steps"}, {"saves_per_epoch", "save_steps"}}) {
      const ImportEntry* entry = entries_.find(key);
      if (entry == nullptr || entry->off() || entry->json() == 1 || draft_.has(ours)) continue;
      draft_.lose(*entry, fmt::format("has no counterpart; once an epoch, unless '{}' says otherwise", ours), false);
    }
    const ImportEntry* patience = entries_.find("early_stopping_patience");
    if (patience != nullptr && !patience->off()) copy("early_stopping_patience");
    const ImportEntry* resume = entries_.find("auto_resume_from_checkpoints");
    if (resume != nullptr && resume->json() == true) draft_.set("resume_from_checkpoint", "auto", resume);
  }

  void tokens() {
    const ImportEntry* special = entries_.find("special_tokens");
    if (special != nullptr && !special->off()) {
      const Json tokens = special->json();
      const bool padding_only = tokens.is_object() && tokens.size() == 1 && tokens.contains("pad_token");
      draft_.lose(*special, padding_only ? "nothing is padded" : "the model's own special tokens are used",
                  !padding_only);
    }
    const ImportEntry* chat = entries_.find("chat_template");
    if (chat != nullptr && !chat->off() && chat->text() != "tokenizer_default") {
      draft_.lose(*chat, fmt::format("is '{}'; the model's own chat template is used", chat->text()), true);
    }
    const ImportEntry* plugins = entries_.find("plugins");
    if (plugins == nullptr || plugins->off()) return;
    const auto not_needed = [](const Json& name) {
      const std::string text = name.is_string() ? name.get<std::string>() : "";
      return std::any_of(std::begin(kNotNeeded), std::end(kNotNeeded),
                         [&](const char* part) { return text.find(part) != std::string::npos; });
    };
    const Json names = plugins->json();
    const bool harmless = names.is_array() && std::all_of(names.begin(), names.end(), not_needed);
    draft_.lose(*plugins, harmless ? "are not needed" : "are not here", !harmless);
  }

  ImportEntries entries_;
  RecipeDraft& draft_;
};

}  // namespace

void import_axolotl(const config::YamlTree& root, RecipeDraft& draft) { AxolotlImport(root, draft).run(); }

}  // namespace llmops::train
