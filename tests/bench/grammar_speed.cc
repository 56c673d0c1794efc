// How long masks take with a real vocabulary: grammar_speed TOKENIZER_FOLDER. A table a grammar: compiling, masks met
// for the first time, and the same masks again.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "infer/grammar/token_grammar.h"

namespace {

using namespace llmops;
using namespace llmops::infer::grammar;
using Kind = GrammarSource::Kind;

double now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::micro>(since).count();
}

std::string quantiles(std::vector<double> times) {
  if (times.empty()) return "-";
  std::ranges::sort(times);
  return fmt::format("{:>8.1f} {:>8.1f} {:>8.1f}", times[times.size() / 2], times[times.size() * 99 / 100],
                     times.back());
}

// The documents are made of random allowed tokens, which meets far more states than a model's text would.
void measure(const char* name, const GrammarSource& source, const std::shared_ptr<const TokenTrie>& trie) {
  const double begin = now_us();
  const auto grammar = TokenGrammar::compile(source, trie);
  const double compiled = now_us();
  std::vector<double> unknown, known, accepts;
  std::vector<std::uint32_t> bits(trie->mask_words());
  for (int pass = 0; pass < 2; ++pass) {
    std::mt19937 random(7);
    for (int text = 0; text < 20; ++text) {
      GrammarState state(grammar);
      for (int step = 0; step < 100 && !state.finished(); ++step) {
        const double start = now_us();
        state.mask(bits);
        (pass == 0 ? unknown : known).push_back(now_us() - start);
        std::vector<TokenId> ids;
        for (std::size_t id = 0; id < trie->vocab_size(); ++id) {
          if (bits[id / 32] >> (id % 32) & 1) ids.push_back(static_cast<TokenId>(id));
        }
        TokenId token = ids[random() % ids.size()];
        for (const TokenId id : ids) {  // most tokens go on with a string: now and then one ends
          if (trie->bytes(id) == "\"" && random() % 10 == 0) token = id;
        }
        const double accept = now_us();
        state.accept(token);
        accepts.push_back(now_us() - accept);
      }
    }
  }
  fmt::print("{:<10} {:>7} states {:>9.1f} ms | first {} | again {} | accept {} | cache {:.1f} MB\n", name,
             grammar->automaton().states(), (compiled - begin) / 1000, quantiles(unknown), quantiles(known),
             quantiles(accepts), static_cast<double>(grammar->masks().cached_bytes()) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto tokenizer = text::load_tokenizer(argv[1]);
  const double begin = now_us();
  const auto trie = TokenTrie::of(*tokenizer);
  fmt::print("{} tokens, {} nodes, {:.1f} ms\nmicroseconds: median, 99 %, most\n", trie->vocab_size(),
             trie->nodes().size(), (now_us() - begin) / 1000);
  const std::string person =
      R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},
      "email":{"type":"string","format":"email"},"tags":{"type":"array","items":{"type":"string"}},
      "role":{"enum":["admin","user","guest"]}},"required":["name","age"],"additionalProperties":false})";
  const std::string tree =
      R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"string"},"kids":{"type":"array",
      "items":{"$ref":"#/$defs/n"}}},"required":["v","kids"]}}})";
  measure("object", {Kind::kJsonObject, "", {}}, trie);
  measure("person", {Kind::kJsonSchema, person, {}}, trie);
  measure("tree", {Kind::kJsonSchema, tree, {}}, trie);
  measure("length", {Kind::kJsonSchema, R"({"type":"string","minLength":10,"maxLength":2000})", {}}, trie);
  measure("regex", {Kind::kRegex, R"((\w+ ){3,20}\d{4}-\d{2}-\d{2}: .*)", {}}, trie);
  measure("gbnf",
          {Kind::kGbnf,
           "root ::= expr \"=\" expr\nexpr ::= term ([-+*/] term)*\nterm ::= [a-z]+ | [0-9]+ | \"(\" expr \")\"",
           {}},
          trie);
}
