// The YAML reader: every problem of a file in one error, each with its line; limits on hostile files.
#include "config/yaml_reader.h"

#include <cstdlib>
#include <limits>

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;
using config::YamlDocument;
using config::YamlObject;

namespace {

struct Failure {
  std::string message, hint;
};

/// What `read` throws, or empty texts.
template <typename Read>
Failure failure_of(Read read) {
  try {
    read();
  } catch (const ConfigError& error) {
    CHECK(error.exit_code() == ExitCode::kUsage);
    return {error.what(), error.hint()};
  }
  return {};
}

template <typename T>
Failure read_value(const std::string& yaml, T& target) {
  return failure_of([&] {
    YamlDocument document = YamlDocument::from_text("x: " + yaml + "\n", "f.yaml");
    document.root().optional("x", target);
    document.finish();
  });
}

struct Variable {
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  const char* name_;
};

}  // namespace

TEST_CASE("fields are read into variables, defaults stay where a key is absent or null", "[config]") {
  YamlDocument document = YamlDocument::from_text(
      "base_model: models:/smol/1\nlora_r: 8\nlearning_rate: 2e-4\npacking: false\nseed: null\n"
      "modules: [q_proj, v_proj]\nbetas: [0.9, 1]\nversion: 1.10\nsteps: 18446744073709551615\n",
      "lora.yaml");
  YamlObject root = document.root();
  std::string model, version;
  int rank = 1, seed = 42, epochs = 3;
  double rate = 0;
  bool packing = true;
  std::uint64_t steps = 0;
  std::vector<std::string> modules;
  std::vector<double> betas;
  root.required("base_model", model);
  root.optional("lora_r", rank);
  root.optional("learning_rate", rate);
  root.optional("packing", packing);
  root.optional("seed", seed);
  root.optional("epochs", epochs);
  root.optional("modules", modules);
  root.optional("betas", betas);
  root.optional("version", version);
  root.optional("steps", steps);
  CHECK_NOTHROW(document.finish());
  CHECK(model == "models:/smol/1");
  CHECK(rank == 8);
  CHECK(rate == 2e-4);
  CHECK_FALSE(packing);
  CHECK(seed == 42);
  CHECK(epochs == 3);
  CHECK(modules == std::vector<std::string>{"q_proj", "v_proj"});
  CHECK(betas == std::vector<double>{0.9, 1});
  CHECK(version == "1.10");
  CHECK(steps == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("all problems of a file come in one error, in the order of its lines", "[config]") {
  const Failure failure = failure_of([] {
    YamlDocument document = YamlDocument::from_text(
        "lora_r: eight\nlora_alpha: 16\nlora_alpha: 32\nlrr: 2e-4\noptimizer:\n  name: adam\n  betaz: [1]\nrank: 0\n",
        "lora.yaml");
    YamlObject root = document.root();
    int rank = 0, alpha = 0, other = 0;
    double rate = 0;
    std::string name, model;
    root.required("base_model", model);
    root.optional("lora_r", rank);
    root.optional("lora_alpha", alpha);
    root.optional("lr", rate);
    root.optional("rank", other);
    root.check(other > 0, "rank", "must be at least 1");
    YamlObject optimizer = root.object("optimizer");
    optimizer.optional("name", name);
    optimizer.optional("betas", model);
    optimizer.required("eps", rate);
    document.finish();
  });
  CHECK(failure.message ==
        "lora.yaml: 'base_model' is missing\n"
        "lora.yaml:1: 'lora_r' is 'eight', expected a whole number\n"
        "lora.yaml:3: duplicate key 'lora_alpha'; first on line 2\n"
        "lora.yaml:4: unknown key 'lrr'\n"
        "lora.yaml:6: 'optimizer.eps' is missing\n"
        "lora.yaml:7: unknown key 'optimizer.betaz'\n"
        "lora.yaml:8: 'rank' must be at least 1");
  CHECK(failure.hint == "did you mean 'lr'?");
}

TEST_CASE("a wrong type says what was found and what was expected", "[config]") {
  bool flag = false;
  int number = 0;
  std::uint64_t count = 0;
  double real = 0;
  std::string text;
  std::vector<double> reals;
  CHECK(read_value("yes", flag).message == "f.yaml:1: 'x' is 'yes', expected true or false");
  CHECK(read_value("yes", flag).hint == "write true");
  CHECK(read_value("off", flag).hint == "write false");
  CHECK(read_value("\"true\"", flag).hint == "write true");
  CHECK(read_value("1_000", number).message == "f.yaml:1: 'x' is '1_000', expected a whole number");
  CHECK(read_value("1_000", number).hint == "write the digits without separators");
  CHECK(read_value("3000000000", number).message ==
        "f.yaml:1: 'x' is '3000000000', expected a whole number of at most 2147483647 in size");
  CHECK(read_value("99999999999999999999999", number).message.find("at most") != std::string::npos);
  CHECK(read_value("-1", count).message == "f.yaml:1: 'x' is '-1', expected a whole number of at least 0");
  CHECK(read_value("1.5", number).message == "f.yaml:1: 'x' is '1.5', expected a whole number");
  CHECK(read_value("'3'", number).hint == "remove the quotes");
  CHECK(read_value("[1]", number).message == "f.yaml:1: 'x' is a list, expected a whole number");
  CHECK(read_value("{a: 1}", text).message == "f.yaml:1: 'x' is a mapping, expected text");
  CHECK(read_value("fast", real).message == "f.yaml:1: 'x' is 'fast', expected a number");
  CHECK(read_value(".nan", real).message == "f.yaml:1: 'x' is '.nan', expected a number");
  CHECK(read_value("[1, two]", reals).message == "f.yaml:1: 'x' item 2 is 'two', expected a number");
  CHECK(read_value("-2147483648", number).message.empty());
  CHECK(number == std::numeric_limits<int>::min());
}

TEST_CASE("json() resolves scalars as the core schema of YAML 1.2 does", "[config]") {
  YamlDocument document = YamlDocument::from_text(
      "a: [no, yes, true, ~, 0o17, 0x1F, 012, -3, 1e3, .5, 1_000, '7', inf, 1.0.0, 2026-01-01, -.inf]\n", "f.yaml");
  const Json value = document.root().json("a");
  CHECK(value[0] == "no");
  CHECK(value[1] == "yes");
  CHECK(value[2] == true);
  CHECK(value[3].is_null());
  CHECK(value[4] == 15);
  CHECK(value[5] == 31);
  CHECK(value[6] == 12);
  CHECK(value[7] == -3);
  CHECK(value[8] == 1000.0);
  CHECK(value[9] == 0.5);
  CHECK(value[10] == "1_000");
  CHECK(value[11] == "7");
  CHECK(value[12] == "inf");
  CHECK(value[13] == "1.0.0");
  CHECK(value[14] == "2026-01-01");
  CHECK(value[15] == -std::numeric_limits<double>::infinity());
  CHECK_NOTHROW(document.finish());
}

TEST_CASE("lists of mappings are read item by item", "[config]") {
  const std::string text = "metrics:\n  - name: acc\n  - nam: f1\n  - 7\nsingle: {name: x}\n";
  const Failure failure = failure_of([&] {
    YamlDocument document = YamlDocument::from_text(text, "f.yaml");
    YamlObject root = document.root();
    std::vector<std::string> names;
    for (YamlObject& item : root.objects("metrics")) {
      std::string name;
      item.optional("name", name);
      names.push_back(name);
    }
    CHECK(names == std::vector<std::string>{"acc", ""});
    CHECK(root.objects("single").size() == 1);
    CHECK(root.objects("none").empty());
    std::string name;
    root.object("single").required("name", name);
    CHECK(name == "x");
    document.finish();
  });
  CHECK(failure.message == "f.yaml:3: unknown key 'metrics.1.nam'\nf.yaml:4: 'metrics.2' is not a mapping");
}

TEST_CASE("choices are names, or names with a mapping", "[config]") {
  const std::string text =
      "rules:\n  - plain\n  - tuned: {limit: 3}\n  - empty:\n  - [x]\n  - {a: {}, b: {}}\none: alone\n";
  const Failure failure = failure_of([&] {
    YamlDocument document = YamlDocument::from_text(text, "f.yaml");
    YamlObject root = document.root();
    std::vector<std::string> names;
    std::vector<int> limits;
    for (auto& [name, object] : root.named_objects("rules")) {
      names.push_back(name);
      limits.push_back(7);
      object.optional("limit", limits.back());
    }
    CHECK(names == std::vector<std::string>{"plain", "tuned", "empty"});
    CHECK(limits == std::vector<int>{7, 3, 7});
    CHECK(root.named_objects("one").front().first == "alone");
    CHECK(root.named_objects("none").empty());
    document.finish();
  });
  CHECK(failure.message ==
        "f.yaml:5: 'rules.3' is not a name or one name with a mapping\n"
        "f.yaml:6: 'rules.4' is not a name or one name with a mapping");
}

TEST_CASE("overrides replace and create values, and errors name the flag", "[config]") {
  const std::string text = "lr: 1\nlist:\n  - name: a\n";
  YamlDocument document =
      YamlDocument::from_text(text, "f.yaml", {"lr=2e-4", "optimizer.beta.one=0.9", "list.0.name=b", "text=a=b"});
  YamlObject root = document.root();
  double rate = 0;
  root.optional("lr", rate);
  CHECK(rate == 2e-4);
  CHECK(document.json().dump() ==
        R"({"lr":0.0002,"list":[{"name":"b"}],"optimizer":{"beta":{"one":0.9}},"text":"a=b"})");
  const auto with = [&](const std::string& flag) {
    return failure_of([&] {
      YamlDocument changed = YamlDocument::from_text(text, "f.yaml", {flag});
      int number = 0;
      changed.root().optional("lr", number);
      changed.root().json("list");
      changed.finish();
    });
  };
  CHECK(with("lr=fast").message == "--set lr=fast: 'lr' is 'fast', expected a whole number");
  CHECK(with("lrr=1").message == "--set lrr=1: unknown key 'lrr'");
  CHECK(with("lr.x=1").message == "--set lr.x=1: there is no 'x' below the value '1'");
  CHECK(with("list.3.name=1").message == "--set list.3.name=1: '3' is not an item of a list of 1");
  CHECK(with("lr").message == "'--set lr' is not of the form KEY=VALUE");
  CHECK(with(".a=1").message == "'--set .a=1' is not of the form KEY=VALUE");
}

TEST_CASE("an environment variable beats the file and loses to a flag", "[config]") {
  const Variable rate("LLMOPS_OPTIMIZER_LR", "3e-4"), rank("LLMOPS_LORA_R", "many");
  const std::string text = "optimizer:\n  lr: 1\nlora_r: 8\n";
  double value = 0;
  YamlDocument document = YamlDocument::from_text(text, "f.yaml");
  document.root().object("optimizer").optional("lr", value);
  CHECK(value == 3e-4);
  int number = 0;
  document.root().optional("lora_r", number);
  CHECK(failure_of([&] { document.finish(); }).message == "LLMOPS_LORA_R: 'lora_r' is 'many', expected a whole number");
  YamlDocument flagged = YamlDocument::from_text(text, "f.yaml", {"optimizer.lr=5e-4", "lora_r=2"});
  flagged.root().object("optimizer").optional("lr", value);
  flagged.root().optional("lora_r", number);
  CHECK(value == 5e-4);
  CHECK(number == 2);
  CHECK_NOTHROW(flagged.finish());
}

TEST_CASE("text that is not YAML is an error with its line", "[config]") {
  const auto open = [](const std::string& text) {
    return failure_of([&] { YamlDocument::from_text(text, "f.yaml"); });
  };
  CHECK(open("a: 1\nb: [1, 2\n").message.starts_with("f.yaml:3: "));
  CHECK(open("a: 1\nb: 'x\n").message == "f.yaml:3: illegal EOF in scalar");
  CHECK(open("a: 1\nb: \"x").message == "f.yaml:2: illegal EOF in scalar");
  CHECK(YamlDocument::from_text("a: |\n  x\n\nb: |+\n  y\n\n", "f.yaml").json() == Json{{"a", "x\n"}, {"b", "y\n\n"}});
  CHECK(open("a:\n\tb: 1\n").hint == "YAML is indented with spaces, never with tabs");
  CHECK(open("- a\n- b\n").message == "f.yaml:1: expected 'key: value' lines");
  CHECK(open("just text\n").message == "f.yaml:1: expected 'key: value' lines");
  CHECK(open("a: 1\n---\nb: 2\n").message == "f.yaml: holds more than one YAML document");
  CHECK(open("? [a, b]\n: 1\n").message == "f.yaml:1: a key must be text, not a list or a mapping");
  CHECK(open("a: &x [*x]\n").message.starts_with("f.yaml:1: an alias refers to the value that holds it"));
  CHECK(open("").message.empty());
  CHECK(open("{\"a\": {\"b\": [1, null]}}").message.empty());
  CHECK_THROWS_AS(YamlDocument::from_file("no-such-recipe.yaml"), NotFoundError);
  CHECK_THROWS_WITH(YamlDocument::from_file("/"), "'/' is a folder, expected a YAML file");
}

TEST_CASE("hostile documents meet a limit, not the memory's end", "[config]") {
  const auto open = [](const std::string& text) {
    return failure_of([&] { YamlDocument::from_text(text, "f.yaml"); });
  };
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  CHECK(open(bomb).message == "f.yaml:6: more than 200000 values once aliases are expanded");
  CHECK(open("a: " + std::string(5000, '[')).message == "f.yaml:1: values nest deeper than 64 levels");
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += std::string(i, ' ') + "a:\n";
  CHECK(open(nested).message == "f.yaml:65: values nest deeper than 64 levels");
  CHECK(open("a: " + std::string(5 << 20, 'x')).message == "f.yaml: larger than 4 MiB");
  CHECK_NOTHROW(open(std::string("a: \x00\x01\xff\xfe", 7)));
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  CHECK(open(chain).message.ends_with("values nest deeper than 64 levels"));
}

TEST_CASE("an object may outlive its document", "[config]") {
  YamlObject root = YamlDocument::from_text("a: {b: 1}\n", "f.yaml").root();
  int value = 0;
  root.object("a").optional("b", value);
  CHECK(value == 1);
  CHECK(root.line("a") == 1);
  CHECK(root.keys() == std::vector<std::string>{"a"});
  CHECK(root.has("a"));
  CHECK_FALSE(root.has("b"));
}
