// Guesses from a text's own past.
#include "infer/prompt_lookup.h"

#include <vector>

#include "support/catch.h"

namespace llmops::infer {
namespace {

std::vector<text::TokenId> guess(const std::vector<text::TokenId>& tokens, std::size_t most) {
  return look_up_continuation(tokens, most);
}

}  // namespace

TEST_CASE("what followed the same words before is guessed, of the latest place", "[infer]") {
  CHECK(guess({1, 2, 3, 4, 9, 1, 2, 3}, 2) == std::vector<text::TokenId>{4, 9});
  CHECK(guess({1, 2, 3, 1, 2, 4, 1, 2}, 1) == std::vector<text::TokenId>{4});
  CHECK(guess({7, 1, 2, 3, 8, 1, 2, 4, 7, 1, 2}, 1) == std::vector<text::TokenId>{3});  // three words alike
}

TEST_CASE("a repetition is guessed to go on", "[infer]") {
  CHECK(guess({5, 5, 5, 5}, 3) == std::vector<text::TokenId>{5, 5, 5});
  CHECK(guess({1, 2, 1, 2, 1, 2}, 5) == std::vector<text::TokenId>{1, 2, 1, 2, 1});
}

TEST_CASE("without an earlier place nothing is guessed", "[infer]") {
  CHECK(guess({}, 4).empty());
  CHECK(guess({1}, 4).empty());
  CHECK(guess({1, 2, 3}, 4).empty());
  CHECK(guess({3, 1, 2, 3}, 4).empty());  // one word alone is not enough
  CHECK(guess({1, 2, 1, 2}, 0).empty());
}

}  // namespace llmops::infer
