// A corpus prepared from JSON lines in a temporary folder.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "data/prepared_corpus.h"
#include "data/write/final_records.h"
#include "data/write/write_dataset.h"
#include "support/temporary_directory.h"

namespace llmops::test {

struct PreparedTexts {
  /// @param recipe  its inputs are replaced by `rows`, an object a line, unless there are none
  PreparedTexts(data::PrepareRecipe recipe, const std::vector<Json>& rows, int threads = 1,
                std::uint64_t memory = std::uint64_t{64} << 20, const data::TextEmbedder& embedder = {})
      : workplace{folder.path() / "steps", memory, threads}, store(workplace.folder) {
    if (!rows.empty()) {
      std::ofstream file(folder.path() / "raw.jsonl", std::ios::binary);
      for (const Json& row : rows) file << dump_json(row) << "\n";
      if (recipe.inputs.empty()) recipe.inputs.emplace_back();
      recipe.inputs.resize(1);
      recipe.inputs[0].path = "raw.jsonl";
      recipe.folder = folder.path();
    }
    prepared = data::prepare_corpus(recipe, data::find_inputs(recipe), workplace, embedder, silent);
    report = data::count_corpus(prepared, store);
  }

  /// Writes the dataset. @returns its folder
  std::filesystem::path write() {
    const std::filesystem::path out = folder.path() / "out";
    std::filesystem::create_directories(out);
    data::write_dataset(prepared, nullptr, workplace, out, report, silent);
    return out;
  }

  /// What became of each record, by its id: "train", "near_duplicate", ...
  std::map<std::string, std::string> fates() {
    data::FinalRecords records(prepared.corpus, prepared.recipe, workplace, prepared.parts.get());
    std::map<std::string, std::string> fates;
    for (std::uint32_t i = 0; i < prepared.placement.fate.size(); ++i) {
      const data::Fate fate = prepared.placement.fate[i];
      fates[records.id(i)] =
          fate == data::Fate::kKept ? data::split_name(prepared.placement.split[i]) : fate_rule(fate);
    }
    return fates;
  }

  TemporaryDirectory folder;
  data::Workplace workplace;
  data::StepStore store;
  Progress silent;
  data::PreparedCorpus prepared;
  data::PrepareReport report;
};

}  // namespace llmops::test
