// The filters for scripts: template render, score and generate, a line in and a line out.
#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "core/json_lines.h"
#include "core/process.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;
using test::golden;
using test::run_llmops;

namespace {

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  for (const JsonLine& line : split_json_lines(text, "stdout")) lines.push_back(parse_json(line.text, line.origin));
  return lines;
}

test::CliResult run_in(const fs::path& folder, const std::vector<std::string>& arguments, const std::string& input) {
  test::CliOptions options;
  options.working_directory = folder;
  options.input = input;
  return run_llmops(arguments, options);
}

const std::string kModel = golden("tiny-chat").string();

}  // namespace

TEST_CASE("template render gives a conversation's text, or the error of the template", "[cli]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(
      folder.path() / "t.jinja",
      "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}"
      "{% endif %}[{% generation %}{{ m.content }}{% endgeneration %}]{% endfor %}{{ extra }}");
  const std::string input = R"({"messages": [{"role": "user", "content": "é!"}], "bos_token": "<s>", "extra": [1.0]})";
  const auto json = run_in(folder.path(), {"template", "render", "--template", "t.jinja", "--json", "--mask"}, input);
  CHECK(json.exit_code == 0);
  CHECK(parse_json(json.out, "stdout")["text"] == "<s>[é!][1.0]");
  CHECK(parse_json(json.out, "stdout")["spans"] == Json::array({Json::array({4, 6})}));
  CHECK(run_in(folder.path(), {"template", "render", "--template", "t.jinja"}, input).out == "<s>[é!][1.0]");
  write_file_atomic(folder.path() / "empty.jinja", "");
  const auto empty = run_in(folder.path(), {"template", "render", "--template", "empty.jinja", "--json"}, input);
  CHECK(parse_json(empty.out, "stdout")["text"] == "");
  const auto raised = run_in(folder.path(), {"template", "render", "--template", "t.jinja", "--json"},
                             R"({"messages": [{"role": "system", "content": "x"}]})");
  CHECK(raised.exit_code == 1);
  CHECK(parse_json(raised.out, "stdout")["error"]["message"] == "chat_template:1: no system");
  const auto missing = run_in(folder.path(), {"template", "render", "--template", "nope.jinja", "--json"}, input);
  CHECK(missing.exit_code == 1);
  CHECK(parse_json(missing.out, "stdout")["error"]["code"] == "not_found");
  CHECK(run_in(folder.path(), {"template", "render", "--template", "t.jinja", "--json"}, "{").exit_code == 1);
}

TEST_CASE("template render takes a model folder and its tokenizer_config.json", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string input = R"({"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true})";
  for (const std::string& source : {kModel, kModel + "/tokenizer_config.json"}) {
    const auto result = run_in(folder.path(), {"template", "render", "--template", source}, input);
    CHECK(result.out == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("template render takes the template for tools of a folder, and whole numbers as they are written", "[cli]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "tokenizer_config.json",
                    R"({"chat_template": [{"name": "default", "template": "plain {{ n }}"},
                                          {"name": "tool_use", "template": "tools {{ n | tojson }}"}]})");
  const std::vector<std::string> arguments = {"template", "render", "--template", "."};
  const std::string number = "123456789012345678901234567890";
  CHECK(run_in(folder.path(), arguments, R"({"messages": [], "n": )" + number + "}").out == "plain " + number);
  CHECK(run_in(folder.path(), arguments, R"({"messages": [], "tools": [], "n": )" + number + "}").out ==
        "tools " + number);
}

TEST_CASE("score answers every line in its place", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string input =
      "{\"ids\": [5, 6, 7, 8]}\n{\"ids\": [5, 6, \"x\"]}\n\n{\"text\": \"My parcel\"}\n{\"ids\": [5, 999999]}\n"
      "{\"ids\": [9]}\n{\"id\": [1]}\n{\"ids\": [5, 6, 7, 8]}";
  const auto result = run_in(folder.path(), {"score", "--model", kModel, "--json"}, input);
  CHECK(result.exit_code == 1);
  const auto lines = json_lines(result.out);
  REQUIRE(lines.size() == 7);
  REQUIRE(lines[0]["logprobs"].size() == 3);
  double sum = 0;
  for (const Json& logprob : lines[0]["logprobs"]) sum += logprob.get<double>();
  CHECK(lines[0]["sum"].get<double>() == Approx(sum));
  CHECK(lines[0]["greedy"].size() == 3);
  CHECK(lines[1]["error"]["message"] == "stdin:2: 'ids' is not a list of token ids");
  CHECK(lines[2]["logprobs"].size() + 1 == lines[2]["ids"].size());
  CHECK(lines[3]["error"]["message"].get<std::string>().find("token 999999") != std::string::npos);
  CHECK(lines[4]["sum"] == 0.0);
  CHECK(lines[4]["logprobs"].empty());
  CHECK(lines[5]["error"]["hint"] == "did you mean 'ids'?");
  for (std::size_t i = 0; i < 3; ++i) {  // beside other lines of its batch
    CHECK(lines[6]["logprobs"][i].get<double>() == Approx(lines[0]["logprobs"][i].get<double>()).margin(1e-5));
  }
  CHECK(fs::is_empty(folder.path()));  // no registry
}

TEST_CASE("score takes a sequence one longer than the context", "[cli]") {
  const test::TemporaryDirectory folder;
  const auto fits = run_in(folder.path(), {"score", "--model", kModel, "--json", "--max-context", "4"},
                           "{\"ids\": [5, 6, 7, 8, 9]}\n{\"ids\": [5, 6, 7, 8, 9, 10]}\n");
  const auto lines = json_lines(fits.out);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["logprobs"].size() == 4);
  CHECK(lines[1]["error"]["message"] == "sequence 0 has 6 tokens, expected 2 to 5");
}

TEST_CASE("generate answers every line in its place, the same in any batch", "[cli]") {
  const test::TemporaryDirectory folder;
  std::string input;
  for (int i = 0; i < 12; ++i) {
    input += fmt::format(
        "{{\"ids\": [{}, 6, 7], \"max_tokens\": {}, \"temperature\": {}, \"seed\": {}, "
        "\"ignore_eos\": true}}\n",
        5 + i, 3 + i, i % 2, i);
  }
  input +=
      "{\"prompt\": \"a\", \"stop\": [\"\"]}\n{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}], "
      "\"max_tokens\": 4, \"ignore_eos\": true}\nnot json\n";
  const auto batched = run_in(folder.path(), {"generate", "--model", kModel, "--json"}, input);
  CHECK(batched.exit_code == 1);
  const auto lines = json_lines(batched.out);
  REQUIRE(lines.size() == 15);
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(lines[i]["ids"].size() == 3 + i);
    CHECK(lines[i]["finish_reason"] == "length");
  }
  CHECK(lines[12]["error"]["code"] == "input");
  CHECK(lines[13]["ids"].size() == 4);
  CHECK(lines[14]["error"]["message"].get<std::string>().starts_with("stdin:15:"));
  const auto alone = run_in(folder.path(), {"generate", "--model", kModel, "--json", "--max-batch", "1"}, input);
  CHECK(alone.out == batched.out);
  const auto guessed = run_in(
      folder.path(), {"generate", "--model", kModel, "--json", "--draft-model", kModel, "--max-batch", "2"}, input);
  CHECK(guessed.out == batched.out);
  const auto text =
      run_in(folder.path(), {"generate", "--model", kModel, "--text", "--max-tokens", "3", "--ignore-eos"}, "Hello\n");
  CHECK(text.exit_code == 0);
  CHECK(text.out.ends_with("\n"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a stop text's tokens are not part of the answer", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string ask = R"({"ids": [5, 6, 7], "max_tokens": 12, "temperature": 1, "seed": 3, "ignore_eos": true)";
  const auto whole = json_lines(run_in(folder.path(), {"generate", "--model", kModel, "--json"}, ask + "}\n").out);
  REQUIRE(whole.size() == 1);
  const std::string text = whole[0]["text"];
  std::size_t ascii = text.size() / 2;
  while (ascii < text.size() && static_cast<unsigned char>(text[ascii]) >= 0x80) ++ascii;
  REQUIRE(ascii < text.size());
  const std::string stop(1, text[ascii]);
  const Json request = parse_json(ask + "}", "request");
  Json stopped = request;
  stopped["stop"] = stop;
  const auto cut = json_lines(run_in(folder.path(), {"generate", "--model", kModel, "--json"}, dump_json(stopped)).out);
  REQUIRE(cut.size() == 1);
  CHECK(cut[0]["finish_reason"] == "stop");
  CHECK(cut[0]["text"] == text.substr(0, text.find(stop)));
  CHECK(cut[0]["ids"].size() < whole[0]["ids"].size());
}

TEST_CASE("a script that waits for its answer before it asks again is answered", "[cli]") {
  const std::string program = fmt::format(
      "coproc F {{ '{}/llmops' generate --model '{}' --json --max-tokens 2 --ignore-eos; }}\n"
      "for i in 1 2; do echo '{{\"prompt\": \"a\"}}' >&${{F[1]}}; read -t 100 -r line <&${{F[0]}} || exit 9; "
      "echo \"got $line\"; done\n"
      "exec {{F[1]}}>&-; wait $F_PID",
      LLMOPS_BINARY_DIR, kModel);
  const ProcessResult result = run_process({"bash", "-c", program});
  CHECK(result.exit_code == 0);
  CHECK(result.output.find("got {\"schema_version\"") != std::string::npos);
}

TEST_CASE("a model without a tokenizer answers in ids, and says so to a text", "[cli]") {
  const test::TemporaryDirectory folder;
  for (const char* name : {"config.json", "model.safetensors"}) {
    fs::copy_file(golden("tiny-chat") / name, folder.path() / name);
  }
  const std::vector<std::string> score = {"score", "--model", ".", "--json"};
  const auto scored = json_lines(run_in(folder.path(), score, "{\"ids\": [5, 6, 7]}\n{\"text\": \"a\"}\n").out);
  REQUIRE(scored.size() == 2);
  CHECK(scored[0]["logprobs"].size() == 2);
  CHECK(scored[1]["error"]["message"] == "'.' has no tokenizer");
  const std::string ask = "{\"ids\": [5, 6], \"max_tokens\": 3, \"ignore_eos\": true}\n";
  const auto generated = json_lines(run_in(folder.path(), {"generate", "--model", ".", "--json"}, ask).out);
  REQUIRE(generated.size() == 1);
  CHECK(generated[0]["ids"].size() == 3);
}
