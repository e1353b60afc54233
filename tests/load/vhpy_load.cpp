// vhpy-load: a load generator for a Direct Connect hub: clients that log in, chat, search, leave and come back. One thread.
//
// Prints "ready" when all have logged in, and at the end one JSON object: counts, and latencies in seconds. A connection that
// the hub closes, and a chat line that a client which was there did not get, is an error. Exit status: 0 if there was none.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/load/client.h"

namespace vhpy::load {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4111;
  unsigned clients = 100, observers = 10;
  double seconds = 10, chat = 10, search = 5, churn = 2;  // the last three: per second, all clients together
  std::uint32_t seed = 1;
};

constexpr unsigned kLoginsAtOnce = 20;
constexpr auto kDrain = 2s;  // after the last line, until all must have it

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), hub_(asio::ip::make_address(options.host), options.port), random_(options.seed), tick_(context_) {}

  int run() {
    for (unsigned i = 0; i < std::min(kLoginsAtOnce, options_.clients); ++i) log_in_next();
    context_.run();
    return report();
  }

 private:
  // The first quarter stays all the time; of the others some leave and come back.
  unsigned staying() const { return std::max(1u, options_.clients / 4); }

  void log_in_next() {
    if (clients_.size() == options_.clients) return;
    const auto number = static_cast<unsigned>(clients_.size());
    clients_.push_back(make(number));
    clients_.back()->start();
  }

  std::shared_ptr<Client> make(unsigned number) {
    const bool observer = number < std::min(options_.observers, staying());
    // One who comes back has another nick: the hub may not yet have seen that the former one is gone.
    const std::string nick = "load" + std::to_string(number) + (started_ ? "-" + std::to_string(counts_.closes) : "");
    return std::make_shared<Client>(context_, hub_, nick, observer, counts_, [this] {
      if (started_) return;
      if (++ready_ < options_.clients) return log_in_next();
      begin();
    });
  }

  void begin() {
    started_ = true;
    std::puts("ready");
    std::fflush(stdout);
    baseline_.reserve(staying());
    for (unsigned i = 0; i < staying(); ++i) baseline_.push_back(clients_[i]->lines_since_ready());
    began_ = last_ = now_ns();
    wait();
  }

  void wait() {
    tick_.expires_after(5ms);
    tick_.async_wait([this](const asio::error_code& error) {
      if (!error) turn();
    });
  }

  void turn() {
    const std::int64_t now = now_ns();
    const double passed = static_cast<double>(now - last_) * 1e-9;
    last_ = now;
    if (static_cast<double>(now - began_) * 1e-9 >= options_.seconds) return finish();
    for (due_chat_ += passed * options_.chat; due_chat_ >= 1; due_chat_ -= 1) {
      if (clients_[pick(0, staying())]->ready()) {
        clients_[last_pick_]->chat();
        ++chatted_;
      }
    }
    for (due_search_ += passed * options_.search; due_search_ >= 1; due_search_ -= 1) {
      Client& client = *clients_[pick(0, options_.clients)];
      if (client.ready()) client.search(++searched_);
    }
    for (due_churn_ += passed * options_.churn; due_churn_ >= 1 && staying() < options_.clients; due_churn_ -= 1) {
      const unsigned number = pick(staying(), options_.clients);
      if (!clients_[number]->ready()) continue;
      clients_[number]->close();
      ++counts_.closes;
      clients_[number] = make(number);
      clients_[number]->start();
    }
    wait();
  }

  void finish() {
    tick_.expires_after(kDrain);
    tick_.async_wait([this](const asio::error_code&) {
      for (unsigned i = 0; i < staying(); ++i) lost_ += chatted_ - std::min(chatted_, clients_[i]->lines_since_ready() - baseline_[i]);
      for (auto& client : clients_) client->close();
      context_.stop();
    });
  }

  unsigned pick(unsigned from, unsigned to) { return last_pick_ = std::uniform_int_distribution<unsigned>(from, to - 1)(random_); }

  static nlohmann::json quantiles(std::vector<double>& samples) {
    if (samples.empty()) return nullptr;
    std::sort(samples.begin(), samples.end());
    const auto at = [&](double share) { return samples[static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1))]; };
    return {{"samples", samples.size()}, {"p50", at(0.5)}, {"p90", at(0.9)}, {"p99", at(0.99)}, {"max", samples.back()}};
  }

  int report() {
    const nlohmann::json told{
        {"clients", options_.clients}, {"seconds", options_.seconds},     {"logins", counts_.logins},
        {"left", counts_.closes},      {"errors", counts_.errors},        {"lost_lines", lost_},
        {"lines_sent", chatted_},      {"lines_received", counts_.lines_received}, {"searches_sent", searched_},
        {"searches_received", counts_.searches_received},                 {"frames", counts_.frames},
        {"bytes", counts_.bytes},      {"chat", quantiles(counts_.chat_seconds)}, {"login", quantiles(counts_.login_seconds)},
        {"first_error", counts_.first_error}};
    std::puts(told.dump().c_str());
    return counts_.errors == 0 && lost_ == 0 ? 0 : 1;
  }

  Options options_;
  asio::io_context context_;
  asio::ip::tcp::endpoint hub_;
  std::mt19937 random_;
  asio::steady_timer tick_;
  Counts counts_;
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::uint64_t> baseline_;  // lines that each of those who stay had when it began
  unsigned ready_ = 0, last_pick_ = 0;
  bool started_ = false;
  std::int64_t began_ = 0, last_ = 0;
  double due_chat_ = 0, due_search_ = 0, due_churn_ = 0;
  std::uint64_t chatted_ = 0, searched_ = 0, lost_ = 0;
};

}  // namespace
}  // namespace vhpy::load

int main(int argc, char** argv) {
  vhpy::load::Options options;
  CLI::App app{"Clients that log in, chat, search, leave and come back. At the end one JSON object."};
  app.add_option("--host", options.host, "address of the hub");
  app.add_option("--port", options.port, "its port");
  app.add_option("--clients", options.clients, "how many")->check(CLI::Range(1u, 20000u));
  app.add_option("--observers", options.observers, "how many of them measure every chat line");
  app.add_option("--seconds", options.seconds, "how long, after all have logged in");
  app.add_option("--chat", options.chat, "chat lines per second, all clients together");
  app.add_option("--search", options.search, "searches per second, all clients together");
  app.add_option("--churn", options.churn, "clients per second that leave and come back");
  app.add_option("--seed", options.seed, "for choosing clients");
  CLI11_PARSE(app, argc, argv);
  return vhpy::load::Load(options).run();
}
