// The perplexity filter's recipe section, its model and its rule.
#include "data/rules/perplexity.h"

#include "data/rules/arpa_lines.h"
#include "data/rules/ngram_train.h"

namespace llmops::data {

NgramModel open_perplexity_model(const PerplexitySpec& spec, const std::filesystem::path& folder) {
  if (!spec.model.empty()) return NgramModel::from_arpa(folder / spec.model);
  NgramTrainer trainer(spec.order);
  for (const std::string& name : spec.train_on) {
    ArpaLines lines(folder / name);
    for (std::string_view line; lines.next(line);) trainer.add_text(line);
  }
  return trainer.estimate().model();
}

std::string broken_perplexity_rule(double perplexity, const PerplexitySpec& spec) {
  const bool above = spec.max > 0 && perplexity > spec.max;
  const bool below = spec.min > 0 && perplexity < spec.min;
  return above || below ? "perplexity" : "";
}

void read_perplexity(config::YamlObject object, PerplexitySpec& spec) {
  object.optional("model", spec.model);
  object.optional("train_on", spec.train_on);
  object.optional("order", spec.order);
  object.optional("max", spec.max);
  object.optional("min", spec.min);
  object.check(spec.order >= 1 && spec.order <= kMostTrainedOrder, "order", "is not between 1 and 5");
  object.check(spec.max >= 0 && spec.min >= 0, spec.max < 0 ? "max" : "min", "is negative", "0 turns it off");
  object.check(spec.max == 0 || spec.min <= spec.max, "min", "is above 'max', which would keep nothing");
  const bool wanted = spec.max > 0 || spec.min > 0 || !spec.model.empty() || !spec.train_on.empty();
  object.check(!wanted || spec.model.empty() != spec.train_on.empty(), "model",
               "and 'train_on': exactly one of them is needed",
               "give 'model', the path of an ARPA file, or 'train_on', a list of text files");
}

Json perplexity_json(const PerplexitySpec& spec) {
  return {
      {"model", spec.model}, {"train_on", spec.train_on}, {"order", spec.order}, {"max", spec.max}, {"min", spec.min}};
}

}  // namespace llmops::data
