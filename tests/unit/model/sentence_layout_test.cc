// sentence-transformers' folders: what is read, and errors that name file and key.
#include "model/sentence_layout.h"

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

struct Folder {
  explicit Folder(const std::string& modules = "") {
    if (!modules.empty()) write("modules.json", modules);
  }
  void write(const std::string& name, const std::string& text) { write_file_atomic(directory.path() / name, text); }
  SentenceLayout read() const { return read_sentence_layout(directory.path()); }
  std::string message() const {
    try {
      read();
    } catch (const Error& error) {
      return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
  }
  test::TemporaryDirectory directory;
};

constexpr const char* kThree = R"([{"path": "", "type": "sentence_transformers.models.Transformer"},
  {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
  {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}])";

using Modes = std::vector<Pooling>;

}  // namespace

TEST_CASE("without modules.json the mean is taken", "[model]") {
  const SentenceLayout layout = Folder().read();
  CHECK_FALSE(layout.declared);
  CHECK(layout.pooling == Modes{Pooling::kMean});
  CHECK(layout.steps.empty());
  CHECK(layout.max_tokens == 0);
}

TEST_CASE("both generations of a pooling configuration are read", "[model]") {
  Folder folder(kThree);
  folder.write("1_Pooling/config.json", R"({"word_embedding_dimension": 8, "pooling_mode_cls_token": true,
    "pooling_mode_mean_tokens": false, "pooling_mode_lasttoken": true, "include_prompt": false})");
  folder.write("sentence_bert_config.json", R"({"max_seq_length": 256, "do_lower_case": true})");
  folder.write("config_sentence_transformers.json",
               R"({"prompts": {"query": "query: ", "passage": ""}, "default_prompt_name": "query"})");
  const SentenceLayout layout = folder.read();
  CHECK(layout.declared);
  CHECK(layout.pooling == Modes{Pooling::kCls, Pooling::kLastToken});
  CHECK_FALSE(layout.include_prompt);
  CHECK(layout.steps.size() == 1);
  CHECK(layout.max_tokens == 256);
  CHECK(layout.lower_case);
  CHECK(layout.prompts.at("query") == "query: ");
  CHECK(layout.default_prompt == "query");
  folder.write("1_Pooling/config.json", R"({"pooling_mode": ["max", "weightedmean"]})");
  CHECK(folder.read().pooling == Modes{Pooling::kMax, Pooling::kWeightedMean});
  folder.write("1_Pooling/config.json", "{}");
  CHECK(folder.read().pooling == Modes{Pooling::kMean});
}

TEST_CASE("dense layers and an encoder in a folder of its own", "[model]") {
  Folder folder(R"([{"path": "0_Transformer", "type": "a.Transformer"}, {"path": "2_Dense", "type": "a.Dense"}])");
  folder.write("0_Transformer/sentence_bert_config.json", R"({"max_seq_length": null})");
  folder.write("2_Dense/config.json", R"({"in_features": 8, "out_features": 4, "bias": false,
    "activation_function": "torch.nn.modules.linear.Identity"})");
  const SentenceLayout layout = folder.read();
  CHECK(layout.model.filename() == "0_Transformer");
  CHECK(layout.max_tokens == 0);
  REQUIRE(layout.steps.size() == 1);
  CHECK(layout.steps[0].out == 4);
  CHECK_FALSE(layout.steps[0].bias);
  CHECK(layout.steps[0].activation == DenseActivation::kNone);
}

TEST_CASE("errors of a layout name file and key", "[model]") {
  CHECK_THAT(Folder("{}").message(), Contains("modules.json: expected a list"));
  CHECK_THAT(Folder(R"([{"path": ""}])").message(), Contains("'type' is missing"));
  CHECK_THAT(Folder(R"([{"path": "", "type": "x.Transfomer"}])").message(), Contains("did you mean 'Transformer'"));
  CHECK_THAT(Folder(R"([{"path": "../x", "type": "x.Pooling"}])").message(), Contains("'path' is '../x'"));
  Folder folder(kThree);
  CHECK_THAT(folder.message(), Contains("1_Pooling/config.json"));
  folder.write("1_Pooling/config.json", R"({"pooling_mode": "meen"})");
  CHECK_THAT(folder.message(), Contains("unknown pooling 'meen'") && Contains("did you mean 'mean'"));
  folder.write("1_Pooling/config.json", "{}");
  folder.write("sentence_bert_config.json", R"({"max_seq_length": -3})");
  CHECK_THAT(folder.message(), Contains("'max_seq_length' is -3"));
  folder.write("sentence_bert_config.json", "[]");
  CHECK_THAT(folder.message(), Contains("expected a JSON object"));
  folder.write("sentence_bert_config.json", "{}");
  folder.write("config_sentence_transformers.json", R"({"default_prompt_name": "query"})");
  CHECK_THAT(folder.message(), Contains("'query' is none of its prompts"));
}

TEST_CASE("pooling over three tokens", "[model]") {
  const std::vector<float> rows = {1, 10, 3, 20, 5, 60};
  const auto pooled = [&](const char* name, std::size_t begin) {
    std::vector<float> out(2);
    pool(rows, 2, parse_pooling(name), begin, out);
    return out;
  };
  using Vector = std::vector<float>;
  CHECK(pooled("mean", 0) == Vector{3, 30});
  CHECK(pooled("mean", 1) == Vector{4, 40});
  CHECK(pooled("mean", 3) == Vector{3, 30});
  CHECK(pooled("cls", 0) == Vector{1, 10});
  CHECK(pooled("cls", 1) == Vector{3, 20});
  CHECK(pooled("max", 0) == Vector{5, 60});
  CHECK(pooled("lasttoken", 0) == Vector{5, 60});
  CHECK(pooled("weightedmean", 1) == Vector{21.0F / 5, 220.0F / 5});
  CHECK(pooled("mean_sqrt_len_tokens", 0)[0] == Approx(9 / std::sqrt(3.0)));
  CHECK_THROWS_WITH(parse_pooling("men"), Contains("'men'"));
  std::vector<float> vector = {3, 4}, zero = {0, 0};
  normalise(vector);
  normalise(zero);
  CHECK(vector == Vector{0.6F, 0.8F});
  CHECK(zero == Vector{0, 0});
}
