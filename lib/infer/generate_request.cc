#include "infer/generate_request.h"

#include <fmt/format.h>

#include <limits>

#include "infer/grammar_fields.h"

namespace llmops::infer {
namespace {

const std::vector<std::string> kKeys = {"prompt",
                                        "ids",
                                        "messages",
                                        "tools",
                                        "max_tokens",
                                        "temperature",
                                        "top_p",
                                        "top_k",
                                        "min_p",
                                        "frequency_penalty",
                                        "presence_penalty",
                                        "repetition_penalty",
                                        "seed",
                                        "stop",
                                        "ignore_eos",
                                        "response_format",
                                        "json_schema",
                                        "regex",
                                        "grammar"};

std::vector<TokenId> chat_prompt(const Engine& engine, const Json& request, const std::string& origin) {
  if (engine.chat_template() == nullptr) {
    throw InputError(origin + ": 'messages' are given, but the model has no chat template", "give a 'prompt'");
  }
  const Json tools = request.value("tools", Json(nullptr));
  const std::string text = engine.chat_template()->render(request["messages"], /*add_generation_prompt=*/true, tools);
  return engine.tokenizer().encode(text, /*add_special=*/false);  // the template writes them
}

std::vector<TokenId> prompt_tokens(const Engine& engine, const Json& request, const std::string& origin) {
  const int given = request.contains("prompt") + request.contains("ids") + request.contains("messages");
  if (given != 1) throw InputError(origin + ": one of 'prompt', 'ids' and 'messages' is needed");
  if (request.contains("ids")) return token_ids(request["ids"], origin);
  if (request.contains("messages")) return chat_prompt(engine, request, origin);
  return engine.tokenizer().encode(json_get<std::string>(request, "prompt", origin), /*add_special=*/true);
}

std::vector<std::string> stop_texts(const Json& request, const std::vector<std::string>& otherwise,
                                    const std::string& origin) {
  const Json stop = request.value("stop", Json(nullptr));
  if (stop.is_null()) return otherwise;
  if (stop.is_string()) return {stop.get<std::string>()};
  return json_get<std::vector<std::string>>(request, "stop", origin);
}

/// A reader of numbers would cut what is no whole number or too large, and go on with what is left.
template <typename T>
void read_whole(const Json& request, const char* key, T& value, const std::string& origin) {
  const auto found = request.find(key);
  if (found == request.end() || found->is_null()) return;
  if (!found->is_number_integer()) throw_json_type(key, *found, origin);
  constexpr auto kMost = std::numeric_limits<T>::max();
  const bool negative = !found->is_number_unsigned() && found->get<std::int64_t>() < 0;
  if (!negative && found->get<std::uint64_t>() > static_cast<std::uint64_t>(kMost)) {
    throw InputError(fmt::format("{}: '{}' is {}, expected at most {}", origin, key, found->dump(), kMost));
  }
  value = found->get<T>();
}

SamplingOptions sampling(const Json& request, const SamplingOptions& defaults, const std::string& origin) {
  SamplingOptions options = defaults;
  const auto read = [&](const char* key, auto& value) { value = json_get_or(request, key, value, origin); };
  read_whole(request, "max_tokens", options.max_tokens, origin);
  read("temperature", options.temperature);
  read("top_p", options.top_p);
  read_whole(request, "top_k", options.top_k, origin);
  read("min_p", options.min_p);
  read("frequency_penalty", options.frequency_penalty);
  read("presence_penalty", options.presence_penalty);
  read("repetition_penalty", options.repetition_penalty);
  read_whole(request, "seed", options.seed, origin);
  read("ignore_eos", options.ignore_eos);
  options.stop = stop_texts(request, defaults.stop, origin);
  return options;
}

}  // namespace

GenerateRequest read_generate_request(const Engine& engine, const LineSource::Line& line, const std::string& source,
                                      const GenerateLinesOptions& options) {
  if (options.plain_prompts) return {engine.tokenizer().encode(line.text, /*add_special=*/true), options.sampling};
  const std::string origin = fmt::format("{}:{}", source, line.number);
  const Json request = parse_request(line, source, kKeys);
  GenerateRequest made{prompt_tokens(engine, request, origin), sampling(request, options.sampling, origin)};
  made.grammar = read_grammar_fields(request, origin);
  return made;
}

}  // namespace llmops::infer
