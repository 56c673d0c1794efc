// Where messages lie in a template's text: the same answers as by rendering every prefix wherever that works, and also
// where a template renders a message otherwise once others follow.
#include "text/turn_spans.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"

using namespace llmops;
using text::ByteSpan;
using text::ChatTemplate;
using text::TurnSpans;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/templates/cases.json";

const std::string kChatml =
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

Json message(const std::string& role, const std::string& content) { return {{"role", role}, {"content", content}}; }

std::string part(const TurnSpans& spans, const ByteSpan& span) {
  return spans.text().substr(span.first, span.second - span.first);
}

std::string answer(const TurnSpans& spans, std::size_t i) { return part(spans, spans.answer(i).at(0)); }

/// The definition: an answer lies between the prompt for it and what the conversation up to it renders as. None where
/// the template does not keep to prefixes.
std::optional<ByteSpan> by_prefixes(const ChatTemplate& chat, const Json& messages, const Json& tools, std::size_t i,
                                    const std::string& whole) {
  Json before = Json::array();
  for (std::size_t k = 0; k < i; ++k) before.push_back(messages[k]);
  const std::string prompt = chat.render(before, true, tools);
  before.push_back(messages[i]);
  const std::string turn = chat.render(before, false, tools);
  const std::string_view inner = text::trimmed(turn);
  const auto end = static_cast<std::size_t>(inner.data() - turn.data()) + inner.size();
  if (!turn.starts_with(prompt) || !whole.starts_with(turn.substr(0, end))) return std::nullopt;
  return ByteSpan{prompt.size(), std::max(end, prompt.size())};
}

}  // namespace

TEST_CASE("answers are those between prefixes, wherever a template keeps to prefixes", "[text]") {
  int compared = 0;
  for (const Json& golden : read_json_file(kGolden)) {
    if (!golden.contains("text")) continue;  // it fails
    CAPTURE(golden["name"].get<std::string>(), golden["template"].get<std::string>());
    const ChatTemplate chat(golden["template"], "<s>", "</s>");
    const TurnSpans spans(chat, golden["messages"], golden["tools"]);
    for (std::size_t i = 0; i < golden["messages"].size(); ++i) {
      if (golden["messages"][i].value("role", "") != "assistant" || !spans.rendered().assistant_spans.empty()) continue;
      std::optional<ByteSpan> expected;
      try {
        expected = by_prefixes(chat, golden["messages"], golden["tools"], i, spans.text());
      } catch (const InputError&) {
        continue;  // the template refuses a part of the conversation
      }
      if (!expected || expected->first == expected->second) continue;  // or it says nothing of the answer
      CHECK(spans.answer(i) == std::vector<ByteSpan>{*expected});
      ++compared;
    }
  }
  CHECK(compared > 5);
}

TEST_CASE("a template may render a turn otherwise once others follow", "[text]") {
  // As templates do that drop the reasoning of earlier turns.
  const ChatTemplate chat(
      "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and not loop.last %}"
      "{{ m.content.split('</think>')[-1].strip() }}{% else %}{{ m.content }}{% endif %}<end>\n{% endfor %}"
      "{% if add_generation_prompt %}<assistant>{% endif %}",
      "", "");
  const std::string first = "<think>one</think> 1", last = "<think>two</think> 2";
  const TurnSpans spans(
      chat, {message("user", "u"), message("assistant", first), message("user", "v"), message("assistant", last)},
      nullptr);
  CHECK(answer(spans, 1) == "1<end>");
  CHECK(answer(spans, 3) == last + "<end>");
}

TEST_CASE("a prompt that begins the reasoning counts as far as a turn begins with it", "[text]") {
  const ChatTemplate chat(
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>{% endfor %}"
      "{% if add_generation_prompt %}<assistant><think>\n{% endif %}",
      "", "");
  CHECK(answer({chat, {message("user", "u"), message("assistant", "<thin")}, nullptr}, 1) == "<thin<end>");
  const TurnSpans spans(chat,
                        {message("user", "u"), message("assistant", "a"), message("user", "v"),
                         message("assistant", "<think>\nwhy</think>b")},
                        nullptr);
  CHECK(answer(spans, 1) == "a<end>");
  CHECK(answer(spans, 3) == "why</think>b<end>");
}

TEST_CASE("turns are found through slices, selections and indices", "[text]") {
  const Json messages = {message("system", "s"), message("user", "u"), message("assistant", "a")};
  const auto turns = [&](const std::string& loop) {
    const ChatTemplate chat(loop + "<{{ m.role }}>{{ m.content }}\n{% endfor %}", "", "");
    const TurnSpans spans(chat, messages, nullptr);
    std::string all;
    for (std::size_t i = 0; i < 3; ++i) all += spans.turn(i) ? part(spans, *spans.turn(i)) + ";" : "-;";
    return all;
  };
  CHECK(turns("{% for m in messages %}") == "<system>s;<user>u;<assistant>a;");
  CHECK(turns("{% set rest = messages[1:] %}{% for m in rest %}") == "-;<user>u;<assistant>a;");
  CHECK(turns("{% for m in messages | selectattr('role', '!=', 'user') %}") == "<system>s;-;<assistant>a;");
  CHECK(turns("{% for i in range(3) %}{% set m = messages[i] %}") == "<system>s;<user>u;<assistant>a;");
  CHECK(turns("{% for m in messages + messages %}") == "-;-;-;");
}

TEST_CASE("contents are found where the template keeps them, whatever else says the same", "[text]") {
  const ChatTemplate chat(kChatml, "", "");
  const Json parts = Json::array({{{"type", "text"}, {"text", " a"}}, {{"type", "text"}, {"text", "b "}}});
  const TurnSpans spans(chat, {message("user", " user\n"), message("assistant", "im_end"), message("user", "")},
                        nullptr);
  CHECK(spans.content(0) == ByteSpan{18, 22});
  CHECK(part(spans, *spans.content(1)) == "im_end");
  CHECK(spans.content(2) == std::nullopt);
  const ChatTemplate lists("{% for m in messages %}[{% for p in m.content %}{{ p.text }}{% endfor %}]{% endfor %}", "",
                           "");
  const TurnSpans listed(lists, {Json{{"role", "user"}, {"content", parts}}}, nullptr);
  CHECK(part(listed, *listed.content(0)) == "ab");
  const ChatTemplate changing("{% for m in messages %}{{ m.content[0] }}{% endfor %}", "", "");
  CHECK_THROWS_WITH(TurnSpans(changing, {message("user", "ab")}, nullptr).content(0),
                    Catch::Contains("messages[0]") && Catch::Contains("changes its content"));
}

TEST_CASE("what cannot be told is refused, naming the message", "[text]") {
  const Json messages = {message("user", "u"), message("assistant", "a")};
  const auto refuse = [&](const std::string& source) {
    TurnSpans(ChatTemplate(source, "", ""), messages, nullptr).answer(1);
  };
  CHECK_THROWS_WITH(refuse("{{ messages[0].content }}{{ messages[1].content }}"),
                    Catch::Contains("messages[1]") && Catch::Contains("outside of its loop"));
  CHECK_THROWS_WITH(
      refuse("{% for m in messages %}{{ m.content }}{% endfor %}{% if add_generation_prompt %}>{% endif %}"),
      Catch::Contains("messages[1]") && Catch::Contains("generation prompt, '>'"));
}
