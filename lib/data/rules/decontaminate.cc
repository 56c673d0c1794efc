#include "data/rules/decontaminate.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "core/error.h"
#include "core/hash.h"
#include "data/dedup/shingles.h"
#include "data/read/mapping.h"
#include "data/read/unit_reader.h"
#include "data/recipe.h"

namespace llmops::data {
namespace {

// The words of run number `index`, as they stand in the normalized text.
std::string words_of_run(std::string_view normalized, std::size_t index, int ngram) {
  std::size_t begin = 0;
  for (; index > 0; --index) begin = normalized.find(' ', begin) + 1;
  std::size_t end = begin;
  for (int word = 0; word < ngram && end != std::string_view::npos; ++word) {
    end = normalized.find(' ', end + (word > 0 ? 1 : 0));
  }
  return std::string(normalized.substr(begin, end == std::string_view::npos ? end : end - begin));
}

}  // namespace

void read_decontaminate(config::YamlObject object, DecontaminateSpec& spec) {
  object.optional("against", spec.against);
  const Json ngram = object.json("ngram");
  if (ngram.is_number_integer()) spec.ngrams = {ngram.get<int>()};
  if (ngram.is_array()) {
    std::vector<double> lengths;
    object.optional("ngram", lengths);
    spec.ngrams.assign(lengths.begin(), lengths.end());
  }
  object.optional("share", spec.share);
  const auto valid = [](int length) { return length >= 3 && length <= 64; };
  const bool falling = std::is_sorted(spec.ngrams.rbegin(), spec.ngrams.rend());
  object.check(!spec.ngrams.empty() && std::all_of(spec.ngrams.begin(), spec.ngrams.end(), valid) && falling, "ngram",
               "is not a length from 3 to 64, or a list of falling ones", "for example ngram: [13, 8]");
  object.check(spec.share > 0 && spec.share <= 1, "share", "is not above 0 and at most 1");
}

Json decontaminate_json(const DecontaminateSpec& spec) {
  return {{"against", spec.against}, {"ngram", spec.ngrams}, {"share", spec.share}};
}

ContaminationIndex::ContaminationIndex(const DecontaminateSpec& spec, const std::filesystem::path& folder)
    : spec_(spec), runs_(spec.ngrams.size()) {
  PrepareRecipe recipe;
  recipe.folder = folder;
  for (const std::string& path : spec.against) {
    recipe.inputs.emplace_back();
    recipe.inputs.back().path = path;
  }
  const InputFiles inputs = find_inputs(recipe);
  UnitReader reader(recipe, inputs);
  for (Unit unit; reader.next(unit);) {
    for (const Part& part : unit.parts) {
      const InputFile& file = inputs.files[part.file];
      if (!part.damage.empty()) throw InputError("evaluation file " + part.damage);
      for (const Slice& slice : part.slices) {
        const auto row = read_row(slice, file.format, part.header);
        if (const Json* value = std::get_if<Json>(&row))
          add_strings(*value, fmt::format("{}:{}", file.name, slice.line));
      }
    }
  }
  for (const ReadFile& file : reader.files()) content_hash_ += file.name + " " + file.sha256 + "\n";
  content_hash_ = sha256_hex(content_hash_);
  note_runs();
  if (!texts_.empty()) return;
  throw InputError(fmt::format("nothing to decontaminate against: none of {} evaluation texts has {} words", too_short_,
                               spec.ngrams.back()),
                   "check 'decontaminate.against', or give a shorter run in 'ngram'");
}

void ContaminationIndex::note_runs() {
  std::size_t runs = 1;
  for (const Runs& known : runs_) runs += known.size();
  noted_.resize(std::bit_ceil(runs));  // 64 bits a run, so that one in 64 of the others passes at most
  for (const Runs& known : runs_) {
    for (const auto& [run, text] : known) noted_[(run >> 6) & (noted_.size() - 1)] |= std::uint64_t{1} << (run & 63);
  }
}

void ContaminationIndex::add_strings(const Json& value, const std::string& where) {
  if (value.is_string()) return add(value.get_ref<const std::string&>(), where);
  if (!value.is_structured()) return;
  for (const Json& part : value) add_strings(part, where);
}

void ContaminationIndex::add(std::string_view text, const std::string& where) {
  const std::vector<std::uint64_t> words = words_of(text).hashes;
  Text entry{where, {}};
  const auto index = static_cast<std::uint32_t>(texts_.size());
  for (std::size_t length = 0; length < spec_.ngrams.size(); ++length) {
    std::vector<std::uint64_t> runs = run_hashes(words, spec_.ngrams[length]);
    std::sort(runs.begin(), runs.end());
    runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
    entry.runs.push_back(static_cast<std::uint32_t>(runs.size()));
    for (const std::uint64_t run : runs) {
      // One run of the first length is enough, so the first text that has it speaks for all.
      if (length > 0 || runs_[0].count(run) == 0) runs_[length].emplace(run, index);
    }
  }
  if (entry.runs.back() == 0) {
    ++too_short_;
  } else {
    texts_.push_back(std::move(entry));
  }
}

std::optional<Contamination> ContaminationIndex::find(const TextWords& words) const {
  for (std::size_t length = 0; length < runs_.size(); ++length) {
    if (auto found = find_runs(words, length)) return found;
  }
  return std::nullopt;
}

std::optional<Contamination> ContaminationIndex::find_runs(const TextWords& words, std::size_t length) const {
  const Runs& known = runs_[length];
  const std::vector<std::uint64_t> runs = run_hashes(words.hashes, spec_.ngrams[length]);
  std::map<std::uint32_t, std::vector<std::size_t>> met;  // runs of this record, by the text that has them
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!may_have(runs[i])) continue;
    const auto [first, last] = known.equal_range(runs[i]);
    for (auto entry = first; entry != last; ++entry) {
      std::vector<std::size_t>& places = met[entry->second];
      const auto same = [&](std::size_t place) { return runs[place] == runs[i]; };
      if (std::none_of(places.begin(), places.end(), same)) places.push_back(i);
    }
  }
  for (const auto& [text, places] : met) {
    const double share = static_cast<double>(places.size()) / texts_[text].runs[length];
    if (length > 0 && share < spec_.share) continue;
    return Contamination{texts_[text].where, words_of_run(words.normalized, places.front(), spec_.ngrams[length]),
                         spec_.ngrams[length]};
  }
  return std::nullopt;
}

}  // namespace llmops::data
