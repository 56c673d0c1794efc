// Conversations: what is kept, what Ctrl-C stops, and the loop's commands.
#include <fstream>

#include "core/cancel.h"
#include "infer/chat_loop.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "unit/serve/fake_engine.h"

namespace llmops::infer {
namespace {

using serve::testing::FakeEngine;

constexpr const char* kTemplate =
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}<assistant>{% "
    "endif %}";

std::unique_ptr<FakeEngine> make_engine(const std::string& script) {
  auto engine = std::make_unique<FakeEngine>(script);
  engine->set_chat_template(std::make_unique<text::ChatTemplate>(kTemplate, "", ""));
  return engine;
}

std::string last_prompt(const FakeEngine& engine) {
  return engine.tokenizer().decode(engine.last_request().prompt, false);
}

struct Loop {
  explicit Loop(const std::string& input) { std::ofstream(folder.path() / "input") << input; }

  int run(std::unique_ptr<Engine> engine, const ChatLoopOptions& options = {}) {
    LineSource lines(folder.path() / "input");
    ChatLoopHooks hooks;
    hooks.write = [this](const std::string& text) { written += text; };
    hooks.remark = [this](const std::string& text) { remarks += text; };
    hooks.open = [this](const std::string& adapter) {
      opened = adapter;
      return make_engine("other");
    };
    return run_chat(std::move(engine), lines, options, hooks);
  }

  test::TemporaryDirectory folder;
  std::string written, remarks, opened = "nothing";
};

}  // namespace

TEST_CASE("a conversation holds what was said, and a question can be taken back", "[infer]") {
  const auto engine = make_engine("yes");
  ChatSession session(*engine, {}, "Be brief.");
  std::string streamed;
  const ChatSession::Answer answer = session.ask("Is it?", [&](const std::string& text) { streamed += text; });
  CHECK(answer.text == "yes");
  CHECK(streamed == "yes");
  CHECK(answer.finish_reason == "stop");
  session.ask("Sure?", [](const std::string&) {});
  CHECK(last_prompt(*engine) == "<system>Be brief.\n<user>Is it?\n<assistant>yes\n<user>Sure?\n<assistant>");
  CHECK(session.take_back() == "Sure?");
  CHECK(session.messages().size() == 3);
  session.clear();
  CHECK(session.take_back().empty());
  CHECK(session.messages() == Json::parse(R"([{"role": "system", "content": "Be brief."}])"));
}

TEST_CASE("Ctrl-C stops an answer, keeps what there is of it, and nothing else", "[infer]") {
  const auto engine = make_engine(std::string(400, 'a'));
  SamplingOptions sampling;
  sampling.max_tokens = 100'000;
  ChatSession session(*engine, sampling, "");
  const ChatSession::Answer answer = session.ask("Go", [](const std::string&) { request_cancel(); });
  CHECK(answer.finish_reason == "cancelled");
  CHECK(answer.text.size() < 400);
  CHECK_FALSE(cancel_requested());
  CHECK(session.messages().size() == 2);
}

TEST_CASE("oldest exchanges are left out where the context holds no more", "[infer]") {
  const auto engine = make_engine("ok");
  ChatSession session(*engine, {}, "S");
  int forgotten = 0;
  for (int i = 0; i < 12; ++i) forgotten = session.ask(std::string(60, 'q'), [](const std::string&) {}).forgotten;
  CHECK(forgotten > 0);
  CHECK(last_prompt(*engine).starts_with("<system>S\n<user>"));
  CHECK(engine->last_request().prompt.size() <= 512 - 128);
  CHECK_THROWS_WITH(session.ask(std::string(600, 'q'), [](const std::string&) {}),
                    "the message makes a prompt of 628 tokens, the context holds 512 with the answer");
  CHECK(session.messages().size() == 25);
}

TEST_CASE("the loop answers lines, runs commands and keeps a history", "[infer]") {
  Loop loop("Hello\nfirst\\\nsecond\n\n/retry\n/adapter ./mine\nagain\n/nope\n/quit\nnever read\n");
  ChatLoopOptions options;
  options.history = loop.folder.path() / "history.json";
  CHECK(loop.run(make_engine("hi"), options) == 1);
  CHECK(loop.written == "hi\nhi\nhi\nother\n");
  CHECK(loop.opened == "./mine");
  CHECK(loop.remarks == "error: unknown command '/nope'\nhint: /help lists them\n");
  const Json history = read_json_file(options.history);
  REQUIRE(history.size() == 6);
  CHECK(history[2]["content"] == "first\nsecond");
  CHECK(history[5]["content"] == "other");

  Loop more("And now?\n");
  CHECK(more.run(make_engine("hm"), options) == 0);
  CHECK(read_json_file(options.history).size() == 8);
}

TEST_CASE("a model without a template cannot chat, and failures do not end the loop", "[infer]") {
  FakeEngine plain("x");
  CHECK_THROWS_AS(ChatSession(plain, {}, ""), InputError);
  Loop loop("one\ntwo\n");
  auto engine = make_engine("fine");
  engine->fail_next("out of memory");
  CHECK(loop.run(std::move(engine)) == 1);
  CHECK(loop.written == "fine\n");
  CHECK(loop.remarks == "error: out of memory\n");
}

}  // namespace llmops::infer
