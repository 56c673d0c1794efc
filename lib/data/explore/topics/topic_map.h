// What a dataset is about: a sample of its records in clusters, drawn on a map.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/progress.h"
#include "data/embed_texts.h"
#include "data/explore/dataset_files.h"
#include "data/vectors/matrix.h"

namespace llmops::data::explore {

struct TopicSpec {
  std::size_t records = 2000;  ///< drawn; all pairs of them are compared
  std::size_t topics = 0;      ///< 0: by the number of records, 2 to 12
  std::size_t words = 6;       ///< that name a topic
  std::uint64_t seed = 0;
  int threads = 0;
};

struct Topic {
  std::vector<std::string> words;  ///< by class-based TF-IDF, the most telling first
  std::size_t records = 0;         ///< of the sample
  std::size_t nearest = 0;         ///< the record nearest to its centre, by index
};

struct MappedRecord {
  std::string id, beginning;
  std::size_t topic = 0;
  float x = 0, y = 0;
};

struct TopicMap {
  std::vector<Topic> topics;  ///< by size
  std::vector<MappedRecord> records;
  std::string vectors;         ///< what they are of: "words (latent semantic analysis)" or the model's name
  double trustworthiness = 0;  ///< of the map, over 10 neighbours; 0 where there are too few records

  Json json() const;
};

/// @param embed  empty: text_vectors() are taken; @param name  of what `embed` is
/// @returns no topics where there are fewer than 10 records with words
TopicMap map_topics(const DatasetFiles& files, const TopicSpec& spec, const EmbedTexts& embed, const std::string& name,
                    Progress& progress);

/// The words of each class that tell it from the others: share in the class times ln(1 + words a class / count in all).
/// Words in more than 70 % of the texts, function words of English, single kana, single letters and words with a digit
/// in front are left out. Source: Grootendorst, 2022, "BERTopic", equation 2.
std::vector<std::vector<std::string>> telling_words(std::span<const std::string> texts,
                                                    std::span<const std::size_t> classes, std::size_t count,
                                                    std::size_t most);

}  // namespace llmops::data::explore
