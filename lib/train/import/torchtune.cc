// torchtune's configurations: components named by where their code is, each with its arguments.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "train/import/recipe_import.h"
#include "train/import/torchtune_values.h"

namespace llmops::train {
namespace {

constexpr NameRow kOptimizers[] = {
    {"AdamW", "adamw_torch", ""},
    {"PagedAdamW", "adamw_torch", ""},
    {"PagedAdamW32bit", "adamw_torch", ""},
    {"AdamW8bit", "adamw_8bit", ""},
    {"PagedAdamW8bit", "adamw_8bit", ""},
    {"AdamW4bit", "adamw_8bit", "!moments in 8 bits, not 4"},
    {"AdamWFp8", "adamw_8bit", "!moments in 8 bits of another kind"},
    {"Adam", "adamw_torch", "!weight decay is decoupled"},
    {"Adafactor", "adafactor", ""},
    {"Lion", "lion", ""},
};

constexpr NameRow kSchedules[] = {{"get_cosine_schedule_with_warmup", "cosine", ""}};

struct LossRow {
  const char* name;
  const char* rl;
};
constexpr LossRow kLosses[] = {{"LinearCrossEntropyLoss", ""},
                               {"CEWithChunkedOutputLoss", ""},
                               {"CrossEntropyLoss", ""},
                               {"DPOLoss", "dpo"},
                               {"IPOLoss", "ipo"},
                               {"SimPOLoss", "simpo"}};

struct LayerRow {
  const char *theirs, *ours;
};
constexpr LayerRow kLayers[] = {{"output_proj", "o_proj"}};
constexpr const char* kFeedForward[] = {"gate_proj", "up_proj", "down_proj"};
// Families whose files hold these matrices fused, under other names.
constexpr const char* kFused[] = {"phi3", "phi4"};

constexpr int kUnlimited = 2048;  // tokens of a row where torchtune sets no limit

class TorchtuneImport {
 public:
  TorchtuneImport(const config::YamlTree& root, RecipeDraft& draft)
      : root_(root), entries_(root, true), draft_(draft) {}

  void run(const std::string& origin) {
    if (entries_.find("optimizer.lr") == nullptr || entries_.find("checkpointer.checkpoint_dir") == nullptr) {
      throw InputError(fmt::format("{}: a configuration of torchtune, but not for finetuning", origin),
                       "those for generating, evaluating and quantizing have no counterpart in a recipe");
    }
    for (const ImportEntry& entry : entries_.all()) apply(entry);
    set_base_model(draft_, *entries_.find("checkpointer.checkpoint_dir"), "");
    const bool comparing = loss();
    import_torchtune_datasets(root_, comparing, draft_);
    adapter();
    optimization();
    length();
    teacher();
    rest();
  }

 private:
  /// Of components that are left out as a whole, one line is enough.
  void apply(const ImportEntry& entry) {
    const KeyRule* rule = find_rule(torchtune_keys(), entry.key);
    const bool part = rule != nullptr && rule->fate == KeyFate::kHarmless && entry.key.find('.') != std::string::npos;
    if (!part) return apply_rule(torchtune_keys(), entry, draft_);
    const std::string whole = entry.key.substr(0, entry.key.find('.'));
    if (std::find(told_.begin(), told_.end(), whole + rule->text) != told_.end() || entry.off()) return;
    told_.push_back(whole + rule->text);
    const bool all = std::string_view(rule->key).ends_with(".*");
    draft_.lose({all ? whole : entry.key, entry.line, entry.value}, rule->text, false);
  }

  std::string component(const char* key) const { return component_name(entries_.text(key)); }

  /// @returns whether answers are compared
  bool loss() {
    const ImportEntry* entry = entries_.find("loss._component_");
    if (entry == nullptr) return false;
    const std::string name = component_name(entry->text());
    const auto row =
        std::find_if(std::begin(kLosses), std::end(kLosses), [&](const LossRow& r) { return name == r.name; });
    if (row == std::end(kLosses)) {
      draft_.lose(*entry, fmt::format("'{}' is not here", name), true);
      return false;
    }
    if (*row->rl == '\0') return false;
    draft_.set("rl", row->rl, entry);
    for (const auto& [key, ours] : {std::pair{"loss.beta", "rl_beta"},
                                    {"loss.label_smoothing", "dpo_label_smoothing"},
                                    {"loss.gamma", "simpo_gamma"}}) {
      if (const ImportEntry* value = entries_.find(key)) draft_.set(ours, value->json(), value);
    }
    return true;
  }

  void adapter() {
    const ImportEntry* model = entries_.find("model._component_");
    const std::string name = model != nullptr ? component_name(model->text()) : "";
    const ImportEntry* quantized = entries_.find("model.quantize_base");
    const bool four_bits = name.starts_with("qlora_") || (quantized != nullptr && quantized->json() == true);
    if (!four_bits && !name.starts_with("lora_")) {
      return draft_.set("adapter", "none", model);
    }
    draft_.set("adapter", four_bits ? "qlora" : "lora", model);
    if (!draft_.has("lora_r")) draft_.set("lora_r", 8);
    if (!draft_.has("lora_alpha")) draft_.set("lora_alpha", 16);
    layers(name);
  }

  void layers(const std::string& model) {
    Json names = Json::array();
    const ImportEntry* attention = entries_.find("model.lora_attn_modules");
    if (attention != nullptr) {
      for (const Json& name : attention->json()) {
        const auto row =
            std::find_if(std::begin(kLayers), std::end(kLayers), [&](const LayerRow& r) { return name == r.theirs; });
        names.push_back(row != std::end(kLayers) ? Json(row->ours) : name);
      }
    }
    const auto yes = [&](const char* key) {
      const ImportEntry* entry = entries_.find(key);
      return entry != nullptr && entry->json() == true;
    };
    if (yes("model.apply_lora_to_mlp")) {
      for (const char* name : kFeedForward) names.push_back(name);
    }
    if (yes("model.apply_lora_to_output")) names.push_back("lm_head");
    const bool fused = std::any_of(std::begin(kFused), std::end(kFused),
                                   [&](const char* family) { return model.find(family) != std::string::npos; });
    if (fused) {
      draft_.set("lora_target_linear", true);
      if (attention != nullptr)
        draft_.lose(*attention, "this family's files hold these layers fused; all take adapters", true);
    } else if (!names.empty()) {
      draft_.set("lora_target_modules", names, attention);
    }
  }

  void optimization() {
    if (const ImportEntry* optimizer = entries_.find("optimizer._component_")) {
      set_component("optimizer", *optimizer, kOptimizers, "adamw_torch");
      // torch's own, where the configuration says nothing.
      if (component_name(optimizer->text()) == "AdamW" && !draft_.has("weight_decay")) draft_.set("weight_decay", 0.01);
    }
    const ImportEntry* betas = entries_.find("optimizer.betas");
    if (betas != nullptr && betas->json().is_array() && betas->json().size() == 2) {
      draft_.set("adam_beta1", betas->json()[0], betas);
      draft_.set("adam_beta2", betas->json()[1], betas);
    }
    const ImportEntry* schedule = entries_.find("lr_scheduler._component_");
    if (schedule == nullptr) return draft_.set("lr_scheduler", "constant");
    set_component("lr_scheduler", *schedule, kSchedules, "cosine");
    const ImportEntry* cycles = entries_.find("lr_scheduler.num_cycles");
    if (cycles != nullptr && cycles->json() != 0.5) {
      draft_.set("lr_scheduler_kwargs", {{"num_cycles", cycles->json()}}, cycles);
    }
  }

  void set_component(const char* key, const ImportEntry& entry, std::span<const NameRow> rows, const char* otherwise) {
    config::YamlTree name = *entry.value;
    name.text = component_name(name.text);
    set_name(draft_, key, {entry.key, entry.line, &name}, rows, {}, otherwise);
  }

  void length() {
    if (const ImportEntry* limit = entries_.find("tokenizer.max_seq_len")) {
      draft_.set("sequence_len", limit->json(), limit);
    } else {
      draft_.set("sequence_len", kUnlimited);
      draft_.lose_unsaid(
          "tokenizer.max_seq_len",
          fmt::format("sets no limit there; here longer examples are cut (sequence_len: {})", kUnlimited), true);
    }
    if (!draft_.has("sample_packing")) draft_.set("sample_packing", false);
    const ImportEntry* norm = entries_.find("clip_grad_norm");
    const bool number = norm != nullptr && norm->json().is_number();
    draft_.set("max_grad_norm", number ? norm->json() : Json(0), norm);
    const ImportEntry* steps = entries_.find("max_steps_per_epoch");
    if (steps == nullptr || !steps->json().is_number_integer()) return;
    const Json epochs = draft_.values().value("num_epochs", Json(1));
    const std::int64_t times = epochs.is_number_integer() ? epochs.get<std::int64_t>() : 1;
    draft_.set("max_steps", steps->json().get<std::int64_t>() * times, steps);
  }

  void teacher() {
    const ImportEntry* folder = entries_.find("teacher_checkpointer.checkpoint_dir");
    if (folder == nullptr) return;
    draft_.set("teacher_model", folder->text(), folder);
    const ImportEntry* loss = entries_.find("kd_loss._component_");
    const std::string name = loss != nullptr ? component_name(loss->text()) : "ForwardKLLoss";
    if (name.starts_with("ForwardKL") || name.starts_with("ReverseKL")) {
      draft_.set("kd_loss", name.starts_with("ForwardKL") ? "forward_kl" : "reverse_kl", loss);
    } else {
      draft_.lose(*loss, fmt::format("'{}' is not here", name), true);
    }
    const ImportEntry* ratio = entries_.find("kd_ratio");
    const double share = ratio != nullptr && ratio->json().is_number() ? ratio->json().get<double>() : 0.5;
    draft_.set("kd_alpha", share, ratio);
    draft_.set("kd_ce_alpha", 1 - share, ratio);
  }

  void rest() {
    const ImportEntry* resume = entries_.find("resume_from_checkpoint");
    if (resume != nullptr && resume->json() == true) draft_.set("resume_from_checkpoint", "auto", resume);
    const ImportEntry* shuffle = entries_.find("shuffle");
    if (shuffle != nullptr && shuffle->json() == false) draft_.lose(*shuffle, "examples come in random order", true);
  }

  const config::YamlTree& root_;
  ImportEntries entries_;
  RecipeDraft& draft_;
  std::vector<std::string> told_;
};

}  // namespace

void import_torchtune(const config::YamlTree& root, const std::string& origin, RecipeDraft& draft) {
  config::YamlTree resolved = root;
  resolve_references(resolved);
  TorchtuneImport(resolved, draft).run(origin);
}

}  // namespace llmops::train
