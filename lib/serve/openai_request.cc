// A chat or text completion request.
#include "serve/openai_request.h"

#include <fmt/format.h>

#include <random>

#include "core/error.h"
#include "infer/grammar_fields.h"
#include "serve/api_error.h"
#include "serve/chat_messages.h"
#include "serve/request_fields.h"

namespace llmops::serve {
namespace {

constexpr int kMaxTokensLimit = 1 << 24;  // the context decides; this only keeps sums within an int
constexpr std::size_t kMaxStops = 16;     // OpenAI's API takes 4

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

void read_sampling(const RequestFields& fields, CompletionCall& call) {
  auto& sampling = call.sampling;
  sampling.temperature = fields.number("temperature", 1.0, 0, 2);
  sampling.top_p = fields.number("top_p", 1.0, 0, 1);
  sampling.top_k = static_cast<int>(fields.integer("top_k", 0, -1, 1 << 20));  // as other servers: not OpenAI's
  if (sampling.top_k < 0) sampling.top_k = 0;
  sampling.frequency_penalty = fields.number("frequency_penalty", 0, -2, 2);
  sampling.presence_penalty = fields.number("presence_penalty", 0, -2, 2);
  sampling.ignore_eos = fields.boolean("ignore_eos", false);
  call.seeded = fields.has("seed");
  sampling.seed =
      call.seeded ? static_cast<std::uint64_t>(fields.integer("seed", 0, INT64_MIN, INT64_MAX)) : random_seed();
  for (std::string& stop : fields.strings("stop", kMaxStops)) {
    if (!stop.empty()) sampling.stop.push_back(std::move(stop));  // an empty one would end every answer at once
  }
  const int default_tokens = call.route == Route::kText ? 16 : 0;  // OpenAI's defaults
  const char* key =
      call.route == Route::kChat && fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
  sampling.max_tokens = static_cast<int>(fields.integer(key, default_tokens, 1, kMaxTokensLimit));
}

void read_logprobs(const RequestFields& fields, CompletionCall& call) {
  if (call.route == Route::kChat) {
    call.logprobs = fields.boolean("logprobs", false);
    const int top = static_cast<int>(fields.integer("top_logprobs", 0, 0, 20));
    if (fields.has("top_logprobs") && !call.logprobs) {
      throw invalid_field("top_logprobs", "'top_logprobs' needs 'logprobs' to be true", "invalid_value");
    }
    call.sampling.top_logprobs = call.logprobs ? top : -1;
  } else {
    call.logprobs = fields.has("logprobs");
    call.sampling.top_logprobs = static_cast<int>(fields.integer("logprobs", -1, 0, 5));
  }
}

/// Fields with a meaning this server would otherwise silently ignore.
void refuse_unsupported(const RequestFields& fields) {
  const auto filled = [&](const char* key) { return fields.has(key) && !fields.at(key).empty(); };
  fields.refuse("tools", filled("tools"), "tools are not supported");
  fields.refuse("functions", filled("functions"), "functions are not supported");
  fields.refuse("logit_bias", filled("logit_bias"), "'logit_bias' is not supported");
  fields.refuse("audio", fields.has("audio"), "audio is not supported");
  fields.refuse("suffix", !fields.string("suffix").empty(), "'suffix' is not supported");
  fields.refuse("echo", fields.boolean("echo", false), "'echo' is not supported");
}

/// What is in it is checked by the engine, which compiles it.
void read_grammar(const Json& body, CompletionCall& call) {
  try {
    call.grammar = infer::read_grammar_fields(body, "request");
  } catch (const InputError& error) {
    throw invalid_field("response_format", error.what(), "invalid_value");
  }
}

std::vector<text::TokenId> read_tokens(const Json& list, const std::string& where, int vocab_size) {
  std::vector<text::TokenId> tokens;
  for (const Json& element : list) {
    const bool integer = element.is_number_integer();
    if (!integer || element.get<std::int64_t>() < 0 || element.get<std::int64_t>() >= vocab_size) {
      throw invalid_field("prompt",
                          fmt::format("'{}' holds {}, a token is an integer from 0 to {}", where,
                                      element.dump(-1, ' ', false, Json::error_handler_t::replace), vocab_size - 1),
                          integer ? "invalid_value" : "invalid_type");
    }
    tokens.push_back(element.get<text::TokenId>());
  }
  return tokens;
}

/// A string, a list of strings, a list of tokens or a list of lists of tokens.
void read_prompt(const RequestFields& fields, const RequestLimits& limits, CompletionCall& call) {
  const Json& prompt = fields.at("prompt");
  if (prompt.is_null()) throw invalid_field("prompt", "you must provide 'prompt'", "missing_required_parameter");
  if (prompt.is_string()) {
    call.prompts.push_back(prompt.get<std::string>());
    return;
  }
  if (!prompt.is_array()) {
    throw invalid_field("prompt", fmt::format("'prompt' must be a string or an array, not {}", json_kind(prompt)),
                        "invalid_type");
  }
  if (prompt.empty()) throw invalid_field("prompt", "'prompt' is empty", "empty_array");
  if (prompt[0].is_string()) {
    call.prompts = fields.strings("prompt", static_cast<std::size_t>(limits.max_choices));
  } else if (prompt[0].is_array()) {
    for (std::size_t i = 0; i < prompt.size(); ++i) {
      if (!prompt[i].is_array()) {
        throw invalid_field("prompt",
                            fmt::format("'prompt[{}]' must be an array of tokens, not {}", i, json_kind(prompt[i])),
                            "invalid_type");
      }
      call.prompt_tokens.push_back(read_tokens(prompt[i], fmt::format("prompt[{}]", i), limits.vocab_size));
    }
  } else {
    call.prompt_tokens.push_back(read_tokens(prompt, "prompt", limits.vocab_size));
  }
}

std::vector<text::TokenId> chat_tokens(const CompletionCall& call, const infer::Engine& engine) {
  const text::ChatTemplate* chat_template = engine.chat_template();
  if (chat_template == nullptr) {
    throw invalid_field("messages", "this model has no chat template; use /v1/completions", "no_chat_template");
  }
  try {
    // The template writes its own special tokens: adding the tokenizer's would give two BOS.
    return engine.tokenizer().encode(chat_template->render(call.messages, /*add_generation_prompt=*/true), false);
  } catch (const InputError& error) {
    throw invalid_field("messages", error.what(), "chat_template_error");
  }
}

std::vector<std::vector<text::TokenId>> all_prompts(const CompletionCall& call, const infer::Engine& engine) {
  if (call.route == Route::kChat) return {chat_tokens(call, engine)};
  if (!call.prompt_tokens.empty()) return call.prompt_tokens;
  std::vector<std::vector<text::TokenId>> prompts;
  for (const std::string& prompt : call.prompts) prompts.push_back(engine.tokenizer().encode(prompt, true));
  return prompts;
}

void check_length(std::size_t prompt, int max_tokens, int context, const char* param) {
  const auto room = static_cast<std::int64_t>(context) - static_cast<std::int64_t>(prompt);
  if (prompt == 0) throw invalid_field(param, fmt::format("'{}' gives no tokens", param), "empty_prompt");
  if (room >= std::max(1, max_tokens)) return;
  throw invalid_field(
      param,
      fmt::format("this model's context holds {} tokens; the request has {} in the prompt and asks for {} "
                  "more",
                  context, prompt, std::max(1, max_tokens)),
      "context_length_exceeded");
}

}  // namespace

Json parse_body(const std::string& body) {
  try {
    return parse_json(body, "request");
  } catch (const InputError& error) {
    throw ApiError(400, "invalid_request_error", fmt::format("the body is not valid JSON: {}", error.what()), "",
                   "invalid_json");
  }
}

CompletionCall parse_completion(Route route, const Json& body, const RequestLimits& limits) {
  const RequestFields fields(body);
  CompletionCall call;
  call.route = route;
  call.model = fields.required_string("model");
  if (route == Route::kChat) {
    call.messages = read_messages(fields.at("messages"));
  } else {
    read_prompt(fields, limits, call);
  }
  read_sampling(fields, call);
  read_logprobs(fields, call);
  refuse_unsupported(fields);
  read_grammar(body, call);
  call.stream = fields.boolean("stream", false);
  if (fields.has("stream_options")) {
    const RequestFields options(fields.at("stream_options"), "stream_options.");
    if (!call.stream)
      throw invalid_field("stream_options", "'stream_options' needs 'stream' to be true", "invalid_value");
    call.include_usage = options.boolean("include_usage", false);
  }
  const auto prompts = static_cast<int>(std::max<std::size_t>({1, call.prompts.size(), call.prompt_tokens.size()}));
  call.choices = static_cast<int>(fields.integer("n", 1, 1, limits.max_choices));
  const int best_of = static_cast<int>(fields.integer("best_of", call.choices, 1, limits.max_choices));
  fields.refuse("best_of", best_of != call.choices, "'best_of' other than 'n' is not supported");
  if (call.choices * prompts > limits.max_choices) {
    throw invalid_field(
        "n", fmt::format("{} prompts with n = {} make more than {} choices", prompts, call.choices, limits.max_choices),
        "integer_above_max_value");
  }
  return call;
}

std::vector<infer::GenerateRequest> to_engine_requests(const CompletionCall& call, const infer::Engine& engine) {
  const char* param = call.route == Route::kChat ? "messages" : "prompt";
  const int context = engine.info().context_length;
  std::vector<infer::GenerateRequest> requests;
  for (const auto& prompt : all_prompts(call, engine)) {
    check_length(prompt.size(), call.sampling.max_tokens, context, param);
    for (int choice = 0; choice < call.choices; ++choice) {
      infer::GenerateRequest request{prompt, call.sampling};
      request.grammar = call.grammar;
      if (call.sampling.max_tokens == 0) request.sampling.max_tokens = context - static_cast<int>(prompt.size());
      // Equal seeds would give n equal answers.
      request.sampling.seed = call.sampling.seed + static_cast<std::uint64_t>(choice);
      requests.push_back(std::move(request));
    }
  }
  return requests;
}

}  // namespace llmops::serve
