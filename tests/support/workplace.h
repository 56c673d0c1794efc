// A folder of its own in which the binary is run.
#pragma once

#include "core/json.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

namespace llmops::test {

struct Workplace {
  TemporaryDirectory folder;

  CliResult run(const std::vector<std::string>& words, const std::string& input = "") const {
    CliOptions options;
    options.working_directory = folder.path();
    options.input = input;
    return run_llmops(words, options);
  }
  /// What the words print with --json.
  Json json(std::vector<std::string> words) const {
    words.push_back("--json");
    return parse_json(run(words).out, "stdout");
  }
};

}  // namespace llmops::test
