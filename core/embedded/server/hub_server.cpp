#include "core/embedded/server/hub_server.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <asio/post.hpp>
#include <utility>

#include "core/embedded/server/limits.h"
#include "core/nmdc/format.h"
#include "queue/lane.h"

namespace vhpy::embedded {

// The server's end of one client's link.
class HubServer::ClientLink final : public LinkEvents {
 public:
  ClientLink(HubServer& server, std::shared_ptr<Session> session) : server_(server), session_(std::move(session)) {}

  void on_frame(std::string_view frame) override { server_.dispatcher_.on_frame(session_, frame); }

  void on_fault(LinkFault fault, std::string_view detail) override {
    Counters& counters = server_.context_.counters;
    CloseReason reason = kCloseQuit;
    if (fault == LinkFault::kBadBytes) {
      ++counters.bad_lines;
      reason = kCloseSyntax;
      spdlog::info("{} ({}) closed: {}", session_->nick, session_->ip, detail);
    } else if (fault == LinkFault::kTooSlow) {
      ++counters.slow_readers;
      reason = kCloseTimeout;
      spdlog::warn("{} ({}) cut: it does not read what it is sent ({})", session_->nick, session_->ip, detail);
    }
    server_.departures_.leave(session_, reason, std::chrono::milliseconds{0});
  }

  void on_closed() override { server_.departures_.closed(session_); }

 private:
  HubServer& server_;
  std::shared_ptr<Session> session_;
};

HubServer::HubServer(const Tables& tables, queue::Lane* lane, Options options)
    : options_(std::move(options)),
      lane_(lane),
      work_{[this] { drain(); }, [this] { tick(); }, [this] { between_events(); }, [this] { end_of_turn(); },
            [this] { return links_.next_deadline(); }},
      passwords_([this](std::function<void()> job) { post(std::move(job)); }, options_.password_cost),
      context_{tables.settings, tables.accounts, tables.bans, passwords_, tables.database},
      hooks_(context_),
      out_(context_),
      voice_(context_),
      departures_(context_),
      bots_(context_),
      topic_(context_),
      penalties_(context_),
      flood_(context_),
      entry_(context_),
      changes_(context_),
      login_(context_, changes_),
      updates_(context_),
      commands_(context_, login_, changes_),
      effects_(context_,
               [this] {
                 links_.set_max_output(static_cast<std::size_t>(context_.setting(Var::kAdvMaxOutbufSize)));
               }),
      host_names_([this](std::function<void()> job) { post(std::move(job)); },
                  [this](const std::string& ip, const std::string& host) { on_host_found(ip, host); }),
      script_commands_(context_),
      geo_({.data_dir = options_.data_dir,
            .paths = [this] {
              return geoip::GeoIp::Paths{context_.text(Var::kGeoipCityDb), context_.text(Var::kGeoipCountryDb),
                                         context_.text(Var::kGeoipAsnDb)};
            },
            .wall = [this] { return context_.wall(); }}),
      feed_(context_),
      live_(std::string(store::kConfigFile)),
      dispatcher_(context_, login_, updates_),
      operations_(context_, changes_),
      links_(static_cast<std::size_t>(tables.settings.integer(Var::kAdvMaxOutbufSize))),
      acceptor_(loop_.io(), context_.counters, [this](asio::ip::tcp::socket socket) { on_accepted(std::move(socket)); }) {
  context_.now = [] { return std::chrono::steady_clock::now(); };
  context_.wall = [] {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  context_.data_dir = options_.data_dir;
  context_.start_time = context_.wall();
  context_.hooks = &hooks_;
  context_.out = &out_;
  context_.voice = &voice_;
  context_.departures = &departures_;
  context_.bots = &bots_;
  context_.topic = &topic_;
  context_.penalties = &penalties_;
  context_.flood = &flood_;
  context_.entry = &entry_;
  context_.commands = &commands_;
  context_.host_names = options_.look_up_hosts ? &host_names_ : nullptr;
  context_.effects = &effects_;
  context_.updates = &updates_;
  context_.loop_rate.begin(context_.now());
  context_.login = &login_;
  context_.script_commands = &script_commands_;
  context_.geo = &geo_;
  context_.live = &live_;
  live_.use(&feed_);
  tables.settings.all_changed();  // they may have been another server's before
  bots_.refresh();
  live_.publish();
  links_.on_event([this] { loop_.awake(); });
  tables.database.on_wait([this] { expect_no_hooks(); });  // whom we wait for may be a script's thread
  if (lane_ == nullptr) return;
  loop_.watch(lane_->wake_fd());
  loop_.report_to(&lane_->loop_time());
}

// Threads that post to the loop end before the loop does.
HubServer::~HubServer() {
  hooks_.use(nullptr);  // it may be gone by now, so it is told nothing
  context_.console = nullptr;
  context_.database.on_wait({});
  passwords_.stop();
  host_names_.stop();
  acceptor_.stop();
  links_.abandon_all();
  // Sessions on other transports (tests) end as well: a user and its session hold each other.
  for (const auto& session : context_.sessions.all()) departures_.closed(session);
}

void HubServer::use_scripts(ScriptHost* scripts, ScriptConsole* console) {
  expect_no_hooks();
  hooks_.use(scripts);
  context_.console = console;
}

Outcome HubServer::listen(const std::string& host, std::uint16_t port) {
  Outcome listening = acceptor_.listen(host, port);
  context_.port = acceptor_.port();
  return listening;
}

void HubServer::post(std::function<void()> job) {
  asio::post(loop_.io(), [this, run = std::move(job)] {
    loop_.awake();
    run();
  });
}

void HubServer::on_accepted(asio::ip::tcp::socket socket) {
  loop_.awake();
  asio::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  auto address = peer.address();
  // An IPv4 client of a socket that listens on both: bans and limits know it by its IPv4 address.
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  const std::string ip = address.to_string();
  if (!has_room(ip)) {
    const std::string text = nmdc::format::chat(voice_.name(), "Too many connections. Please try again later.");
    socket.non_blocking(true, error);
    socket.write_some(asio::buffer(text), error);
    return;
  }
  auto connection = std::make_shared<Connection>(links_, std::move(socket));
  connection->start(attach(connection, ip, peer.port()));
}

// More connections than users, so that a hub full of users can still say so.
bool HubServer::has_room(const std::string& ip) {
  const std::int64_t per_ip = context_.setting(Var::kMaxUsersFromIp);
  if (per_ip != 0 && static_cast<std::int64_t>(context_.sessions.count_from(ip)) >= per_ip) {
    ++context_.counters.refused_per_ip;
    return false;
  }
  const std::int64_t for_users = context_.setting(Var::kMaxUsers) + context_.setting(Var::kMaxExtraPings) +
                                 context_.setting(Var::kMaxExtraRegs) + context_.setting(Var::kMaxExtraVips) +
                                 context_.setting(Var::kMaxExtraOps) + limits::kConnectionsBeyondUsers;
  const std::size_t most = std::min(options_.max_connections, static_cast<std::size_t>(for_users));
  if (context_.sessions.size() < most) return true;
  ++context_.counters.refused_total;
  return false;
}

std::shared_ptr<LinkEvents> HubServer::attach(std::shared_ptr<Transport> link, const std::string& ip,
                                              std::uint16_t port) {
  const std::shared_ptr<Session> session = context_.sessions.add(ip);
  session->link = std::move(link);
  session->port = port;
  login_.greet(session);
  return std::make_shared<ClientLink>(*this, session);
}

void HubServer::drain() {
  if (lane_ == nullptr) return;
  expect_no_hooks();
  lane_->drain({});
  live_.publish();  // before the rest of the turn: somebody may wait for what its command has changed
}

void HubServer::expect_no_hooks() {
  if (ScriptHost* const scripts = hooks_.scripts()) scripts->expect_no_hooks();
}

void HubServer::between_events() {
  if (ScriptHost* const scripts = hooks_.scripts()) scripts->between_events();
}

void HubServer::run() {
  loop_.run(work_);
  expect_no_hooks();
}

void HubServer::end_of_turn() {
  expect_no_hooks();
  links_.end_of_turn();
  context_.loop_rate.turn();
  if (context_.stop.asked() && context_.stop.due(context_.now())) {
    spdlog::info("a script has asked the hub to stop, exit code {}", context_.stop.exit_code());
    request_stop();
  }
  ScriptHost* const scripts = hooks_.scripts();
  if (scripts != nullptr) scripts->end_of_turn();
  live_.publish();
  if (scripts != nullptr) scripts->expect_hooks();
}

void HubServer::tick() {
  const std::int64_t ping = context_.setting(Var::kDelayedPing);
  const auto now = context_.now();
  const Bytes keep_alive = make_bytes(nmdc::format::ping());
  for (const auto& session : context_.sessions.all()) {
    login_.check_deadline(session);
    if (!session->in_list() || ping == 0 || now - session->last_ping < std::chrono::seconds(ping)) continue;
    session->last_ping = now;
    session->send(keep_alive);
  }
  context_.loop_rate.measure(now);
  links_.cut_stalled(context_.seconds(Var::kTimeoutFlush));
  updates_.tick();
  if (now >= next_purge_) {
    next_purge_ = now + limits::kPurgeEvery;
    login_.purge();
    penalties_.purge();
  }
  script_commands_.tick();
  const double seconds = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  hooks_.fire(HookId::kOnTimer, {seconds});
}

void HubServer::on_host_found(const std::string& ip, const std::string& host) {
  if (host.empty()) return;
  for (const auto& user : context_.users.all()) {
    if (!user->session || user->session->ip != ip) continue;
    user->host = host;
    context_.users.touch(*user);
    penalties_.refuse_if_banned(*user);  // bans of host names could not be checked before
  }
}

void HubServer::finish_passwords(std::chrono::milliseconds patience) {
  expect_no_hooks();
  const auto until = EventLoop::Clock::now() + patience;
  while (changes_.count_under_way() != 0 && EventLoop::Clock::now() < until) loop_.turn(work_, patience / 10);
  if (const std::size_t lost = changes_.count_under_way(); lost != 0) {
    spdlog::error("{} passwords that were just set are lost; new accounts among them are locked", lost);
  }
}

void HubServer::close_all(std::chrono::milliseconds linger) {
  acceptor_.stop();
  departures_.leave_all(kCloseQuit, linger);
  expect_no_hooks();
  const auto until = EventLoop::Clock::now() + linger;
  while (links_.open_links() != 0 && EventLoop::Clock::now() < until) loop_.turn(work_, linger / 10);
  links_.abandon_all();
}

}  // namespace vhpy::embedded
