// torchtune's data sets.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "train/import/import_datasets.h"
#include "train/import/torchtune_values.h"

namespace llmops::train {
namespace {

using enum KeyFate;
using config::YamlTree;

struct BuilderRow {
  const char* name;    // of the component
  const char* source;  // nullptr: the recipe says it
  const char* form;
  bool learns_prompts;  // where the recipe does not say
};

constexpr BuilderRow kBuilders[] = {
    {"alpaca_dataset", "tatsu-lab/alpaca", "alpaca", true},
    {"alpaca_cleaned_dataset", "yahma/alpaca-cleaned", "alpaca", true},
    {"slimorca_dataset", "Open-Orca/SlimOrca-Dedup", "chat_template", false},
    {"chat_dataset", nullptr, "chat_template", false},
    {"instruct_dataset", nullptr, "", false},
    {"text_completion_dataset", nullptr, "completion", false},
    {"wikitext_dataset", "EleutherAI/wikitext_document_level", "completion", false},
    {"cnn_dailymail_articles_dataset", "ccdv/cnn_dailymail", "completion", false},
    {"grammar_dataset", "liweili/c4_200m", "", false},
    {"samsum_dataset", "Samsung/samsum", "", false},
    {"preference_dataset", nullptr, "preference", false},
    {"stack_exchange_paired_dataset", "lvwerra/stack-exchange-paired", "preference", false},
    {"hh_rlhf_helpful_dataset", "RLHFlow/HH-RLHF-Helpful-standard", "preference", false},
};

constexpr const char* kNoShaping = "records are taken as they are; `llmops prepare` maps their fields";

constexpr KeyRule kKeys[] = {
    {"_component_", kConverted},
    {"source", kConverted},
    {"data_files", kConverted},
    {"split", kConverted},
    {"packed", kConverted},
    {"train_on_input", kConverted},
    {"masking_strategy", kConverted},
    {"column", kConverted},
    {"conversation_column", kConverted},
    {"add_eos", kConverted},
    {"conversation_style", kHarmless, "the form is known by its keys"},
    {"name", kHarmless, "a part of a dataset is chosen when it is fetched"},
    {"subset", kHarmless, "a part of a dataset is chosen when it is fetched"},
    {"max_seq_len", kHarmless, "rows have sequence_len tokens"},
    {"split_across_pack", kHarmless, "packing never cuts an example"},
    {"pack_by_length", kHarmless, "packing fills rows as well as it can"},
};

const BuilderRow* find_builder(const std::string& name) {
  const auto found =
      std::find_if(std::begin(kBuilders), std::end(kBuilders), [&](const BuilderRow& row) { return name == row.name; });
  return found == std::end(kBuilders) ? nullptr : found;
}

struct Slice {
  double from = 0, to = 100;  // percent
};

/// "train[:95%]" is 0 to 95.
std::optional<Slice> slice_of(const std::string& split) {
  static const std::regex kSlice(R"(\w+(?:\[(?:(\d+)%)?:(?:(\d+)%)?\])?)");
  std::smatch parts;
  if (!std::regex_match(split, parts, kSlice)) return std::nullopt;
  return Slice{parts[1].matched ? std::stod(parts[1]) : 0, parts[2].matched ? std::stod(parts[2]) : 100};
}

class DatasetImport {
 public:
  DatasetImport(const YamlTree& item, std::string prefix, bool comparing, RecipeDraft& draft)
      : entries_(item, false), prefix_(std::move(prefix)), comparing_(comparing), draft_(draft) {}

  Json convert() {
    for (const ImportEntry& entry : entries_.all()) {
      const ImportEntry named{prefix_ + entry.key, entry.line, entry.value};
      const KeyRule* rule = find_rule(kKeys, entry.key);
      if ((rule != nullptr && rule->fate == kConverted) || named.off()) continue;
      draft_.lose(named, rule != nullptr ? rule->text : kNoShaping, rule == nullptr);
    }
    const ImportEntry* component = entries_.find("_component_");
    const std::string name = component != nullptr ? component_name(component->text()) : "";
    const BuilderRow* builder = find_builder(name);
    if (builder == nullptr && component != nullptr) {
      draft_.lose(named(*component), fmt::format("'{}' is not here", name), true);
    }
    Json made = {{"path", path(builder)}};
    const std::string form = comparing_ ? "preference" : builder != nullptr ? builder->form : "";
    if (!form.empty()) made["type"] = form;
    prompts(builder);
    masking();
    if (const ImportEntry* packed = entries_.find("packed")) draft_.set("sample_packing", packed->json(), packed);
    usual("column", {"text"});
    const std::string messages = entries_.text("conversation_column");
    if (!messages.empty() && form == "chat_template") made["field_messages"] = messages;
    const ImportEntry* end = entries_.find("add_eos");
    if (end != nullptr && end->json() == false) draft_.lose(named(*end), "the end of a text is learnt", true);
    return made;
  }

  std::string split() const { return entries_.text("split"); }

 private:
  ImportEntry named(const ImportEntry& entry) const { return {prefix_ + entry.key, entry.line, entry.value}; }

  std::string path(const BuilderRow* builder) {
    const ImportEntry* files = entries_.find("data_files");
    if (files != nullptr && !files->text().empty()) return files->text();
    const std::string source = entries_.text("source");
    if (!source.empty()) return dataset_path(source, draft_);
    if (builder != nullptr && builder->source != nullptr) return dataset_path(builder->source, draft_);
    draft_.to_do("put the path of your data into datasets");
    return "train.jsonl";
  }

  void prompts(const BuilderRow* builder) {
    const ImportEntry* said = entries_.find("train_on_input");
    if (comparing_) return;
    if (said != nullptr) return draft_.set("train_on_inputs", said->json(), said);
    if (builder != nullptr && builder->learns_prompts) draft_.set("train_on_inputs", true);
  }

  /// Of conversations, in newer versions.
  void masking() {
    const ImportEntry* strategy = entries_.find("masking_strategy");
    if (strategy == nullptr || comparing_ || strategy->text() == "train_on_assistant") return;
    if (strategy->text() == "train_on_all") return draft_.set("train_on_inputs", true, strategy);
    draft_.lose(named(*strategy), fmt::format("is '{}'; all answers are learnt", strategy->text()), true);
  }

  void usual(const char* key, const std::vector<std::string>& names) {
    const ImportEntry* entry = entries_.find(key);
    if (entry == nullptr || std::find(names.begin(), names.end(), entry->text()) != names.end()) return;
    draft_.lose(named(*entry), fmt::format("is '{}'; {}", entry->text(), kNoShaping), true);
  }

  ImportEntries entries_;
  std::string prefix_;
  bool comparing_;
  RecipeDraft& draft_;
};

/// Validation data that is the rest of the training data is a share of it here.
void import_validation(const ImportEntry* training, const YamlTree* validation, const std::string& split,
                       bool comparing, RecipeDraft& draft) {
  const std::optional<Slice> slice = slice_of(split.empty() ? "train" : split);
  if (validation != nullptr && validation->kind == YamlTree::Kind::kMap) {
    RecipeDraft unused;  // what is lost there is lost of the training data too
    DatasetImport rest(*validation, "dataset_val.", comparing, unused);
    const Json made = rest.convert();
    const std::optional<Slice> other = slice_of(rest.split());
    const bool follows =
        slice && other && slice->from == 0 && other->from == slice->to && other->to == 100 && slice->to < 100;
    if (follows && draft.values()["datasets"][0]["path"] == made["path"]) {
      return draft.set("val_set_size", (100 - slice->to) / 100);
    }
    return draft.set("test_datasets", Json::array({made}));
  }
  draft.set("val_set_size", 0);
  if (training != nullptr && (!slice || slice->from != 0 || slice->to != 100)) {
    draft.lose(*training, fmt::format("is '{}'; the whole dataset is used", split), true);
  }
}

}  // namespace

void import_torchtune_datasets(const YamlTree& root, bool comparing, RecipeDraft& draft) {
  const YamlTree* dataset = root.find("dataset");
  std::vector<const YamlTree*> items;
  if (dataset != nullptr && dataset->kind == YamlTree::Kind::kMap) items.push_back(dataset);
  if (dataset != nullptr) {
    for (const YamlTree& item : dataset->list) items.push_back(&item);
  }
  Json made = Json::array();
  std::string split;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]->kind != YamlTree::Kind::kMap) continue;
    DatasetImport import(*items[i], items.size() == 1 ? "dataset." : fmt::format("dataset[{}].", i), comparing, draft);
    made.push_back(import.convert());
    split = import.split();
  }
  if (made.empty()) return draft.set("val_set_size", 0);
  draft.set("datasets", made);
  const ImportEntries all(root, true);
  import_validation(all.find("dataset.split"), root.find("dataset_val"), split, comparing, draft);
}

}  // namespace llmops::train
