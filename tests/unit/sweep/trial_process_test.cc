// Trials as processes: what they are given, how they end, and that they are told to end.
#include "sweep/trial_process.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/cancel.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

/// This test program again, to run the hidden case below as `what`.
TrialProcess process_of(const fs::path& folder, const std::string& what) {
  return {{"test_sweep", "[trial-child]"},
          {{"LLMOPS_TEST_TRIAL", what}, {"LLMOPS_TEST_UNSET", ""}},
          folder / "out.txt",
          folder / "log.txt"};
}

}  // namespace

TEST_CASE("the child that is a trial", "[.][trial-child]") {
  const char* what = std::getenv("LLMOPS_TEST_TRIAL");
  REQUIRE(what != nullptr);
  std::printf("as told: %s\n", what);
  std::fprintf(stderr, "unset: %d\n", std::getenv("LLMOPS_TEST_UNSET") == nullptr ? 1 : 0);
  std::fflush(stdout);
  if (std::string(what) == "killed") ::raise(SIGKILL);
  if (std::string(what) == "code 3") ::_exit(3);
  if (std::string(what) == "endless") {
    for (int i = 0; i < 600 && !cancel_requested(); ++i) ::usleep(100'000);
    ::_exit(cancel_requested() ? 130 : 1);
  }
}

TEST_CASE("a trial is given its environment, and its output lies in files", "[sweep]") {
  const test::TemporaryDirectory folder;
  ::setenv("LLMOPS_TEST_UNSET", "here", 1);
  int polls = 0;
  CHECK(run_trial_process(process_of(folder.path(), "fine"), [&] { ++polls; }) == 0);
  ::unsetenv("LLMOPS_TEST_UNSET");
  CHECK(polls > 0);
  CHECK_THAT(read_file(folder.path() / "out.txt"), Catch::Contains("as told: fine"));
  CHECK_THAT(read_file(folder.path() / "log.txt"), Catch::Contains("unset: 1"));
  CHECK(run_trial_process(process_of(folder.path(), "code 3"), [] {}) == 3);
  CHECK_THAT(read_file(folder.path() / "out.txt"), !Catch::Contains("fine"));
}

TEST_CASE("a trial that the system kills is told from one that ends", "[sweep]") {
  const test::TemporaryDirectory folder;
  CHECK(run_trial_process(process_of(folder.path(), "killed"), [] {}) == 128 + SIGKILL);
}

TEST_CASE("a trial is told to end when its sweep is", "[sweep]") {
  const test::TemporaryDirectory folder;
  const auto start = std::chrono::steady_clock::now();
  const int code = run_trial_process(process_of(folder.path(), "endless"), [&] {
    const fs::path output = folder.path() / "out.txt";
    if (fs::exists(output) && fs::file_size(output) > 0) request_cancel();
  });
  clear_cancel();
  CHECK((code == 130 || code == 128 + SIGTERM));  // the child has no handler unless the program's main sets one
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}
