#include "core/embedded/server/session_table.h"

#include "core/nmdc/nick.h"

namespace vhpy::embedded {

std::shared_ptr<Session> SessionTable::add(std::string ip) {
  auto session = std::make_shared<Session>();
  session->id = next_id_++;
  session->ip = std::move(ip);
  ++per_ip_[session->ip];
  sessions_.emplace(session->id, session);
  return session;
}

void SessionTable::remove(const Session& session) {
  release(session);
  if (sessions_.erase(session.id) != 0) count_off(session.ip);
}

void SessionTable::count_off(const std::string& ip) {
  const auto count = per_ip_.find(ip);
  if (count != per_ip_.end() && --count->second == 0) per_ip_.erase(count);
}

void SessionTable::set_ip(Session& session, std::string ip) {
  if (sessions_.contains(session.id)) {
    count_off(session.ip);
    ++per_ip_[ip];
  }
  session.ip = std::move(ip);
}

std::size_t SessionTable::count_from(const std::string& ip) const {
  const auto found = per_ip_.find(ip);
  return found == per_ip_.end() ? 0 : found->second;
}

std::vector<std::shared_ptr<Session>> SessionTable::all() const {
  std::vector<std::shared_ptr<Session>> copy;
  copy.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_) copy.push_back(session);
  return copy;
}

void SessionTable::claim(const std::shared_ptr<Session>& session) {
  claims_.insert_or_assign(nmdc::fold_nick(session->nick), session);
}

void SessionTable::release(const Session& session) {
  const auto found = claims_.find(nmdc::fold_nick(session.nick));
  if (found != claims_.end() && found->second.get() == &session) claims_.erase(found);
}

std::shared_ptr<Session> SessionTable::holder(std::string_view nick) const {
  const auto found = claims_.find(nmdc::fold_nick(nick));
  return found == claims_.end() ? nullptr : found->second;
}

}  // namespace vhpy::embedded
