#include "train/pulse.h"

#include <fmt/format.h>

#include <vector>

namespace llmops::train {
namespace {

constexpr auto kBeat = std::chrono::milliseconds(500);
constexpr auto kListen = std::chrono::milliseconds(2000);
constexpr std::size_t kLongestReport = 500;

std::string beat_key(int rank) { return fmt::format("beat/{}", rank); }
std::string failed_key(int rank) { return fmt::format("failed/{}", rank); }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')).substr(0, kLongestReport); }

}  // namespace

Pulse::Pulse(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store)
    : launch_(launch), store_(store->clone()), beat_store_(store->clone()), thread_([this] { beat(); }) {
  store_->setTimeout(std::chrono::seconds(5));
}

Pulse::~Pulse() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Pulse::beat() {
  try {
    std::unique_lock lock(mutex_);
    while (!stop_) {
      beat_store_->add(beat_key(launch_.rank), 1);
      changed_.wait_for(lock, kBeat, [this] { return stop_; });
    }
  } catch (const std::exception&) {  // the store is gone, and who served it: diagnose() says so
  }
}

void Pulse::report(const std::string& what) noexcept {
  try {
    store_->set(failed_key(launch_.rank), first_line(what));
    stay_until_heard(launch_.size);
  } catch (const std::exception&) {  // nobody is left to be told
  }
}

std::string Pulse::reported() {
  for (int rank = 0; rank < launch_.size; ++rank) {
    if (rank == launch_.rank || !store_->check({failed_key(rank)})) continue;
    return fmt::format("rank {} of {} failed: {}", rank, launch_.size, store_->get_to_str(failed_key(rank)));
  }
  return "";
}

std::string Pulse::silent() {
  std::vector<std::int64_t> before;
  for (int rank = 0; rank < launch_.size; ++rank) before.push_back(store_->add(beat_key(rank), 0));
  const auto end = std::chrono::steady_clock::now() + kListen;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kBeat / 5);
    if (const std::string why = reported(); !why.empty()) return why;
  }
  std::string ranks;
  for (int rank = 0; rank < launch_.size; ++rank) {
    if (rank == launch_.rank || store_->add(beat_key(rank), 0) != before[static_cast<std::size_t>(rank)]) continue;
    ranks += fmt::format("{}{}", ranks.empty() ? "" : ", ", rank);
  }
  return ranks.empty() ? "" : fmt::format("rank {} of {} is gone", ranks, launch_.size);
}

/// The first to find out tells the others, whose own connections break when it leaves.
std::string Pulse::verdict() {
  if (const std::string why = reported(); !why.empty()) return why;
  if (store_->check({"verdict"})) return store_->get_to_str("verdict");
  const std::string found = silent();
  return found.empty() ? found : store_->compareSet("verdict", "", found);
}

/// The store goes with the rank that serves it, so that one leaves last.
void Pulse::stay_until_heard(int ranks) {
  store_->add("heard", 1);
  if (!launch_.first() || launch_.store_is_served) return;
  const auto end = std::chrono::steady_clock::now() + kListen;
  while (store_->add("heard", 0) < ranks && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kBeat / 10);
  }
}

std::string Pulse::diagnose() noexcept {
  try {
    const std::string found = verdict();
    stay_until_heard(launch_.size - 1);
    return found;
  } catch (const std::exception&) {
    return launch_.store_is_served ? "the launcher is gone" : fmt::format("rank 0 of {} is gone", launch_.size);
  }
}

}  // namespace llmops::train
