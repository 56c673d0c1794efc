// The program itself: help, typos, exit codes, start-up.
#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;
using test::run_llmops;

TEST_CASE("no arguments show the commands and are a usage error", "[cli]") {
  const auto result = run_llmops({});
  CHECK(result.exit_code == 2);
  CHECK(result.out.empty());
  CHECK(result.err.find("finetune-lora") != std::string::npos);
}

TEST_CASE("mistyped words get the nearest name", "[cli]") {
  const auto command = run_llmops({"evla"});
  CHECK(command.exit_code == 2);
  CHECK(command.err == "error: unknown command 'evla'\nhint: did you mean 'eval'?\n");
  const auto option = run_llmops({"runs", "list", "--jsno"});
  CHECK(option.exit_code == 2);
  CHECK(option.err == "error: unknown option '--jsno'\nhint: did you mean '--json'?\n");
  const auto nested = run_llmops({"models", "promot"});
  CHECK(nested.exit_code == 2);
  CHECK(nested.err == "error: unknown command 'promot'\nhint: did you mean 'promote'?\n");
}

TEST_CASE("errors come as JSON when JSON is asked for", "[cli]") {
  const auto result = run_llmops({"evla", "--json"});
  CHECK(result.exit_code == 2);
  const Json error = parse_json(result.out, "stdout");
  CHECK(error["error"]["code"] == "usage");
  CHECK(error["error"]["hint"] == "did you mean 'eval'?");
}

TEST_CASE("help has every exit code, every command has examples", "[cli]") {
  const auto codes = run_llmops({"help", "exit-codes"});
  for (const char* code : {"0 ", "1 ", "2 ", "3 ", "4 ", "130 "}) CHECK(codes.out.find(code) != std::string::npos);
  const auto typo = run_llmops({"help", "exit-code"});
  CHECK(typo.exit_code == 2);
  CHECK(typo.err == "error: no help for 'exit-code'\nhint: did you mean 'exit-codes'?\n");
  CHECK(run_llmops({"--version"}).out.find("llmops ") == 0);
}

TEST_CASE("help and completion create nothing", "[cli]") {
  const test::TemporaryDirectory folder;
  test::CliOptions options;
  options.working_directory = folder.path();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--help"},
                                                                                     {"help"},
                                                                                     {"completion", "bash"},
                                                                                     {"completion", "fish"},
                                                                                     {"help", "--man"},
                                                                                     {"serve", "--help"}}) {
    const auto result = run_llmops(words, options);
    CHECK(result.exit_code == 0);
    CHECK(result.out.size() > 200);
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("the bash completion is valid bash and completes", "[cli]") {
  const auto script = run_llmops({"completion", "bash"});
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "c.sh",
                    script.out + "\nCOMP_WORDS=(llmops models pro); COMP_CWORD=2; _llmops; echo \"${COMPREPLY[@]}\"\n");
  const ProcessResult result = run_process({"bash", (folder.path() / "c.sh").string()});
  CHECK(result.output == "promote\n");
}

TEST_CASE("the binary itself does not load libtorch", "[cli]") {
  const ProcessResult libraries = run_process({"ldd", LLMOPS_BINARY_DIR "/llmops"});
  CHECK(libraries.exit_code == 0);
  CHECK(libraries.output.find("libtorch") == std::string::npos);
  CHECK(libraries.output.find("libc10") == std::string::npos);
}

TEST_CASE("a full disk on standard output is an error", "[cli]") {
  const ProcessResult result =
      run_process({"sh", "-c", "exec '" LLMOPS_BINARY_DIR "/llmops' completion bash > /dev/full"});
  CHECK(result.exit_code == 1);
  CHECK(result.output.find("error: cannot write to standard output") != std::string::npos);
}
