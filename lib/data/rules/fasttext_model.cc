// A fastText classifier: reading it, and the mean of a text's rows.
#include "data/rules/fasttext_model.h"

#include <algorithm>
#include <array>

#include "core/files.h"
#include "data/rules/fasttext_cache.h"
#include "data/rules/fasttext_dictionary.h"
#include "data/rules/fasttext_matrix.h"
#include "data/rules/fasttext_output.h"

namespace llmops::data {

namespace {

constexpr std::int32_t kMagic = 793712314, kLastVersion = 12, kSupervised = 3;
constexpr int kMostDim = 1 << 16, kLongestPart = 64;

struct Settings {
  std::size_t dim = 0;
  FastTextShape shape;
  FastTextLoss loss = FastTextLoss::kSoftmax;
};

Settings read_settings(FastTextBytes& bytes) {
  if (bytes.number<std::int32_t>("the header") != kMagic) bytes.fail("it does not begin as one");
  const auto version = bytes.number<std::int32_t>("the version");
  bytes.check(version == kLastVersion || version == kLastVersion - 1, "the version");
  std::int32_t fields[12];  // dim, ws, epoch, min_count, neg, word_ngrams, loss, model, bucket, minn, maxn, update rate
  for (std::int32_t& field : fields) field = bytes.number<std::int32_t>("the settings");
  bytes.number<double>("the settings");
  const auto [dim, word_ngrams, loss, model] = std::array{fields[0], fields[5], fields[6], fields[7]};
  const auto [bucket, min_n, max_n] = std::array{fields[8], fields[9], fields[10]};
  if (model != kSupervised) bytes.fail("it has word vectors only, no labels");
  bytes.check(dim > 0 && dim <= kMostDim, "the dimension");
  bytes.check(loss >= 1 && loss <= 4, "the loss");
  bytes.check(bucket >= 0, "the number of buckets");
  bytes.check(word_ngrams <= kLongestPart && max_n <= kLongestPart, "the length of n-grams");
  Settings settings;
  settings.dim = static_cast<std::size_t>(dim);
  settings.loss = static_cast<FastTextLoss>(loss);
  // Classifiers of version 11 had no parts of words, whatever their settings say.
  settings.shape = {word_ngrams, min_n, version == kLastVersion ? std::max(max_n, 0) : 0,
                    static_cast<std::uint32_t>(bucket)};
  return settings;
}

FastTextMatrix read_input(FastTextBytes& bytes, const FastTextDictionary& dictionary, std::size_t dim,
                          bool& quantized) {
  quantized = bytes.number<std::uint8_t>("a flag") != 0;
  FastTextMatrix matrix(bytes, quantized, dim);
  dictionary.check_rows(bytes, matrix.rows());
  return matrix;
}

FastTextMatrix read_output(FastTextBytes& bytes, std::size_t dim, bool quantized) {
  const bool quantized_output = bytes.number<std::uint8_t>("a flag") != 0;
  return {bytes, quantized && quantized_output, dim};
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

}  // namespace

struct FastTextModel::State {
  explicit State(const std::filesystem::path& path) : State(path, MappedFile(path)) {}
  State(const std::filesystem::path& path, MappedFile mapped)
      : file(std::move(mapped)),
        bytes(file.text(), path.string()),
        settings(read_settings(bytes)),
        dictionary(bytes, settings.shape),
        input(read_input(bytes, dictionary, settings.dim, quantized)),
        output(settings.loss, read_output(bytes, settings.dim, quantized), dictionary.label_counts(), bytes) {}

  void add_word(std::string_view word, FastTextHash hash, FastTextCache& cache, FastTextSum& sum) const;
  void add_rows(const std::vector<std::uint32_t>& rows, FastTextSum& sum) const;

  MappedFile file;
  FastTextBytes bytes;
  Settings settings;
  FastTextDictionary dictionary;
  bool quantized = false;
  FastTextMatrix input;
  FastTextOutput output;
  std::uint64_t serial = FastTextCache::next_serial();
};

void FastTextModel::State::add_rows(const std::vector<std::uint32_t>& rows, FastTextSum& sum) const {
  for (const std::uint32_t row : rows) input.add(row, sum.vector());
  sum.rows += rows.size();
}

void FastTextModel::State::add_word(std::string_view word, FastTextHash hash, FastTextCache& cache,
                                    FastTextSum& sum) const {
  if (cache.add(word, hash.value(), sum)) return;
  if (word.starts_with(kLabelPrefix)) return;  // a label in the text is not a word
  cache.rows.clear();
  dictionary.rows_of_word(word, hash.value(), cache.rows);
  cache.begin_word();
  add_rows(cache.rows, cache.word);
  sum.add(cache.word);
  cache.keep(word, hash.value());
}

FastTextModel::FastTextModel(const std::filesystem::path& path) : state_(std::make_unique<const State>(path)) {}
FastTextModel::~FastTextModel() = default;
FastTextModel::FastTextModel(FastTextModel&&) noexcept = default;
FastTextModel& FastTextModel::operator=(FastTextModel&&) noexcept = default;

const std::vector<std::string_view>& FastTextModel::labels() const { return state_->dictionary.labels(); }

std::optional<FastTextModel::Best> FastTextModel::classify(std::string_view text) const {
  const State& state = *state_;
  const bool with_runs = state.settings.shape.word_ngrams > 1;
  FastTextCache& cache = FastTextCache::of_thread(state.serial, state.settings.dim);
  FastTextSum sum(state.settings.dim);
  std::vector<std::uint32_t> hashes;
  const auto take = [&](std::string_view word, FastTextHash hash) {
    state.add_word(word, hash, cache, sum);
    if (with_runs && !word.starts_with(kLabelPrefix)) hashes.push_back(hash.value());
  };
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    FastTextHash hash;
    const std::size_t begin = at;
    for (; at < text.size() && !is_blank(text[at]); ++at) hash.add(text[at]);
    take(text.substr(begin, at - begin), hash);
  }
  FastTextHash end;
  end.add(kEndOfText);
  take(kEndOfText, end);
  std::vector<std::uint32_t> runs;
  if (with_runs) state.dictionary.rows_of_runs(hashes, runs);
  state.add_rows(runs, sum);
  if (sum.rows == 0) return std::nullopt;
  const FastTextOutput::Best best = state.output.best(sum.mean());
  return Best{best.label, best.score};
}

}  // namespace llmops::data
