// Searches to those who may have what is looked for, and results back to who asked.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class SearchRelay {
 public:
  explicit SearchRelay(Context& context) : context_(context) {}

  // frame: the whole command, for the hooks.
  void on_search(const std::shared_ptr<Session>& session, const nmdc::Search& search, std::string_view frame);
  void on_result(const std::shared_ptr<Session>& session, const nmdc::SearchResult& result, std::string_view frame);

 private:
  bool refuse(Session& session, const nmdc::Search& search, const std::string& query) const;

  Context& context_;
};

}  // namespace vhpy::embedded
