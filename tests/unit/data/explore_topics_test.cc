// Topics: decomposition, clusters and map against scikit-learn, and by construction.
#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "core/error.h"
#include "core/json.h"
#include "data/explore/topics/text_vectors.h"
#include "data/explore/topics/topic_map.h"
#include "data/explore/topics/tsne.h"
#include "data/vectors/kmeans.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::data;
using namespace llmops::data::explore;

namespace {

Json golden() { return read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/explore/explore.json"); }

Matrix matrix(const Json& rows) { return matrix_of(rows.get<std::vector<std::vector<float>>>()); }

/// Clouds of `each` points around corners far apart.
Matrix blobs(std::size_t each, std::size_t clouds) {
  std::mt19937 random(1);
  Matrix points(each * clouds, 5);
  for (std::size_t i = 0; i < points.rows; ++i) {
    for (std::size_t j = 0; j < points.cols; ++j) {
      const float noise = static_cast<float>(random() % 1000) / 1000;
      points.row(i)[j] = noise + (j == i / each ? 20.0F : 0.0F);
    }
  }
  return points;
}

}  // namespace

TEST_CASE("principal components are scikit-learn's", "[explore]") {
  const Json numbers = golden();
  const Matrix found = principal_components(matrix(numbers["points"]), 2, 0), wanted = matrix(numbers["pca"]);
  REQUIRE(found.rows == wanted.rows);
  REQUIRE(found.cols == 2);
  for (std::size_t i = 0; i < found.values.size(); ++i) CHECK(found.values[i] == Approx(wanted.values[i]).margin(2e-4));
}

TEST_CASE("k-means finds scikit-learn's clusters, and separated clouds exactly", "[explore]") {
  const Json numbers = golden();
  KMeansSpec spec;
  spec.clusters = 3;
  const KMeansResult iris = kmeans(matrix(numbers["points"]), spec);
  CHECK(iris.inertia == Approx(numbers["kmeans_inertia"].get<double>()).epsilon(1e-5));
  std::vector<std::size_t> sizes(3, 0);
  for (const std::size_t label : iris.labels) ++sizes[label];
  CHECK(Json(sizes) == numbers["kmeans_sizes"]);

  spec.clusters = 4;
  const KMeansResult clouds = kmeans(blobs(30, 4), spec);
  for (std::size_t i = 0; i < 120; ++i) CHECK(clouds.labels[i] == clouds.labels[i / 30 * 30]);
  CHECK(kmeans(blobs(30, 4), spec).labels == clouds.labels);
}

TEST_CASE("k-means with fewer different points than clusters", "[explore]") {
  Matrix same(6, 2);
  KMeansSpec spec;
  spec.clusters = 4;
  const KMeansResult result = kmeans(same, spec);
  CHECK(result.centres.rows == 1);
  CHECK(result.inertia == 0);
  CHECK(kmeans(Matrix(), spec).labels.empty());
}

TEST_CASE("trustworthiness is scikit-learn's", "[explore]") {
  const Json numbers = golden();
  const Matrix points = matrix(numbers["points"]), map = matrix(numbers["map"]);
  CHECK(trustworthiness(points, map, 10) == Approx(numbers["trustworthiness_of_map"].get<double>()).epsilon(1e-3));
  CHECK(trustworthiness(points, points, 10) == 1);
}

TEST_CASE("the map keeps neighbours as well as scikit-learn's exact t-SNE", "[explore]") {
  const Json numbers = golden();
  const Matrix points = matrix(numbers["points"]);
  TsneSpec spec;
  spec.perplexity = 20;
  spec.threads = 1;
  const Matrix map = tsne(points, spec);
  CHECK(trustworthiness(points, map, 10) > numbers["tsne_trustworthiness"][0].get<double>() - 0.01);
  spec.threads = 3;
  CHECK(tsne(points, spec).values == map.values);
}

TEST_CASE("the map tells separated clouds apart", "[explore]") {
  const Matrix map = tsne(blobs(30, 3), {});
  double within = 0, between = INFINITY;
  for (std::size_t i = 0; i < 90; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double distance = squared_distance(map.row(i), map.row(j), 2);
      if (i / 30 == j / 30) {
        within = std::max(within, distance);
      } else {
        between = std::min(between, distance);
      }
    }
  }
  CHECK(within < between);
}

TEST_CASE("degenerate points still have a finite map", "[explore]") {
  for (const std::size_t count : {0UL, 1UL, 3UL, 5UL, 40UL}) {
    const Matrix map = tsne(Matrix(count, 3), {});
    CHECK(map.rows == count);
    for (const float value : map.values) CHECK(std::isfinite(value));
  }
}

TEST_CASE("vectors that do not fit are named", "[explore]") {
  CHECK_THROWS_WITH(matrix_of({{1, 2}, {1}}), "vector 1 has 1 values, the first one 2");
  CHECK_THROWS_WITH(matrix_of({{1, NAN}}), "vector 0 has a value that is not finite");
}

TEST_CASE("texts of one subject are near, and their telling words name it", "[explore]") {
  std::vector<std::string> texts;
  std::vector<std::size_t> classes;
  const char* const kWords[2][6] = {{"engine", "wheel", "brake", "piston", "gear", "fuel"},
                                    {"flour", "sugar", "butter", "oven", "cake", "dough"}};
  std::mt19937 random(2);
  for (std::size_t i = 0; i < 60; ++i) {
    std::string text = "the report says that";
    for (int k = 0; k < 12; ++k) text += std::string(" ") + kWords[i % 2][random() % 6];
    texts.push_back(text);
    classes.push_back(i % 2);
  }
  const Matrix vectors = text_vectors(texts, 10, 0);
  const KMeansResult clusters = kmeans(vectors, {2, 5, 100, 0});
  for (std::size_t i = 0; i < 60; ++i) CHECK((clusters.labels[i] == clusters.labels[0]) == (i % 2 == 0));
  const auto names = telling_words(texts, classes, 2, 6);
  const std::set<std::string> cars(names[0].begin(), names[0].end()), cakes(names[1].begin(), names[1].end());
  for (const std::string& word : cars) CHECK(std::count(std::begin(kWords[0]), std::end(kWords[0]), word) == 1);
  for (const std::string& word : cakes) CHECK(std::count(std::begin(kWords[1]), std::end(kWords[1]), word) == 1);
  CHECK(cars.size() == 6);
  CHECK(cakes.size() == 6);
  CHECK(text_vectors(std::vector<std::string>{"", "!", ""}, 10, 0).rows == 3);
}
