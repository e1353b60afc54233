// Compares the live copy with what the operations themselves answer: for every row of the function table that has a cached
// form, for everybody in the list, under several spellings. A row that is added is compared without a line here.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "core/embedded/store/settings.h"
#include "core/function_table.h"
#include "core/live/live.h"

namespace vhpy::embedded {

namespace view_check {

template <class T>
std::string shown(const T& value) {
  if constexpr (std::is_same_v<T, MyInfo>) {
    return value.nick + '\n' + value.description + '\n' + value.tag + '\n' + value.speed + '\n' + value.mail + '\n' + value.size;
  } else if constexpr (std::is_same_v<T, Hub::Nicks>) {
    std::string all;
    for (const std::string& nick : value) all += nick + '\n';
    return all;
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    return value;
  }
}
template <class T>
std::string shown(const std::optional<T>& value) {
  return value ? shown(*value) : "(none)";
}
template <class T>
std::string shown(const Result<T>& value) {
  return value ? shown(value.value()) : "(none)";
}

inline std::string upper(std::string nick) {
  for (char& c : nick) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return nick;
}

template <const auto& Row>
void compare_row(Hub& hub, const live::View& view, const std::vector<std::string>& nicks) {
  using F = std::remove_cvref_t<decltype(Row)>;
  using Reading = ReadingTraits<std::remove_cv_t<decltype(F::kReading)>>;
  if constexpr (std::tuple_size_v<typename Reading::Arguments> == 0) {
    EXPECT_EQ(shown((view.*F::kReading)()), shown(F::run(hub, {}, {}))) << Row.name;
  } else if constexpr (std::tuple_size_v<typename Reading::Arguments> == 1) {
    for (const std::string& nick : nicks) {
      EXPECT_EQ(shown((view.*F::kReading)(nick)), shown(F::run(hub, {}, {nick}))) << Row.name << ' ' << nick;
    }
  } else {
    for (const store::SettingRow& row : store::setting_rows()) {
      const std::string var(row.name);
      EXPECT_EQ(view.config("config", var, "x"), hub.config("config", var, "x")) << var;
    }
    EXPECT_EQ(view.config("config", "no_such_var", "x"), "x");
    view.contents().others.for_each([&](const live::Setting& setting) {
      const std::string name(setting.key());
      const std::size_t split = name.find('\0');
      EXPECT_EQ(setting.value(), hub.config(name.substr(0, split), name.substr(split + 1), {})) << name;
    });
  }
}

}  // namespace view_check

inline void expect_view_matches(Hub& hub) {
  const std::uint64_t before = hub.live().version(), promised = hub.live().version_of_now();
  EXPECT_EQ(hub.live().publish(), promised != before);
  EXPECT_EQ(hub.live().version(), promised);
  const auto view = hub.live().view();
  std::vector<std::string> nicks = hub.nick_list();
  EXPECT_EQ(view->contents().users.size(), nicks.size());
  const std::size_t known = nicks.size();
  for (std::size_t i = 0; i < known; ++i) nicks.push_back(view_check::upper(nicks[i]));
  nicks.insert(nicks.end(), {"", "nobody_at_all", "\xFF"});
  Functions::for_each([&]<const auto& Row>() {
    if constexpr (std::remove_cvref_t<decltype(Row)>::kCached) view_check::compare_row<Row>(hub, *view, nicks);
  });
}

}  // namespace vhpy::embedded
