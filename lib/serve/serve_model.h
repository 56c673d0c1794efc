// `llmops serve`: a model behind OpenAI's API until it is told to stop, recorded as a run.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "infer/engine.h"
#include "registry/run.h"

namespace llmops::serve {

struct ServeOptions {
  std::string model;    ///< folder, GGUF file, adapter or URI
  std::string base;     ///< base of an adapter; "" is what the adapter names
  std::string adapter;  ///< adapter put onto `model`; "" for none
  std::string host = "127.0.0.1";
  int port = 8000;                          ///< 0: the system picks one
  std::vector<std::string> model_names;     ///< what clients call it; empty: from the URI or path
  std::string api_key_file;                 ///< "": LLMOPS_API_KEY, or no key
  int max_queue = 256;                      ///< requests that may wait for their first token
  std::int64_t max_queue_tokens = 1 << 20;  ///< of their prompts together
  bool record_content = true;               ///< prompts and answers, not only their sizes
  infer::EngineOptions engine;              ///< but for model and adapter; draft_model may be a URI
  std::chrono::seconds drain_timeout{30};
};

struct ServeReport {
  std::string run_id;
  std::string url;
  std::string model;
  std::int64_t requests = 0;
  std::int64_t succeeded = 0;
  std::int64_t cancelled = 0;  ///< the client left
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t not_recorded = 0;  ///< requests the registry could not take
  double seconds = 0;             ///< from listening to the end
  bool drained = true;            ///< false: answers were cut off at the drain time-out
};
Json to_json(const ServeReport& report);

struct Listening {
  std::string url;
  int port = 0;
  std::string model;
  std::string run_id;
};

using OpenEngine = std::function<std::unique_ptr<infer::Engine>(const infer::EngineOptions&)>;

/// Serves until cancellation is requested (core/cancel.h), then drains.
/// @param open_engine   infer::open_engine, or a test's
/// @param on_listening  called once the port answers
/// @throws NotFoundError, InputError (model, adapter), ConfigError (key file), SystemError (port)
ServeReport serve_model(registry::Registry& registry, const ServeOptions& options, const std::vector<std::string>& argv,
                        const OpenEngine& open_engine, const std::function<void(const Listening&)>& on_listening);

}  // namespace llmops::serve
