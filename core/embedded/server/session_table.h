// Every connection, by number; how many each address has; and which nicks are spoken for.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/embedded/server/session.h"

namespace vhpy::embedded {

class SessionTable {
 public:
  std::shared_ptr<Session> add(std::string ip);
  void remove(const Session& session);

  std::size_t size() const { return sessions_.size(); }
  void set_ip(Session& session, std::string ip);
  std::size_t count_from(const std::string& ip) const;
  // A copy, so that sessions may come and go while it is walked.
  std::vector<std::shared_ptr<Session>> all() const;

  // From kAccepted until it leaves, a session holds its nick.
  void claim(const std::shared_ptr<Session>& session);
  void release(const Session& session);
  std::shared_ptr<Session> holder(std::string_view nick) const;
  std::size_t claimed() const { return claims_.size(); }

 private:
  void count_off(const std::string& ip);

  std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::unordered_map<std::string, std::size_t> per_ip_;
  std::unordered_map<std::string, std::shared_ptr<Session>> claims_;  // by folded nick
  std::uint64_t next_id_ = 1;
};

}  // namespace vhpy::embedded
