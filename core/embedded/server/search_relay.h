// Searches to those who may have what is looked for, and results back to who asked.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/nmdc/message.h"
#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class SearchRelay {
 public:
  explicit SearchRelay(Context& context) : context_(context) {}

  void on_search(const std::shared_ptr<Session>& session, const nmdc::Search& search);
  void on_result(const std::shared_ptr<Session>& session, const nmdc::SearchResult& result);

 private:
  bool refuse(Session& session, const nmdc::Search& search, const std::string& query) const;

  Context& context_;
};

}  // namespace vhpy::embedded
