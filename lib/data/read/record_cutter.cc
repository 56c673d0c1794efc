#include "data/read/record_cutter.h"

#include "data/read/json_array.h"
#include "data/read/warc.h"

namespace llmops::data {
namespace {

class SliceCutter : public RecordCutter {
 public:
  SliceCutter(Format format, std::string records) : format_(format), records_(std::move(records)) {}
  std::size_t cut(std::string_view bytes, bool last, std::vector<Slice>& slices) override {
    return cut_slices(bytes, last, format_, records_, line_, slices);
  }
  std::uint64_t skip_line() override { return line_++; }

 private:
  Format format_;
  std::string records_;
  std::uint64_t line_ = 1;
};

// Those that follow the structure of what they cut, and see to records that are too long themselves.
template <typename Cutter>
class StructureCutter : public RecordCutter {
 public:
  std::size_t cut(std::string_view bytes, bool last, std::vector<Slice>& slices) override {
    return cutter_.cut(bytes, last, slices);
  }
  std::uint64_t skip_line() override { return 0; }

 private:
  Cutter cutter_;
};

}  // namespace

std::unique_ptr<RecordCutter> make_cutter(Format format, const std::string& records) {
  if (format == Format::kJson) return std::make_unique<StructureCutter<JsonCutter>>();
  if (format == Format::kWarc) return std::make_unique<StructureCutter<WarcCutter>>();
  return std::make_unique<SliceCutter>(format, records);
}

}  // namespace llmops::data
