// Stop texts in streams.
#include "infer/stop_matcher.h"

#include "support/catch.h"

namespace llmops::infer {

TEST_CASE("a stop text across pieces is never given out, not even in part", "[infer]") {
  StopMatcher matcher({"###", "END"});
  CHECK(matcher.push("one #") == "one ");
  CHECK(matcher.push("# two") == "## two");
  CHECK(matcher.push(" EN") == " ");
  CHECK(matcher.push("D and more") == "");
  CHECK(matcher.matched());
  CHECK(matcher.push("later") == "");
  CHECK(matcher.finish() == "");
}

TEST_CASE("the earliest of several stop texts wins", "[infer]") {
  StopMatcher matcher({"c", "b"});
  CHECK(matcher.push("abc") == "a");
  CHECK(matcher.matched());
}

TEST_CASE("what was held back comes at the end when no stop text came", "[infer]") {
  StopMatcher matcher({"abc"});
  CHECK(matcher.push("xab") == "x");
  CHECK(matcher.finish() == "ab");
  CHECK(matcher.finish() == "");
  StopMatcher repeating({"aab"});
  CHECK(repeating.push("aaa") == "a");
  CHECK(repeating.push("b") == "");
  CHECK(repeating.matched());
}

TEST_CASE("without stop texts everything passes at once", "[infer]") {
  StopMatcher matcher({});
  CHECK(matcher.push("any") == "any");
  CHECK(matcher.finish() == "");
}

}  // namespace llmops::infer
