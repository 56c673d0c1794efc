// Tables that say what becomes of each key of another tool's recipe.
#pragma once

#include <span>

#include "train/import/recipe_draft.h"

namespace llmops::train {

enum class KeyFate {
  kTaken,      ///< means the same here, under the name `text` where one is given
  kConverted,  ///< read by code of its own
  kHarmless,   ///< left out without changing what is learnt; `text` says why
  kLost,       ///< left out, and the result is another one; `text` says why
};

struct KeyRule {
  const char* key;  ///< dotted; one that ends in "*" stands for all that begin so
  KeyFate fate;
  const char* text = nullptr;
};

std::span<const KeyRule> axolotl_keys();
std::span<const KeyRule> torchtune_keys();

/// Keys of the table first, then its "*".
const KeyRule* find_rule(std::span<const KeyRule> rules, const std::string& key);

/// Takes an entry over or notes its loss, as its rule says; one without a rule is lost. What is off loses nothing.
void apply_rule(std::span<const KeyRule> rules, const ImportEntry& entry, RecipeDraft& draft);

/// Entries by their dotted keys.
class ImportEntries {
 public:
  /// @param deep  mappings are taken apart to the bottom; else only the top
  ImportEntries(const config::YamlTree& root, bool deep);
  const std::vector<ImportEntry>& all() const { return entries_; }
  /// nullptr where it is absent or null.
  const ImportEntry* find(const std::string& key) const;
  std::string text(const std::string& key) const;  ///< of a scalar; "" where absent

 private:
  void add(const config::YamlTree& map, const std::string& prefix, bool deep);
  std::vector<ImportEntry> entries_;
};

/// "OWNER/NAME" of the hub, and nothing that lies here.
bool is_hub_name(const std::string& name);

/// base_model, with what to do first where it is of the hub. @param revision  "" for the newest
void set_base_model(RecipeDraft& draft, const ImportEntry& entry, const std::string& revision);

/// Maps a name by a table of {theirs, ours, reason}; a reason beginning with '!' changes the result, "" none is lost.
struct NameRow {
  const char *theirs, *ours, *reason;
};
void set_name(RecipeDraft& draft, const std::string& key, const ImportEntry& entry, std::span<const NameRow> rows,
              const std::vector<std::string>& known, const std::string& otherwise);

}  // namespace llmops::train
