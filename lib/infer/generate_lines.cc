#include "infer/generate_lines.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "core/cancel.h"
#include "infer/generate_request.h"

namespace llmops::infer {
namespace {

/// The lines handed to the engine together. Shared with its callbacks, which may outlive a caller that gave up.
struct Answers : std::enable_shared_from_this<Answers> {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::optional<Json>> done;

  void finish(std::size_t index, Json answer) {
    const std::lock_guard lock(mutex);
    done[index] = std::move(answer);
    changed.notify_all();
  }

  GenerateCallbacks callbacks(std::size_t index) {
    GenerateCallbacks made;
    made.on_done = [self = shared_from_this(), index](const GenerateResult& result) {
      self->finish(index, {{"text", result.text}, {"ids", result.tokens}, {"finish_reason", result.finish_reason}});
    };
    made.on_error = [self = shared_from_this(), index](const std::string& message) {
      self->finish(index, error_answer(InputError(message)));
    };
    return made;
  }

  /// @throws Interrupted
  Json wait(std::size_t index) {
    std::unique_lock lock(mutex);
    while (!done[index]) {
      changed.wait_for(lock, std::chrono::milliseconds(50));
      throw_if_cancelled();
    }
    return *done[index];
  }
};

/// Ends what still runs when the caller stops waiting for it.
struct Submitted {
  Engine& engine;
  std::vector<Engine::RequestId> ids;
  ~Submitted() {
    for (const Engine::RequestId id : ids) engine.cancel(id);
  }
};

}  // namespace

LinesReport generate_lines(Engine& engine, LineSource& lines, const GenerateLinesOptions& options,
                           const WriteAnswer& write) {
  LinesReport report;
  for (auto taken = lines.take(options.at_once); !taken.empty(); taken = lines.take(options.at_once)) {
    if (!options.plain_prompts)
      std::erase_if(taken, [](const auto& line) { return line.text.find_first_not_of(" \t") == std::string::npos; });
    const auto answers = std::make_shared<Answers>();
    answers->done.resize(taken.size());
    Submitted submitted{engine, {}};
    for (std::size_t i = 0; i < taken.size(); ++i) {
      try {
        submitted.ids.push_back(
            engine.submit(read_generate_request(engine, taken[i], lines.name(), options), answers->callbacks(i)));
      } catch (const InputError& error) {
        answers->finish(i, error_answer(error));
      }
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Json answer = answers->wait(i);
      ++report.lines;
      report.failed += answer.contains("error") ? 1 : 0;
      write(answer, answer.contains("error") ? "error: " + answer["error"]["message"].get<std::string>()
                                             : answer["text"].get<std::string>());
    }
    submitted.ids.clear();
  }
  return report;
}

}  // namespace llmops::infer
