// Lines in, vectors out, in order, with errors in their place.
#include "infer/embed_lines.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::infer;
using Catch::Matchers::Contains;

namespace {

/// A text's vector is its length and 0.1.
class LengthEmbedder final : public Embedder {
 public:
  const EmbedderInfo& info() const override { return info_; }
  std::vector<std::vector<float>> embed(std::span<const std::string> texts) override {
    std::vector<std::vector<float>> vectors;
    for (const std::string& text : texts) vectors.push_back({static_cast<float>(text.size()), 0.1F});
    return vectors;
  }

 private:
  EmbedderInfo info_{"test", 2, 8, 0};
};

struct Answers {
  Answers(const std::string& input, bool plain) {
    const test::TemporaryDirectory folder;
    write_file_atomic(folder.path() / "in", input);
    LineSource lines(folder.path() / "in");
    LengthEmbedder embedder;
    report = embed_lines(embedder, lines, plain,
                         [this](const EmbedAnswer& answer) { texts.push_back(embed_answer_line(answer)); });
  }
  std::vector<std::string> texts;
  LinesReport report;
};

}  // namespace

TEST_CASE("each line of JSON gets its answer, bad ones their error", "[infer]") {
  const Answers answers("{\"text\": \"abc\"}\n\n{\"text\": 1}\nnot json\n{\"text\": \"\", \"x\": 1}\n{\"text\": \"\"}",
                        false);
  REQUIRE(answers.texts.size() == 5);
  CHECK(answers.texts[0] == R"({"embedding": [3, 0.1]})");
  CHECK_THAT(answers.texts[1], Contains("in:3") && Contains("'text' has the wrong type"));
  CHECK_THAT(answers.texts[2], Contains("in:4:"));
  CHECK_THAT(answers.texts[3], Contains("unknown key 'x'"));
  CHECK(answers.texts[4] == R"({"embedding": [0, 0.1]})");
  CHECK(answers.report.lines == 5);
  CHECK(answers.report.failed == 3);
}

TEST_CASE("plain lines are texts, blank ones too", "[infer]") {
  const Answers answers("ab\r\n\n{\"text\": 1}\n", true);
  REQUIRE(answers.texts.size() == 3);
  CHECK(answers.texts[0] == R"({"embedding": [2, 0.1]})");
  CHECK(answers.texts[1] == R"({"embedding": [0, 0.1]})");
  CHECK(answers.report.failed == 0);
}
