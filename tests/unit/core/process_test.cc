#include "core/process.h"

#include "core/cancel.h"
#include "core/error.h"
#include "support/catch.h"

using namespace llmops;

TEST_CASE("a process runs without a shell", "[core]") {
  CHECK(run_process({"echo", "$HOME; rm -rf x"}).output == "$HOME; rm -rf x\n");
  CHECK(run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}).exit_code == 3);
  CHECK(run_process({"sh", "-c", "kill -9 $$"}).exit_code == 137);
  CHECK_THROWS_AS(run_process({"no-such-program-here"}), NotFoundError);
}

TEST_CASE("the output of a process is bounded", "[core]") {
  const ProcessResult result = run_process({"sh", "-c", "yes 0123456789 | head -c 5000000; echo; echo end"});
  CHECK(result.output.size() <= 1 << 20);
  CHECK(result.output.substr(result.output.size() - 4) == "end\n");
}

TEST_CASE("cancellation is seen and cleared", "[core]") {
  CHECK_NOTHROW(throw_if_cancelled());
  request_cancel();
  CHECK_THROWS_AS(throw_if_cancelled(), Interrupted);
  CHECK_THROWS_AS(run_process({"sleep", "30"}), Interrupted);
  clear_cancel();
  CHECK(peak_memory_bytes() > 1'000'000);
  CHECK(available_processors() >= 1);
}
