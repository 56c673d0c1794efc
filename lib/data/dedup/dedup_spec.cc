#include "data/dedup/dedup_spec.h"

#include <array>

#include "data/read/input_spec.h"

namespace llmops::data {
namespace {

constexpr std::array<const char*, 4> kKeepNames = {"first", "longest", "best", "all"};

void read_minhash(config::YamlObject& dedup, MinHashSpec& minhash) {
  const Json value = dedup.json("minhash");
  if (value.is_boolean()) {
    minhash.enabled = value.get<bool>();
    return;
  }
  config::YamlObject object = dedup.object("minhash");
  object.optional("ngram", minhash.ngram);
  object.optional("bands", minhash.bands);
  object.optional("rows", minhash.rows);
  object.optional("jaccard", minhash.jaccard);
  object.check(minhash.ngram >= 1 && minhash.ngram <= 32, "ngram", "is not between 1 and 32");
  object.check(minhash.bands >= 1 && minhash.rows >= 1 && minhash.bands <= 1024 && minhash.rows <= 1024 &&
                   minhash.bands * minhash.rows <= 1024,
               "bands", "times 'rows' is not between 1 and 1024");
  object.check(minhash.jaccard > 0 && minhash.jaccard <= 1, "jaccard", "is not above 0 and at most 1");
}

void read_semantic(config::YamlObject object, SemanticSpec& semantic) {
  object.optional("model", semantic.model);
  object.optional("cosine", semantic.cosine);
  object.check(semantic.cosine > 0 && semantic.cosine <= 1, "cosine", "is not above 0 and at most 1");
}

}  // namespace

void read_dedup(config::YamlObject object, DedupSpec& dedup) {
  object.optional("exact", dedup.exact);
  read_minhash(object, dedup.minhash);
  read_semantic(object.object("semantic"), dedup.semantic);
  const std::string keep = read_choice(object, "keep", "first", {"first", "longest", "best", "all"});
  for (std::size_t i = 0; i < kKeepNames.size(); ++i) {
    if (keep == kKeepNames[i]) dedup.keep = static_cast<Keep>(i);
  }
  object.optional("score_field", dedup.score_field);
  object.check((dedup.keep == Keep::kBest) == !dedup.score_field.empty(), "score_field",
               "and 'keep: best' need each other", "name the field whose highest number stays");
  dedup.parts = read_choice(object, "parts", dedup.parts, {"none", "lines", "paragraphs"});
  object.optional("part_min_words", dedup.part_min_words);
  object.check(dedup.part_min_words >= 1, "part_min_words", "is not at least 1");
}

Json dedup_json(const DedupSpec& dedup) {
  const MinHashSpec& minhash = dedup.minhash;
  Json near = false;
  if (minhash.enabled) {
    near = {{"ngram", minhash.ngram}, {"bands", minhash.bands}, {"rows", minhash.rows}, {"jaccard", minhash.jaccard}};
  }
  const SemanticSpec& semantic = dedup.semantic;
  Json meaning = false;
  if (!semantic.model.empty()) meaning = {{"model", semantic.model}, {"cosine", semantic.cosine}};
  return {{"exact", dedup.exact},
          {"minhash", near},
          {"semantic", meaning},
          {"keep", kKeepNames[static_cast<std::size_t>(dedup.keep)]},
          {"score_field", dedup.score_field},
          {"parts", dedup.parts},
          {"part_min_words", dedup.part_min_words}};
}

}  // namespace llmops::data
