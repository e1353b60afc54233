// What must be true of any arguments whatsoever that a script hands to a function of vh:
//
// - they are read, or refused with TypeError, ValueError or OverflowError that names the function; never both, never neither;
// - no text that was read has a NUL in it, and what was read becomes the same bytes again by way of Python;
// - nothing keeps a reference to them, and nothing changes them.
//
// The bytes of the input say which function, in which encoding, and build the objects. Thread: one, GIL held.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/function_table.h"
#include "pymodule/arguments.h"
#include "pymodule/convert.h"
#include "pymodule/dynamic_values.h"
#include "pymodule/python.h"

namespace vhpy::py {

// Takes values off the front of the input; what is missing is zero.
class FuzzInput {
 public:
  explicit FuzzInput(std::string_view bytes) : left_(bytes) {}

  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::string_view text() {
    const std::size_t wanted = byte();
    const std::string_view piece = left_.substr(0, wanted);
    left_.remove_prefix(piece.size());
    return piece;
  }
  bool empty() const { return left_.empty(); }

 private:
  std::string_view left_;
};

// Makes Python objects of all kinds that a script might hand over.
class ObjectMaker {
 public:
  explicit ObjectMaker(FuzzInput& input) : input_(input) {}

  Owned make(int depth = 0) {
    switch (input_.byte() % 16) {
      case 0: return Owned::borrow(Py_None);
      case 1: return Owned::steal(PyBool_FromLong(input_.byte() & 1));
      case 2: return Owned::steal(PyLong_FromLong(static_cast<signed char>(input_.byte())));
      case 3: return integer();
      case 4: return Owned::steal(PyFloat_FromDouble(real()));
      case 5: case 6: case 7: return latin();
      case 8: return wide();
      case 9: return decoded();
      case 10: return bytes();
      case 11: return list(depth);
      case 12: return tuple(depth);
      case 13: return dict(depth);
      case 14: return subclass();
      default: return Owned::steal(PyObject_CallNoArgs(reinterpret_cast<PyObject*>(&PyBaseObject_Type)));
    }
  }

  // A name of a parameter, or any text.
  Owned keyword(std::span<const Param> params) {
    const std::size_t which = input_.byte();
    if (params.empty() || which % 4 == 0) return latin();
    const Param& param = params[which % params.size()];
    const std::string_view name = which % 4 == 1 && !param.alias.empty() ? param.alias : param.name;
    return Owned::steal(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
  }

 private:
  void text() { text_ = input_.text(); }
  Owned bytes() {
    text();
    return Owned::steal(PyBytes_FromStringAndSize(text_.data(), static_cast<Py_ssize_t>(text_.size())));
  }
  Owned latin() {
    text();
    return Owned::steal(PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, text_.data(), static_cast<Py_ssize_t>(text_.size())));
  }
  Owned wide() {  // every two bytes a character, lone surrogates included
    std::u16string characters;
    text();
    for (std::size_t i = 0; i + 1 < text_.size(); i += 2) {
      characters += static_cast<char16_t>(static_cast<unsigned char>(text_[i]) << 8 | static_cast<unsigned char>(text_[i + 1]));
    }
    return Owned::steal(PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, characters.data(), static_cast<Py_ssize_t>(characters.size())));
  }
  Owned decoded() {
    text();
    return Owned::steal(PyUnicode_DecodeUTF8(text_.data(), static_cast<Py_ssize_t>(text_.size()), "surrogateescape"));
  }
  Owned integer() {
    text();
    return Owned::steal(PyObject_CallMethod(reinterpret_cast<PyObject*>(&PyLong_Type), "from_bytes", "y#s", text_.data(),
                                            static_cast<Py_ssize_t>(text_.size()), "big"));
  }
  double real() {
    constexpr double kInfinite = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr std::array kReals{0.0, -1.5, 1e300, 9.2e18, -1e-300, kInfinite, -kInfinite, kNan};
    return kReals[input_.byte() % kReals.size()];
  }
  Owned list(int depth) {
    Owned made = Owned::steal(PyList_New(0));
    for (int count = depth > 40 ? 0 : input_.byte() % 4; count > 0; --count) {
      PyList_Append(made.get(), make(depth + 1).get());
    }
    return made;
  }
  Owned tuple(int depth) { return Owned::steal(PyList_AsTuple(list(depth).get())); }
  Owned dict(int depth) {
    Owned made = Owned::steal(PyDict_New());
    for (int count = depth > 40 ? 0 : input_.byte() % 4; count > 0; --count) {
      const Owned key = make(depth + 1), value = make(depth + 1);
      if (PyDict_SetItem(made.get(), key.get(), value.get()) != 0) PyErr_Clear();  // a key that cannot be hashed
    }
    return made;
  }
  // An instance of a subclass of str, int, list or dict.
  Owned subclass() {
    constexpr std::array<PyTypeObject*, 4> kBases{&PyUnicode_Type, &PyLong_Type, &PyList_Type, &PyDict_Type};
    static std::array<PyObject*, 4> types{};  // made once, kept for ever
    const std::size_t which = input_.byte() % types.size();
    if (types[which] == nullptr) {
      types[which] = PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyType_Type), "s(O){}", "Sub", kBases[which]);
    }
    if (which >= 2) return Owned::steal(PyObject_CallNoArgs(types[which]));
    const Owned of = latin();
    Owned made = Owned::steal(PyObject_CallFunctionObjArgs(types[which], of.get(), nullptr));
    if (!made) PyErr_Clear();  // no number
    return made ? std::move(made) : Owned::borrow(Py_None);
  }

  FuzzInput& input_;
  std::string text_;
};

// --- what was read ----------------------------------------------------------------------------------------------------

inline std::string check_text(const TextCodec& codec, const std::string& text) {
  if (text.find('\0') != std::string::npos) return "a text with a NUL was taken";
  const Owned there = codec.decode(text);
  std::string back;
  if (!there || !codec.encode(there, back)) return "a text that was read cannot go back";
  return back == text ? "" : "a text does not come back as the same bytes";
}

inline std::string check_value(const TextCodec& codec, const std::string& text) { return check_text(codec, text); }
inline std::string check_value(const TextCodec&, std::int64_t) { return ""; }
inline std::string check_value(const TextCodec& codec, const std::optional<std::string>& text) {
  return text ? check_text(codec, *text) : "";
}
inline std::string check_value(const TextCodec& codec, const DynamicValues& values) {
  for (const DynamicValue& value : values) {
    const Owned there = dynamic_to_python(codec, value);
    if (!there) return "a nested value that was read cannot go back";
    DynamicValue again;
    if (!DynamicReader(codec, "again").read(there, again)) return "a nested value cannot be read a second time";
    const Owned twice = dynamic_to_python(codec, again);
    const Owned first_repr = Owned::steal(PyObject_Repr(there.get())), second_repr = Owned::steal(PyObject_Repr(twice.get()));
    if (!first_repr || !second_repr || PyUnicode_Compare(first_repr.get(), second_repr.get()) != 0) {
      return "a nested value changes on the way";
    }
  }
  return "";
}

// That the pending exception is one of those that are promised, and names the function. Takes it.
inline std::string check_refusal(const char* function) {
  const bool right_kind = PyErr_ExceptionMatches(PyExc_TypeError) != 0 || PyErr_ExceptionMatches(PyExc_ValueError) != 0 ||
                          PyErr_ExceptionMatches(PyExc_OverflowError) != 0;
  const Owned error = take_exception();
  const Owned text = Owned::steal(PyObject_Str(error.get()));
  Py_ssize_t size = 0;
  const char* const message = text ? PyUnicode_AsUTF8AndSize(text.get(), &size) : nullptr;
  PyErr_Clear();
  if (!right_kind) return std::string("refused by ") + Py_TYPE(error.get())->tp_name;
  if (message == nullptr) return "the message of a refusal is no text";
  const std::string_view said(message, static_cast<std::size_t>(size));
  return said.starts_with(std::string(function) + "()") ? "" : "a refusal does not begin with the function: " + std::string(said);
}

template <const auto& Row>
std::string check_row(const TextCodec& codec, FuzzInput& input) {
  ObjectMaker maker(input);
  std::vector<Owned> objects;
  std::vector<PyObject*> stack;
  const int positional = input.byte() % 9, named = input.byte() % 4;
  const Owned names = Owned::steal(PyTuple_New(named));
  for (int i = 0; i < positional + named; ++i) objects.push_back(maker.make());
  for (int i = 0; i < named; ++i) PyTuple_SET_ITEM(names.get(), i, maker.keyword(Row.params).release());
  std::vector<Py_ssize_t> before;
  for (const Owned& object : objects) stack.push_back(object.get());
  for (const Owned& object : objects) before.push_back(Py_REFCNT(object.get()));

  std::string problem;
  {
    typename std::remove_cvref_t<decltype(Row)>::Arguments arguments{};
    std::size_t bytes = 0;
    if (!read_arguments<Row>(codec, {stack.data(), positional, named > 0 ? names.get() : nullptr}, arguments, bytes)) {
      problem = PyErr_Occurred() != nullptr ? check_refusal(Row.name) : "refused without an exception";
    } else if (PyErr_Occurred() != nullptr) {
      problem = "taken, with an exception set";
    } else {
      std::apply([&](const auto&... values) { ((problem += check_value(codec, values)), ...); }, arguments);
    }
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    constexpr Py_ssize_t kEverywhere = 50;  // None, small numbers: others hold them too, and come and go
    if (before[i] < kEverywhere && Py_REFCNT(objects[i].get()) != before[i]) problem += " an argument is kept, or was given away";
  }
  return problem.empty() ? problem : std::string(Row.name) + ": " + problem;
}

// Empty, or what is wrong.
inline std::string check_arguments(std::string_view bytes) {
  static const std::array codecs{TextCodec(), TextCodec::named("cp1252"), TextCodec::named("cp1251"), TextCodec::named("gb18030")};
  FuzzInput input(bytes);
  const TextCodec& codec = codecs[input.byte() % codecs.size()];
  const std::size_t wanted = input.byte() % Functions::kSize;
  std::string problem;
  std::size_t at = 0;
  Functions::for_each([&]<const auto& Row>() {
    if (at++ == wanted) problem = check_row<Row>(codec, input);
  });
  return problem;
}

}  // namespace vhpy::py
