#include "pymodule/functions.h"

#include <deque>
#include <string>
#include <vector>

#include "core/function_table.h"
#include "pymodule/invoke.h"
#include "pymodule/signature.h"

namespace vhpy::py {
namespace {

PyCFunction as_method(_PyCFunctionFastWithKeywords function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

// PyMethodDef keeps pointers to its texts; a deque never moves them.
struct MethodTable {
  std::vector<PyMethodDef> methods;
  std::deque<std::string> docs;
};

MethodTable make_table(Form form) {
  MethodTable table;
  Functions::for_each([&]<const auto& Row>() {
    const std::string& doc = table.docs.emplace_back(doc_with_signature(Row.name, Row.params, Row.doc, form));
    const auto function = form == Form::kSync ? &Invoke<Row>::sync : &Invoke<Row>::awaitable;
    table.methods.push_back({Row.name, as_method(function), METH_FASTCALL | METH_KEYWORDS, doc.c_str()});
  });
  return table;
}

// Never destroyed: a thread that an interpreter left behind may still hold functions when the process ends.
MethodTable& table_of(Form form) {
  static MethodTable& sync = *new MethodTable(make_table(Form::kSync));
  static MethodTable& awaitable = *new MethodTable(make_table(Form::kAwaitable));
  return form == Form::kSync ? sync : awaitable;
}

}  // namespace

std::span<PyMethodDef> sync_functions() { return table_of(Form::kSync).methods; }

std::span<PyMethodDef> awaitable_functions() { return table_of(Form::kAwaitable).methods; }

}  // namespace vhpy::py
