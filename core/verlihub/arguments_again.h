// Puts the arguments of an event back where Verlihub keeps them.
//
// Verlihub calls its plugins one after the other, and keeps the arguments of the event in the list of those that want it. If
// one of them causes the same event (a script's OnSetConfig that calls vh.SetConfig), the list then has the arguments of the
// inner event, which may be gone, and the plugins behind it are called with those. So whoever may have caused an event
// inside says the arguments again before it returns.
//
// Owner: none. Thread: hub, inside a callback of that event.
#pragma once

#include <tuple>

#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

namespace detail {

using nVerliHub::nPlugin::cCallBackList;

// Verlihub's lists are protected, and so is what they keep; pointers to members formed in derived classes reach it.
struct ManagerAccess : nVerliHub::nPlugin::cVHPluginMgr {
  static auto lists() { return &ManagerAccess::mCallBacks; }
};

inline cCallBackList* list_of(Server& server, const char* event) {
  auto& lists = server.mPluginManager.*ManagerAccess::lists();
  return lists.GetByHash(lists.Key2Hash(std::string(event)));
}

template <class List>
struct Access2 : List {
  static auto members() { return std::make_tuple(&Access2::mData1, &Access2::mData2); }
};
template <class List>
struct Access3 : List {
  static auto members() { return std::make_tuple(&Access3::mData1, &Access3::mData2, &Access3::mData3); }
};
template <class List>
struct Access4 : List {
  static auto members() {
    return std::make_tuple(&Access4::mData1, &Access4::mData2, &Access4::mData3, &Access4::mData4);
  }
};
template <class List>
struct Access6 : List {
  static auto members() {
    return std::make_tuple(&Access6::mData1, &Access6::mData2, &Access6::mData3, &Access6::mData4, &Access6::mData5,
                           &Access6::mData6);
  }
};

template <class List, class Access, class... Arguments>
void put_back(Server& server, const char* event, const Arguments&... arguments) {
  auto* const list = dynamic_cast<List*>(list_of(server, event));
  if (list == nullptr) return;
  std::apply([&](auto... member) { ((list->*member = arguments), ...); }, Access::members());
}

}  // namespace detail

template <class List, class... Arguments>
void arguments_again(Server& server, const char* event, const Arguments&... arguments) {
  if constexpr (sizeof...(Arguments) == 2) {
    detail::put_back<List, detail::Access2<List>>(server, event, arguments...);
  } else if constexpr (sizeof...(Arguments) == 3) {
    detail::put_back<List, detail::Access3<List>>(server, event, arguments...);
  } else if constexpr (sizeof...(Arguments) == 4) {
    detail::put_back<List, detail::Access4<List>>(server, event, arguments...);
  } else {
    detail::put_back<List, detail::Access6<List>>(server, event, arguments...);
  }
}

}  // namespace vhpy::verlihub
