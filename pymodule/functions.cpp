#include "pymodule/functions.h"

#include <deque>
#include <string>
#include <vector>

#include "core/function_table.h"
#include "pymodule/functions/entries.h"
#include "pymodule/signature.h"

namespace vhpy::py {
namespace {

const std::vector<Entry>& entries() {
  static const std::vector<Entry>& all = *[] {
    auto* made = new std::vector<Entry>;
    Topics::for_each([made]<class Topic>() { append_entries<Topic>(*made); });
    return made;
  }();
  return all;
}

// PyMethodDef keeps pointers to its texts; a deque never moves them.
struct MethodTable {
  std::vector<PyMethodDef> methods;
  std::deque<std::string> docs;
};

PyCFunction of_form(const Entry& entry, Form form) {
  switch (form) {
    case Form::kSync: return entry.sync;
    case Form::kAwaitable: return entry.awaitable;
    case Form::kPosted: return entry.posted;
    case Form::kBatched: return entry.batched;
    case Form::kCached: return entry.cached;
  }
  return nullptr;
}

MethodTable make_table(Form form) {
  MethodTable table;
  for (const Entry& entry : entries()) {
    if (of_form(entry, form) == nullptr) continue;
    const std::string& doc = table.docs.emplace_back(entry.doc(form));
    table.methods.push_back({entry.name, of_form(entry, form), METH_FASTCALL | METH_KEYWORDS, doc.c_str()});
  }
  return table;
}

// Never destroyed: a thread that an interpreter left behind may still hold functions when the process ends.
template <Form kForm>
std::span<PyMethodDef> table_of() {
  static MethodTable& table = *new MethodTable(make_table(kForm));
  return table.methods;
}

}  // namespace

std::span<PyMethodDef> functions_of(Form form) {
  switch (form) {
    case Form::kSync: return table_of<Form::kSync>();
    case Form::kAwaitable: return table_of<Form::kAwaitable>();
    case Form::kPosted: return table_of<Form::kPosted>();
    case Form::kBatched: return table_of<Form::kBatched>();
    case Form::kCached: return table_of<Form::kCached>();
  }
  return {};
}

const char* why_not_cached(std::string_view name) {
  for (const Entry& entry : entries()) {
    if (entry.cached == nullptr && entry.name == name) return entry.why_not_cached;
  }
  return nullptr;
}

}  // namespace vhpy::py
