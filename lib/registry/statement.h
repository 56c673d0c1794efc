// One prepared SQL statement: bound by position, finalised by scope, errors thrown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/json.h"
#include "registry/connection.h"

struct sqlite3_stmt;

namespace llmops::registry {

/// for (Statement rows(connection, "SELECT id FROM runs WHERE command = ?", "eval"); rows.step();) use(rows.text(0));
/// The caller holds the connection's lock.
class Statement {
 public:
  template <typename... Values>
  Statement(Registry::Connection& connection, std::string_view sql, const Values&... values)
      : Statement(Prepare{}, connection, sql) {
    (bind(values), ...);
  }
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds the next `?`. Bool and integers as INTEGER, JSON as its text, an empty optional as NULL.
  template <typename T>
  Statement& bind(const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
      bind_null();
    } else if constexpr (std::is_integral_v<T>) {
      bind_integer(static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      bind_real(static_cast<double>(value));
    } else if constexpr (std::is_same_v<T, Json>) {
      bind_text(dump_json(value));
    } else {
      bind_text(value);
    }
    return *this;
  }
  template <typename T>
  Statement& bind(const std::optional<T>& value) {
    if (value) return bind(*value);
    bind_null();
    return *this;
  }

  /// @returns whether a row is there to read
  bool step();
  /// Runs to the end, then is ready to be bound again.
  void run();

  std::string text(int column) const;  ///< "" for NULL
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  /// @throws InputError  when the text is not JSON; null for NULL
  Json json(int column) const;

 private:
  struct Prepare {};
  Statement(Prepare, Registry::Connection& connection, std::string_view sql);
  void bind_null();
  void bind_integer(std::int64_t value);
  void bind_real(double value);
  void bind_text(std::string_view value);

  Registry::Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// For columns where "" means unknown.
inline std::optional<std::string> null_if_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace llmops::registry
