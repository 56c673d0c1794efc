#include "data/explore/stop_words.h"

#include <algorithm>
#include <iterator>

namespace llmops::data::explore {
namespace {

// Sorted.
constexpr std::string_view kStopWords[] = {
    "about",  "after",   "again", "all",    "also",    "am",   "an",     "and",  "any",   "are",   "as",    "at",
    "be",     "because", "been",  "before", "being",   "both", "but",    "by",   "can",   "come",  "could", "did",
    "do",     "does",    "don't", "even",   "every",   "for",  "from",   "get",  "go",    "had",   "has",   "have",
    "he",     "her",     "here",  "him",    "his",     "how",  "i",      "i'm",  "if",    "in",    "into",  "is",
    "it",     "it's",    "its",   "just",   "know",    "let",  "like",   "made", "make",  "many",  "may",   "me",
    "more",   "most",    "much",  "must",   "my",      "no",   "not",    "now",  "of",    "off",   "on",    "one",
    "only",   "or",      "other", "our",    "out",     "over", "own",    "said", "say",   "see",   "shall", "she",
    "should", "so",      "some",  "such",   "than",    "that", "that's", "the",  "their", "them",  "then",  "there",
    "these",  "they",    "this",  "those",  "through", "to",   "too",    "two",  "under", "up",    "upon",  "us",
    "very",   "was",     "way",   "we",     "well",    "were", "what",   "when", "where", "which", "while", "who",
    "why",    "will",    "with",  "would",  "yet",     "you",  "your"};

}  // namespace

bool is_stop_word(std::string_view word) {
  return std::binary_search(std::begin(kStopWords), std::end(kStopWords), word);
}

}  // namespace llmops::data::explore
