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

MethodTable make_table(Form form) {
  MethodTable table;
  for (const Entry& entry : entries()) {
    const std::string& doc = table.docs.emplace_back(entry.doc(form));
    const PyCFunction function = form == Form::kSync ? entry.sync : entry.awaitable;
    table.methods.push_back({entry.name, function, METH_FASTCALL | METH_KEYWORDS, doc.c_str()});
  }
  return table;
}

// Never destroyed: a thread that an interpreter left behind may still hold functions when the process ends.
MethodTable& table_of(Form form) {
  static MethodTable& sync = *new MethodTable(make_table(Form::kSync));
  static MethodTable& awaitable = *new MethodTable(make_table(Form::kAwaitable));
  return form == Form::kSync ? sync : awaitable;
}

}  // namespace

std::span<PyMethodDef> sync_functions() {
  return table_of(Form::kSync).methods;
}

std::span<PyMethodDef> awaitable_functions() {
  return table_of(Form::kAwaitable).methods;
}

}  // namespace vhpy::py
