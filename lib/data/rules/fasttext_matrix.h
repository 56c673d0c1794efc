// A matrix of a fastText model, read in place: floats (.bin), or codes of a product quantizer (.ftz).
#pragma once

#include <cstddef>
#include <cstdint>

#include "data/rules/fasttext_bytes.h"

namespace llmops::data {

/// Splits a row into parts of `part` floats and names each by its nearest of 256 centroids (Jegou et al., 2011,
/// "Product Quantization for Nearest Neighbor Search").
class ProductQuantizer {
 public:
  ProductQuantizer() = default;
  /// @throws InputError  unless it quantizes rows of `columns` floats
  ProductQuantizer(FastTextBytes& bytes, std::size_t columns);

  std::size_t parts() const { return parts_; }
  /// sum[0, columns) += scale * the row that `codes` name.
  void add(const unsigned char* codes, float scale, float* sum) const;
  float dot(const unsigned char* codes, const float* vector) const;
  /// The first float that a code names; all of it where rows are one float.
  float value(unsigned char code) const { return float_at(centroids_, code); }

 private:
  std::size_t parts_ = 0, part_ = 0, last_part_ = 0;
  const char* centroids_ = nullptr;  ///< (parts, 256, part) floats
};

class FastTextMatrix {
 public:
  /// @param columns  of the model; the file's must agree
  /// @throws InputError
  FastTextMatrix(FastTextBytes& bytes, bool quantized, std::size_t columns);

  std::size_t rows() const { return rows_; }
  /// sum[0, columns) += the row. @param row  below rows()
  void add(std::size_t row, float* sum) const;
  float dot(std::size_t row, const float* vector) const;

 private:
  float norm(std::size_t row) const;
  const unsigned char* codes(std::size_t row) const;

  std::size_t rows_ = 0, columns_ = 0;
  const char* floats_ = nullptr;  ///< (rows, columns); null where quantized
  const char* codes_ = nullptr;   ///< (rows, parts)
  const char* norms_ = nullptr;   ///< (rows) codes; null where rows keep their length
  ProductQuantizer quantizer_, norm_quantizer_;
};

}  // namespace llmops::data
