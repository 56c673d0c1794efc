// Reading training records: files and prepared folders, and the forms a record may have.
#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/record_form.h"
#include "train/record_reader.h"

using namespace llmops;

namespace {

train::Record record(const char* json) { return {Json::parse(json), "a.jsonl:1"}; }

}  // namespace

TEST_CASE("JSON lines and JSON arrays give the same records", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path lines = scratch.path() / "a.jsonl", array = scratch.path() / "a.json";
  write_file_atomic(lines, "{\"text\": \"one\"}\r\n\n{\"text\": \"two\"}");
  write_file_atomic(array, "\n[{\"text\": \"one\"}, {\"text\": \"two\"}]\n");
  const auto first = train::read_records({lines.string(), "", "train"});
  const auto second = train::read_records({array.string(), "", "train"});
  REQUIRE(first.size() == 2);
  REQUIRE(second.size() == 2);
  CHECK(first[1].value == second[1].value);
  CHECK(first[1].origin == lines.string() + ":3");
  write_file_atomic(lines, "\xEF\xBB\xBF{\"text\": \"marked\"}\n");
  CHECK(train::read_records({lines.string(), "", "train"}).at(0).value["text"] == "marked");
}

TEST_CASE("bad records are named by file and line", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path file = scratch.path() / "a.jsonl";
  const auto read = [&] { return train::read_records({file.string(), "", "train"}); };
  CHECK_THROWS_AS(read(), NotFoundError);
  write_file_atomic(file, "  \n");
  CHECK_THROWS_WITH(read(), "'" + file.string() + "' holds no record");
  write_file_atomic(file, "{\"text\": \"one\"}\n{\"text\": ");
  CHECK_THROWS_WITH(read(), Catch::Contains("a.jsonl:2"));
  write_file_atomic(file, "{\"text\": \"one\"}\n7\n");
  CHECK_THROWS_WITH(read(), file.string() + ":2: number where a record is expected");
}

TEST_CASE("a prepared dataset gives the split asked for", "[train]") {
  test::TemporaryDirectory scratch;
  const std::string folder = scratch.path().string();
  CHECK_THROWS_WITH(train::read_records({folder, "", "train"}), Catch::Contains("not a prepared dataset"));
  write_file_atomic(scratch.path() / "val.jsonl", "{\"text\": \"v\"}\n");
  write_file_atomic(scratch.path() / "manifest.json",
                    R"({"format": "llmops-dataset", "format_version": 1,
                        "splits": {"validation": {"records": 1, "jsonl": "val.jsonl"},
                                   "evil": {"records": 1, "jsonl": "../val.jsonl"}}})");
  CHECK(train::read_records({folder, "", "validation"})[0].value["text"] == "v");
  CHECK_THROWS_WITH(train::read_records({folder, "", "train"}), "dataset '" + folder + "' has no split 'train'");
  CHECK_THROWS_WITH(train::read_records({folder, "", "evil"}), Catch::Contains("lies outside the dataset"));
}

TEST_CASE("the form is guessed from the first record", "[train]") {
  using train::RecordForm;
  CHECK(train::record_form("", record(R"({"messages": []})")) == RecordForm::kChat);
  CHECK(train::record_form("", record(R"({"conversations": []})")) == RecordForm::kChat);
  CHECK(train::record_form("", record(R"({"prompt": [], "completion": []})")) == RecordForm::kChat);
  CHECK(train::record_form("", record(R"({"instruction": "a", "output": "b"})")) == RecordForm::kAlpaca);
  CHECK(train::record_form("", record(R"({"prompt": "a", "completion": "b"})")) == RecordForm::kCompletion);
  CHECK(train::record_form("completion", record(R"({"messages": []})")) == RecordForm::kCompletion);
  CHECK_THROWS_WITH(train::record_form("", record(R"({"q": 1, "a": 2})")),
                    "a.jsonl:1: keys 'q', 'a' fit no known form");
}

TEST_CASE("Alpaca and ShareGPT records become messages", "[train]") {
  using train::RecordForm;
  const auto alpaca = train::to_conversation(
      RecordForm::kAlpaca, record(R"({"instruction": "Add", "input": "1 2", "output": "3", "system": "S"})"));
  CHECK(alpaca.messages ==
        Json::parse(R"([{"role": "system", "content": "S"}, {"role": "user", "content": "Add\n\n1 2"},
                                           {"role": "assistant", "content": "3"}])"));
  const auto shared = train::to_conversation(
      RecordForm::kChat, record(R"({"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"},
                                    {"from": "observation", "value": "c"}], "tools": "[{\"type\": \"function\"}]"})"));
  CHECK(shared.messages[0]["role"] == "user");
  CHECK(shared.messages[1] == Json::parse(R"({"role": "assistant", "content": "b"})"));
  CHECK(shared.messages[2]["role"] == "tool");
  CHECK(shared.tools[0]["type"] == "function");
  CHECK_THROWS_WITH(train::to_conversation(RecordForm::kAlpaca, record(R"({"instruction": "Add"})")),
                    "a.jsonl:1: 'output' is missing");
  CHECK_THROWS_AS(train::to_conversation(RecordForm::kChat, record(R"({"text": "x"})")), InputError);
}

TEST_CASE("conversations under other names of fields and roles", "[train]") {
  train::ChatData chat;
  chat.field_messages = "turns";
  chat.message_fields = {{"role", "who"}, {"content", "says"}, {"tool_calls", "calls"}};
  const train::Record written =
      record(R"({"system": "s", "turns": [{"who": "human", "says": "a", "calls": [1]}, {"who": "gpt", "says": "b"}]})");
  CHECK(train::record_form("", written, chat) == train::RecordForm::kChat);
  CHECK(train::to_conversation(train::RecordForm::kChat, written, chat).messages ==
        Json::parse(R"([{"role": "system", "content": "s"}, {"content": "a", "role": "user", "tool_calls": [1]},
                        {"content": "b", "role": "assistant"}])"));
  chat.roles = {{"gpt", "model"}};  // names of one's own are all there are
  const Json messages = train::to_conversation(train::RecordForm::kChat, written, chat).messages;
  CHECK(messages[1]["role"] == "human");
  CHECK(messages[2]["role"] == "model");
  CHECK_THROWS_WITH(train::to_conversation(train::RecordForm::kChat, record(R"({"messages": []})"), chat),
                    "a.jsonl:1: 'turns' is no list of messages");
  CHECK_THROWS_WITH(train::to_conversation(train::RecordForm::kChat, record(R"({"turns": [{"role": "user"}]})"), chat),
                    Catch::Contains("a.jsonl:1") && Catch::Contains("'who'"));
}
