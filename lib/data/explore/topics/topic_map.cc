#include "data/explore/topics/topic_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/explore/record_view.h"
#include "data/explore/sample_dataset.h"
#include "data/explore/topics/text_vectors.h"
#include "data/explore/topics/tsne.h"
#include "data/record.h"
#include "data/vectors/kmeans.h"

namespace llmops::data::explore {
namespace {

constexpr std::size_t kDimensions = 50, kTextBytes = 4096, kBeginningBytes = 140, kNeighbours = 10;
constexpr std::size_t kLeastRecords = 10, kMostTopics = 12;

std::size_t topic_count(const TopicSpec& spec, std::size_t records) {
  if (spec.topics > 0) return std::min({spec.topics, kMostTopics, records});
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::sqrt(static_cast<double>(records) / 14)), 2,
                                 kMostTopics);
}

/// The texts that are mapped, and what is shown of each.
std::vector<std::string> draw_texts(const DatasetFiles& files, const TopicSpec& spec, Progress& progress,
                                    std::vector<MappedRecord>& records) {
  std::vector<std::string> texts;
  SampleSpec sample;
  sample.count = spec.records;
  sample.seed = spec.seed;
  RecordReader reader;
  for (const FoundRecord& found : sample_dataset(files, sample, progress)) {
    if (!reader.read(found.line)) continue;
    std::string text(cut_text(reader.view().text(), kTextBytes));
    if (text.empty()) continue;
    MappedRecord record;
    record.id = reader.view().id;
    record.beginning = cut_text(text, kBeginningBytes);
    records.push_back(std::move(record));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

TopicMap map_topics(const DatasetFiles& files, const TopicSpec& spec, const EmbedTexts& embed, const std::string& name,
                    Progress& progress) {
  TopicMap map;
  const std::vector<std::string> texts = draw_texts(files, spec, progress, map.records);
  map.vectors = embed ? name : "words (latent semantic analysis)";
  if (texts.size() < kLeastRecords) return map;
  Matrix vectors = embed ? matrix_of(embed(texts)) : text_vectors(texts, kDimensions, spec.seed);
  if (vectors.rows != texts.size() || vectors.cols == 0) return map;
  normalise_rows(vectors);
  KMeansSpec clustering;
  clustering.clusters = topic_count(spec, texts.size());
  clustering.seed = spec.seed;
  const KMeansResult clusters = kmeans(vectors, clustering);
  TsneSpec layout;
  layout.seed = spec.seed;
  layout.threads = spec.threads;
  const Matrix places = tsne(vectors, layout);
  if (2 * kNeighbours < texts.size()) map.trustworthiness = trustworthiness(vectors, places, kNeighbours);
  const auto words = telling_words(texts, clusters.labels, clusters.centres.rows, spec.words);
  for (const auto& named : words) map.topics.push_back({named});
  std::vector<double> nearest(map.topics.size(), std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < map.records.size(); ++i) {
    const std::size_t topic = clusters.labels[i];
    map.records[i].topic = topic;
    map.records[i].x = places.row(i)[0];
    map.records[i].y = places.row(i)[1];
    ++map.topics[topic].records;
    const double distance = squared_distance(vectors.row(i), clusters.centres.row(topic), vectors.cols);
    if (distance < nearest[topic]) {
      nearest[topic] = distance;
      map.topics[topic].nearest = i;
    }
  }
  return map;
}

Json TopicMap::json() const {
  Json list = Json::array(), points = Json::array();
  for (const Topic& topic : topics)
    list.push_back({{"words", topic.words}, {"records", topic.records}, {"example", records[topic.nearest].id}});
  for (const MappedRecord& record : records)
    points.push_back({{"id", record.id}, {"topic", record.topic}, {"x", record.x}, {"y", record.y}});
  return {{"vectors", vectors},
          {"trustworthiness", trustworthiness},
          {"topics", std::move(list)},
          {"records", std::move(points)}};
}

}  // namespace llmops::data::explore
