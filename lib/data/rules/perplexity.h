// The perplexity filter: text that a language model of good text finds unlikely goes out.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"
#include "data/rules/ngram_model.h"

namespace llmops::data {

/// `clean: {perplexity: {model: lm.arpa, max: 1000}}`
struct PerplexitySpec {
  std::string model;                  ///< an ARPA file, plain or .gz; relative to the recipe's folder
  std::vector<std::string> train_on;  ///< or text files (plain or .gz) to train one on, a sentence a line
  int order = 3;                      ///< of the trained model, 1 to 5
  double max = 0, min = 0;            ///< what is kept; 0 is off. Very low is repetition and boilerplate
};

void read_perplexity(config::YamlObject object, PerplexitySpec& spec);
Json perplexity_json(const PerplexitySpec& spec);

/// Reads the model, or trains it.
/// @throws NotFoundError, SystemError, InputError
NgramModel open_perplexity_model(const PerplexitySpec& spec, const std::filesystem::path& folder);

/// "" or "perplexity". @param perplexity  as NgramModel::perplexity() says; text without words is above any `max`
std::string broken_perplexity_rule(double perplexity, const PerplexitySpec& spec);

}  // namespace llmops::data
