#include "pymodule/convert.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace vhpy::py {
namespace {

// Nicks and chat lines are mostly ASCII; a check eight bytes at a time would be faster, but lines are short.
bool is_ascii(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Owned ascii_to_str(std::string_view bytes) {
  return Owned::steal(
      PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
}

// Whether the codec maps the 128 ASCII bytes to themselves, both ways and without a byte order mark.
bool is_ascii_superset(const char* encoding) {
  std::array<char, 128> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  const Owned plain = ascii_to_str({bytes.data(), bytes.size()});
  const Owned decoded = Owned::steal(PyUnicode_Decode(bytes.data(), 128, encoding, "strict"));
  const Owned encoded =
      plain ? Owned::steal(PyUnicode_AsEncodedString(plain.get(), encoding, "strict")) : Owned();
  const bool same = decoded && encoded && PyUnicode_Compare(decoded.get(), plain.get()) == 0 &&
                    std::string_view(PyBytes_AS_STRING(encoded.get()),
                                     static_cast<std::size_t>(PyBytes_GET_SIZE(encoded.get()))) ==
                        std::string_view(bytes.data(), bytes.size());
  PyErr_Clear();
  return same;
}

// The codec's own name for itself ("cp1252" for "Windows-1252"); null with LookupError set when there is
// none.
Owned canonical_name(const std::string& encoding) {
  const Owned codecs = Owned::steal(PyImport_ImportModule("codecs"));
  if (!codecs) return {};
  const Owned info = Owned::steal(PyObject_CallMethod(codecs.get(), "lookup", "s", encoding.c_str()));
  return info ? Owned::steal(PyObject_GetAttrString(info.get(), "name")) : Owned();
}

bool append_bytes(Borrowed bytes, std::string& into) {
  if (!bytes) return false;
  into.append(PyBytes_AS_STRING(bytes.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
  return true;
}

constexpr bool is_escaped_byte(Py_UCS4 c) noexcept {
  return c >= 0xDC80 && c <= 0xDCFF;
}

}  // namespace

TextCodec TextCodec::named(std::string_view encoding) {
  const std::string wanted(encoding.empty() ? "utf-8" : encoding);
  const Owned name = canonical_name(wanted);
  const char* text = name ? PyUnicode_AsUTF8(name.get()) : nullptr;
  PyErr_Clear();
  const std::string known(text == nullptr ? "" : text);
  if (known == "utf-8") return {};
  if (known.empty() || !is_ascii_superset(known.c_str())) {
    spdlog::error("the hub's encoding '{}' is not a superset of ASCII that Python knows; using utf-8",
                  wanted);
    return {};
  }
  return TextCodec(known);
}

Owned TextCodec::decode(std::string_view bytes) const {
  if (is_ascii(bytes)) return ascii_to_str(bytes);
  const auto size = static_cast<Py_ssize_t>(bytes.size());
  if (utf8_) return Owned::steal(PyUnicode_DecodeUTF8(bytes.data(), size, "surrogateescape"));
  return Owned::steal(PyUnicode_Decode(bytes.data(), size, encoding_.c_str(), "surrogateescape"));
}

bool TextCodec::encode(Borrowed text, std::string& into) const {
  if (utf8_ || PyUnicode_IS_ASCII(text.get())) {
    Py_ssize_t size = 0;
    const char* bytes = PyUnicode_AsUTF8AndSize(text.get(), &size);
    if (bytes != nullptr) {
      into.append(bytes, static_cast<std::size_t>(size));
      return true;
    }
  } else {
    const Owned bytes =
        Owned::steal(PyUnicode_AsEncodedString(text.get(), encoding_.c_str(), "surrogateescape"));
    if (append_bytes(bytes, into)) return true;
  }
  if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) return false;
  PyErr_Clear();
  return encode_in_runs(text, into);
}

// Neither of Python's handlers does both jobs: 'surrogateescape' fails on what cannot be expressed, 'replace'
// loses the escaped bytes. So runs of escaped bytes and runs of other characters are encoded one after the
// other.
bool TextCodec::encode_in_runs(Borrowed text, std::string& into) const {
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text.get());
  for (Py_ssize_t start = 0; start < length;) {
    const bool escaped = is_escaped_byte(PyUnicode_READ_CHAR(text.get(), start));
    Py_ssize_t end = start + 1;
    while (end < length && is_escaped_byte(PyUnicode_READ_CHAR(text.get(), end)) == escaped) ++end;
    if (escaped) {
      for (; start < end; ++start) {
        into.push_back(static_cast<char>(PyUnicode_READ_CHAR(text.get(), start) - 0xDC00));
      }
    } else {
      const Owned run = Owned::steal(PyUnicode_Substring(text.get(), start, end));
      if (!run) return false;
      const Owned bytes = Owned::steal(PyUnicode_AsEncodedString(run.get(), encoding_.c_str(), "replace"));
      if (!append_bytes(bytes, into)) return false;
      start = end;
    }
  }
  return true;
}

Owned to_python(const TextCodec&, const Outcome& outcome) {
  return Owned::steal(PyBool_FromLong(outcome.ok()));
}

Owned to_python(const TextCodec&, std::int64_t value) {
  return Owned::steal(PyLong_FromLongLong(value));
}

Owned to_python(const TextCodec&, double value) {
  return Owned::steal(PyFloat_FromDouble(value));
}

Owned to_python(const TextCodec& codec, const std::string& text) {
  return codec.decode(text);
}

Owned to_python(const TextCodec& codec, const NameAndVersion& label) {
  const Owned name = label.name_is_file
                         ? Owned::steal(PyUnicode_DecodeFSDefaultAndSize(
                               label.name.data(), static_cast<Py_ssize_t>(label.name.size())))
                         : codec.decode(label.name);
  const Owned version = codec.decode(label.version);
  if (!name || !version) return {};
  return Owned::steal(PyTuple_Pack(2, name.get(), version.get()));
}

Owned to_python(const TextCodec& codec, const std::vector<std::string>& nicks) {
  Owned list = Owned::steal(PyList_New(static_cast<Py_ssize_t>(nicks.size())));
  for (std::size_t i = 0; list && i < nicks.size(); ++i) {
    Owned nick = codec.decode(nicks[i]);
    if (!nick) return {};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), nick.release());
  }
  return list;
}

Owned to_python(const TextCodec& codec, const MyInfo& info) {
  const std::array fields{&info.nick, &info.description, &info.tag, &info.speed, &info.mail, &info.size};
  Owned tuple = Owned::steal(PyTuple_New(static_cast<Py_ssize_t>(fields.size())));
  for (std::size_t i = 0; tuple && i < fields.size(); ++i) {
    Owned field = codec.decode(*fields[i]);
    if (!field) return {};
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), field.release());
  }
  return tuple;
}

std::string type_name(Borrowed value) {
  // tp_name of a heap type has no module; of a static one it does. Either reads well in a message.
  return Py_TYPE(value.get())->tp_name;
}

}  // namespace vhpy::py
