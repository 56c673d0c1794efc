// Chat templates against jinja2's own output (tests/golden/templates/make.py), spans for training, loading, hostile
// ones.
#include "text/chat_template.h"

#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using llmops::text::ChatTemplate;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/templates/cases.json";

const std::string kChatml =
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

Json message(const std::string& role, const std::string& content) { return {{"role", role}, {"content", content}}; }

std::string render(const std::string& source, const Json& messages = Json::array()) {
  return ChatTemplate(source, "<s>", "</s>").render(messages, false);
}

std::vector<std::string> supervised(const ChatTemplate::Rendered& rendered) {
  std::vector<std::string> parts;
  for (const auto& [begin, end] : rendered.assistant_spans) parts.push_back(rendered.text.substr(begin, end - begin));
  return parts;
}

}  // namespace

TEST_CASE("chat templates render as jinja2 renders them", "[text]") {
  int compared = 0;
  for (const Json& golden : read_json_file(kGolden)) {
    CAPTURE(golden["name"].get<std::string>(), golden["template"].get<std::string>());
    std::string text;
    std::string error;
    try {
      text = ChatTemplate(golden["template"], "<s>", "</s>")
                 .render(golden["messages"], golden["add_generation_prompt"], golden["tools"]);
    } catch (const InputError& failure) {
      error = failure.what();
    }
    if (golden.contains("text")) {
      CHECK(error == "");
      CHECK(text == golden["text"].get<std::string>());
    } else {
      CAPTURE(golden["error"].get<std::string>());
      CHECK(error.starts_with("chat_template:"));
    }
    ++compared;
  }
  CHECK(compared > 90);
}

TEST_CASE("each filter, test, method and statement gives what jinja2 gives, or fails where it fails", "[text]") {
  const Json golden = read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/templates/snippets.json");
  int compared = 0;
  for (const Json& one : golden["cases"]) {
    CAPTURE(one["template"].get<std::string>(), one.value("error", ""));
    std::string text;
    std::string error;
    try {
      text = ChatTemplate(one["template"], "", "").render_variables(golden["variables"]).text;
    } catch (const InputError& failure) {
      error = failure.what();
    }
    CHECK(error.empty() == one.contains("text"));
    CHECK(text == one.value("text", ""));
    ++compared;
  }
  CHECK(compared > 1500);
}

TEST_CASE("every key is a variable of the template, the model's tokens where none are given", "[text]") {
  const ChatTemplate chat(
      "{{ bos_token }}{{ messages | length }}{{ tools }}{{ extra.a if extra is defined }}{{ add_generation_prompt }}",
      "<b>", "");
  CHECK(chat.render_variables({{"messages", Json::array()}, {"extra", {{"a", 1.5}}}}).text == "<b>0None1.5False");
  CHECK(chat.render_variables({{"messages", Json::array()}, {"bos_token", "x"}, {"tools", Json::array()}}).text ==
        "x0[]False");
  CHECK_THROWS_AS(chat.render_variables({{"tools", nullptr}}), InputError);
  CHECK_THROWS_AS(chat.render_variables(Json::array()), InputError);
}

TEST_CASE("whole numbers of any size come through as they were written", "[text]") {
  const ChatTemplate chat("{{ n }} {{ n | tojson }} {{ -n.x if n is mapping }}{{ f }}", "", "");
  const auto rendered = [&](const std::string& numbers) {
    return chat.render_variables(parse_json_exactly("{\"messages\": [], " + numbers + "}", "test")).text;
  };
  CHECK(rendered(R"("n": [18446744073709551616, -123456789012345678901234567890], "f": 1e20)") ==
        "[18446744073709551616, -123456789012345678901234567890] [18446744073709551616, "
        "-123456789012345678901234567890] 1e+20");
  CHECK(rendered(R"("n": {"x": 99999999999999999999}, "f": 0.10)") ==
        "{'x': 99999999999999999999} {\"x\": 99999999999999999999} -999999999999999999990.1");
  CHECK_THROWS_WITH(render("{{ 18446744073709551616 + 1 }}"), Catch::Contains("beyond 64 bits"));
}

TEST_CASE("a generation block within a macro is found where transformers finds it", "[text]") {
  const ChatTemplate chat(
      "{% macro turn(m) %}{% generation %}{{ m.content }}!{% endgeneration %}{% endmacro %}"
      "{% for m in messages %}{% if m.role == 'assistant' %}{{ turn(m) }}{% else %}<{{ m.content }}>{% endif %}{% "
      "endfor %}",
      "", "");
  const auto rendered = chat.render_for_training({message("user", "u"), message("assistant", "a")});
  CHECK(rendered.text == "<u>a!");
  CHECK(supervised(rendered) == std::vector<std::string>{"a!"});
}

TEST_CASE("chat template errors name the line", "[text]") {
  CHECK_THROWS_WITH(render("a\n{% if x %}\nb"), "chat_template:3: unexpected end of template, expected 'endif'");
  CHECK_THROWS_WITH(render("a\nb\n{{ raise_exception('only ' ~ 2) }}"), "chat_template:3: only 2");
  CHECK_THROWS_WITH(render("\n{{ missing.x }}"), "chat_template:2: 'missing' is undefined");
  CHECK_THROWS_WITH(render("{{ 1 }"), Catch::Contains("chat_template:1: "));
  CHECK_THROWS_WITH(ChatTemplate("{{ messages }}", "", "").render("x", false),
                    "messages must be an array of {\"role\", \"content\"}");
  CHECK_THROWS_WITH(ChatTemplate("{{ messages }}", "", "").render(Json::array({1}), false),
                    "messages[0] has no 'role'");
}

TEST_CASE("render_for_training supervises content and end marker", "[text]") {
  const ChatTemplate chat(kChatml, "", "");
  const auto rendered =
      chat.render_for_training({message("system", "s"), message("user", "assistant\n"), message("assistant", "one"),
                                message("user", "u"), message("assistant", " two\n")});
  CHECK(supervised(rendered) == std::vector<std::string>{"one<|im_end|>", " two\n<|im_end|>"});
  CHECK(chat.render_for_training(Json::array({message("user", "x")})).assistant_spans.empty());
  CHECK(supervised(chat.render_for_training({message("user", "x"), message("assistant", "")})) ==
        std::vector<std::string>{"<|im_end|>"});
}

TEST_CASE("render_for_training takes generation blocks where there are some", "[text]") {
  const ChatTemplate chat(
      "{% for m in messages %}{% if m.role == 'assistant' %}A:{% generation %}{{ m.content }};{% endgeneration %}"
      "{% else %}U:{{ m.content }};{% endif %}{% endfor %}",
      "", "");
  const auto rendered =
      chat.render_for_training({message("user", "u"), message("assistant", "a"), message("assistant", "b")});
  CHECK(rendered.text == "U:u;A:a;A:b;");
  CHECK(supervised(rendered) == std::vector<std::string>{"a;", "b;"});
}

TEST_CASE("render_for_training refuses a template that writes an answer outside of its loops", "[text]") {
  const ChatTemplate chat("{{ messages[0].content }}{{ messages[1].content }}", "", "");
  CHECK_THROWS_WITH(chat.render_for_training({message("user", "u"), message("assistant", "a")}),
                    Catch::Contains("messages[1]"));
}

TEST_CASE("hostile templates end with an error, soon and in bounded memory", "[text]") {
  const std::string deep(20'000, '(');
  const std::vector<std::string> hostile = {
      "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
      "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      "{{ 'x' * 9999999999 }}",
      "{{ [0] * 9999999999 }}",
      "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
      "{% set ns = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}",
      "{% set ns = namespace(s={}) %}{% for i in range(99999) %}{% set ns.s = {'k': ns.s.get} %}{% endfor %}",
      "{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
      "{{ " + deep + "1" + std::string(20'000, ')') + " }}",
      "{{ " + std::string(20'000, '[') + " }}",
      "{{ " + std::string(20'000, '-') + "1 }}",
      "{{ a" +
          [] {
            std::string s;
            for (int i = 0; i < 20'000; ++i) s += ".a";
            return s;
          }() +
          " }}",
      [] {
        std::string s;
        for (int i = 0; i < 20'000; ++i) s += "{% if 1 %}";
        return s;
      }(),
      "{{ '%9999999999d' % 1 }}",
      "{{ 'x' | center(99999999999) }}",
      "{{ 'x' | indent(99999999999) }}",
      "{{ 2 ** 9999999 }}",
      "{{ 'aaaaaaaa'.replace('', 'b' * 9999999) }}",
      "{% for i in range(99999) %}{% for j in range(999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}{% "
      "endfor %}",
      "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
      "{% set ns = namespace(g=[1]) %}{% for i in range(99999) %}{% set ns.g = ns.g | map('string') %}{% endfor %}{{ "
      "ns.g | list }}",
      "{% set ns = namespace(g=[1]) %}{% for i in range(99999) %}{% set ns.g = ns.g | select('eq', ns.g) %}{% endfor "
      "%}",
      "{{ '{:999999999}'.format(1) }}",
      "{{ '{:{w}}'.format(1, w=99999999) }}",
      "{{ '{0:{0:{0}}}'.format(3) }}",
      "{{ '%*d' % (999999999, 1) }}",
      "{{ 'x'.ljust(99999999999) }}",
      "{{ 'x'.zfill(99999999999) }}",
      "{{ '\t'.expandtabs(99999999999) }}",
      "{{ [1] | batch(99999999999, 0) | list }}",
      "{{ [1] | slice(99999999999) | list }}",
      "{{ [1] | tojson(indent='x' * 9999999) | length }}{% for i in range(99999) %}{{ 'x' * 999999 }}{% endfor %}",
      "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
  };
  for (const std::string& source : hostile) {
    CAPTURE(source.substr(0, 90));
    CHECK_THROWS_AS(render(source), InputError);
  }
  // A namespace that holds itself is freed all the same.
  CHECK(render("{% set ns = namespace() %}{% set ns.self = [ns] %}x") == "x");
  CHECK(render("{% macro m() %}{% macro n() %}1{% endmacro %}{{ n() }}{% endmacro %}{{ m() }}") == "1");
}

TEST_CASE("cut templates never crash", "[text]") {
  const std::string source =
      "{%- set ns = namespace(a=1) -%}{% for m in messages if m.role != 'x' %}{{ m['content'][1:-1] | trim ~ \"q\\n\" "
      "}}"
      "{% macro f(a, b=2) %}{{ a is defined and b in [1, 2] }}{% endmacro %}{{ f(*[1], **{'b': 3}) }}{% endfor %}{# c "
      "#}"
      "{% raw %}{{ }}{% endraw %}{% filter upper %}x{% endfilter %}{% call f(1) %}{% endcall %}{% set z %}{% endset %}";
  for (std::size_t length = 0; length <= source.size(); ++length) {
    for (const std::string& cut : {source.substr(0, length), source.substr(length)}) {
      try {
        render(cut, Json::array({message("user", "hello")}));
      } catch (const InputError&) {  // fine: most of them are wrong
      }
    }
  }
  SUCCEED();
}

TEST_CASE("load_chat_template finds the file, the string and the default of a list", "[text]") {
  const auto folder = std::filesystem::temp_directory_path() / "llmops-chat-template-test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  CHECK(text::load_chat_template(folder) == nullptr);
  const auto config = [&](const Json& value) { write_file_atomic(folder / "tokenizer_config.json", dump_json(value)); };
  config({{"bos_token", {{"content", "<b>"}}}, {"chat_template", "{{ bos_token }}1"}});
  CHECK(text::load_chat_template(folder)->render(Json::array(), false) == "<b>1");
  config({{"eos_token", "<e>"},
          {"chat_template",
           {{{"name", "tool_use"}, {"template", "t"}}, {{"name", "default"}, {"template", "{{ eos_token }}2"}}}}});
  CHECK(text::load_chat_template(folder)->render(Json::array(), false) == "<e>2");
  write_file_atomic(folder / "chat_template.jinja", "{{ eos_token }}3");
  CHECK(text::load_chat_template(folder / "chat_template.jinja")->render(Json::array(), false) == "3");
  CHECK(text::load_chat_template(folder / "tokenizer_config.json")->render(Json::array(), false) == "<e>2");
  CHECK_THROWS_AS(text::load_chat_template(folder / "absent.jinja"), NotFoundError);
  CHECK(text::load_chat_template(folder)->render(Json::array(), false) == "<e>3");
  std::filesystem::remove(folder / "chat_template.jinja");
  config({{"bos_token", "<b>"}});
  CHECK(text::load_chat_template(folder) == nullptr);
  write_file_atomic(folder / "chat_template.json", R"({"chat_template": "{{ bos_token }}4"})");
  CHECK(text::load_chat_template(folder)->render(Json::array(), false) == "<b>4");
  config({{"chat_template", 3}});
  CHECK_THROWS_AS(text::load_chat_template(folder), InputError);
  config({{"chat_template", {{{"template", "x"}}}}});
  CHECK_THROWS_WITH(text::load_chat_template(folder), Catch::Contains("'name' is missing"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("of several templates the one is taken that transformers takes", "[text]") {
  int compared = 0;
  for (const Json& golden : read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/templates/named.json")) {
    CAPTURE(golden["name"].get<std::string>(), golden["tools"].dump());
    const test::TemporaryDirectory folder;
    write_file_atomic(folder.path() / "tokenizer_config.json",
                      dump_json({{"bos_token", "<s>"}, {"chat_template", golden["chat_template"]}}));
    for (const auto& [name, source] : golden["files"].items()) {
      std::filesystem::create_directories((folder.path() / name).parent_path());
      write_file_atomic(folder.path() / name, source.get<std::string>());
    }
    const auto chat = text::load_chat_template(folder.path());
    REQUIRE(chat != nullptr);
    if (golden.contains("text")) {
      CHECK(chat->render(golden["messages"], false, golden["tools"]) == golden["text"].get<std::string>());
    } else {
      CHECK_THROWS_WITH(chat->render(golden["messages"], false, golden["tools"]),
                        Catch::Contains("none is named 'default'"));
    }
    ++compared;
  }
  CHECK(compared == 36);
}

TEST_CASE("several templates keep their names once, the default first", "[text]") {
  const ChatTemplate chat({{"rag", "r"}, {"tool_use", "t"}, {"default", "d"}, {"rag", "s"}}, "", "");
  REQUIRE(chat.templates().size() == 3);
  CHECK(chat.templates()[0].name == "default");
  CHECK(chat.templates()[1].source == "s");
  CHECK(chat.source() == "d");
  CHECK(chat.fingerprint() != ChatTemplate("d", "", "").fingerprint());
  CHECK(chat.render_for_training(Json::array({message("user", "u")}), Json::array()).text == "t");
  CHECK_THROWS_WITH(ChatTemplate({{"default", "d"}, {"tool_use", "{{"}}, "", ""), Catch::Contains("chat_template:1"));
}

TEST_CASE("the fingerprint of a template is that of its source", "[text]") {
  CHECK(ChatTemplate("a", "", "").fingerprint() == ChatTemplate("a", "<s>", "").fingerprint());
  CHECK(ChatTemplate("a", "", "").fingerprint() != ChatTemplate("b", "", "").fingerprint());
}
