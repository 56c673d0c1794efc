// Makes the units of preference training.
#include "train/preference_data.h"

#include "core/cancel.h"

namespace llmops::train {
namespace {

void add_unit(const ExampleMaker& maker, Example first, Example second, std::vector<Example>& examples,
              ExampleCounts& counts) {
  if (!maker.cut(first, counts) || !maker.cut(second, counts)) return;
  ++counts.examples;
  for (Example* example : {&first, &second}) {
    counts.tokens += example->length();
    counts.supervised_tokens += example->supervised_tokens;
    examples.push_back(std::move(*example));
  }
}

std::vector<Example> pairs(const PreferenceRecipe& recipe, const std::vector<Record>& records,
                           const ExampleMaker& maker, ExampleCounts& counts) {
  std::vector<Example> examples;
  for (const Record& record : records) {
    throw_if_cancelled();
    ++counts.records;
    const AnswerPair pair = to_pair(record);
    Example chosen = maker.make_answer(pair.chosen, record.origin);
    if (recipe.reward_model) chosen.margin = pair.margin;
    add_unit(maker, std::move(chosen), maker.make_answer(pair.rejected, record.origin), examples, counts);
  }
  return examples;
}

std::vector<Example> judged(const std::vector<Record>& records, const ExampleMaker& maker, ExampleCounts& counts) {
  std::vector<JudgedAnswer> answers;
  std::vector<const std::string*> origins;
  for (const Record& record : records) {
    ++counts.records;
    for (JudgedAnswer& answer : to_judged(record)) {
      answers.push_back(std::move(answer));
      origins.push_back(&record.origin);
    }
  }
  std::vector<Example> examples;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    throw_if_cancelled();
    const Answer& before = answers[(i + answers.size() - 1) % answers.size()].answer;
    Example example = maker.make_answer(answers[i].answer, *origins[i]);
    example.desirable = answers[i].desirable;
    add_unit(maker, std::move(example),
             maker.make_answer(mismatched(answers[i].answer, before, *origins[i]), *origins[i]), examples, counts);
  }
  return examples;
}

}  // namespace

std::vector<Example> preference_examples(const PreferenceRecipe& recipe, const std::vector<Record>& records,
                                         const ExampleMaker& maker, ExampleCounts& counts) {
  return recipe.rl == "kto" ? judged(records, maker, counts) : pairs(recipe, records, maker, counts);
}

}  // namespace llmops::train
