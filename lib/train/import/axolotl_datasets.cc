// axolotl's datasets.
#include <fmt/format.h>

#include <set>

#include "train/import/import_datasets.h"

namespace llmops::train {
namespace {

using enum KeyFate;
using config::YamlTree;

constexpr const char* kNoShaping = "records are taken as they are; `llmops prepare` maps their fields";
constexpr const char* kRolesKnown = "roles and turns are known by their usual names";

constexpr KeyRule kKeys[] = {
    {"path", kConverted},
    {"type", kConverted},
    {"data_files", kConverted},
    {"split", kConverted},
    {"field", kConverted},
    {"field_messages", kConverted},
    {"message_field_role", kConverted},
    {"message_field_content", kConverted},
    {"roles_to_train", kConverted},
    {"train_on_eos", kConverted},
    {"train_on_eot", kConverted},
    {"message_field_training", kConverted},
    {"message_field_training_detail", kConverted},
    {"chat_template", kConverted},
    {"name", kHarmless, "a part of a dataset is chosen when it is fetched"},
    {"ds_type", kHarmless, "the file itself shows what it is"},
    {"revision", kHarmless, "a revision is chosen when it is fetched"},
    {"trust_remote_code", kHarmless, "no code of the dataset is run"},
    {"roles", kConverted},
    {"message_property_mappings", kConverted},
    {"field_human", kHarmless, kRolesKnown},
    {"field_model", kHarmless, kRolesKnown},
    {"conversation", kLost, "the model's own chat template is used"},
    {"shards", kLost, "the whole dataset is used"},
    {"shards_idx", kLost, "the whole dataset is used"},
    {"preprocess_shards", kHarmless, "data is prepared when the run starts"},
};

constexpr const char* kChatKeys[] = {"field_messages",
                                     "message_property_mappings",
                                     "message_field_role",
                                     "message_field_content",
                                     "roles",
                                     "roles_to_train",
                                     "train_on_eos",
                                     "train_on_eot",
                                     "message_field_training",
                                     "message_field_training_detail"};
constexpr const char* kOnlyChat = "goes with type chat_template only here";

struct FormRow {
  const char* begins;  // of axolotl's type
  const char* form;    // ours
};
// The longest that fits counts.
constexpr FormRow kForms[] = {
    {"alpaca", "alpaca"},          {"alpaca_chat", "alpaca"},    {"chat_template", "chat_template"},
    {"sharegpt", "chat_template"}, {"completion", "completion"}, {"pretrain", "completion"},
    {"text", "completion"}};

/// @returns "" for a type that is not here
std::string form_of(const std::string& type, bool comparing) {
  if (comparing) return "preference";  // how a prompt is written is the template's matter
  const std::string name = type.substr(0, type.find_first_of(".:"));
  for (const FormRow& row : kForms) {
    if (name == row.begins) return row.form;
  }
  return "";
}

class DatasetImport {
 public:
  DatasetImport(const ImportEntry& list, const YamlTree& item, std::size_t index, RecipeDraft& draft)
      : entries_(item, false), prefix_(fmt::format("{}[{}].", list.key, index)), draft_(draft) {}

  Json convert(bool comparing) {
    Json made = {{"path", path()}};
    for (const ImportEntry& entry : entries_.all()) {
      const KeyRule* rule = find_rule(kKeys, entry.key);
      if ((rule != nullptr && rule->fate == kConverted) || entry.off()) continue;
      draft_.lose(named(entry), rule != nullptr ? rule->text : kNoShaping, rule == nullptr || rule->fate == kLost);
    }
    set_type(comparing, made);
    set_split(made);
    only("field", {"text", ""});
    only("chat_template", {"tokenizer_default"});
    const std::string form = made.value("type", "");
    take_chat(form != "preference" && form != "completion", made);
    return made;
  }

 private:
  ImportEntry named(const ImportEntry& entry) const { return {prefix_ + entry.key, entry.line, entry.value}; }

  std::string path() {
    const ImportEntry* files = entries_.find("data_files");
    if (files != nullptr) {
      const Json names = files->json();
      if (names.is_string()) return names;
      if (names.is_array() && !names.empty() && names[0].is_string()) {
        if (names.size() > 1) draft_.lose(named(*files), "only the first file is taken; list each as a dataset", true);
        return names[0];
      }
    }
    return dataset_path(entries_.text("path"), draft_);
  }

  void set_type(bool comparing, Json& made) {
    const ImportEntry* type = entries_.find("type");
    if (type == nullptr) return;
    const std::string form = type->text().empty() ? "" : form_of(type->text(), comparing);
    if (!form.empty()) {
      made["type"] = form;
    } else if (type->value->kind == YamlTree::Kind::kMap) {
      draft_.lose(named(*type), kNoShaping, true);
    } else {
      draft_.lose(named(*type),
                  fmt::format("'{}' is not here; the form is guessed from the first record", type->text()), true);
    }
  }

  void set_split(Json& made) {
    const ImportEntry* split = entries_.find("split");
    if (split == nullptr || split->text() == "train") return;
    if (split->text().find_first_of("[]:%") != std::string::npos) {
      draft_.lose(named(*split), "parts of a split are chosen with `llmops prepare`", true);
    } else if (!split->text().empty()) {
      made["split"] = split->text();
    }
  }

  /// A setting whose usual values change nothing here.
  void only(const char* key, const std::set<std::string>& usual) {
    const ImportEntry* entry = entries_.find(key);
    if (entry == nullptr || usual.contains(entry->text())) return;
    draft_.lose(named(*entry), fmt::format("is '{}'; {}", entry->text(), kNoShaping), true);
  }

  /// How conversations are written and what of them is learnt: the same keys here.
  void take_chat(bool of_chat, Json& made) {
    for (const char* key : kChatKeys) {
      const ImportEntry* entry = entries_.find(key);
      if (entry == nullptr) continue;
      // An empty list of roles means something: only what messages say themselves is learnt.
      const bool says_nothing = entry->off() && entry->json() != Json::array();
      if (of_chat && !says_nothing) made[key] = entry->json();
      if (!of_chat && !says_nothing) draft_.lose(named(*entry), kOnlyChat, true);
    }
  }

  ImportEntries entries_;
  std::string prefix_;
  RecipeDraft& draft_;
};

}  // namespace

std::string dataset_path(const std::string& name, RecipeDraft& draft) {
  if (is_hub_name(name)) {
    draft.to_do(fmt::format("fetch dataset '{}' as .jsonl or .json, and put the file's path into datasets", name));
  }
  return name;
}

void import_axolotl_datasets(const ImportEntry& entry, bool comparing, RecipeDraft& draft) {
  Json datasets = Json::array();
  std::vector<const YamlTree*> items;
  if (entry.value->kind == YamlTree::Kind::kMap) items.push_back(entry.value);
  for (const YamlTree& item : entry.value->list) items.push_back(&item);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]->kind != YamlTree::Kind::kMap) continue;
    datasets.push_back(DatasetImport(entry, *items[i], i, draft).convert(comparing));
  }
  if (!datasets.empty()) draft.set(entry.key, std::move(datasets), &entry);
}

}  // namespace llmops::train
