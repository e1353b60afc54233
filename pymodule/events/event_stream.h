// vh.EventStream: what vh.events() returns. An iterator that blocks, and one to await on an event loop.
//
//     hub thread --push()--> events::Stream --take()--> any thread: next(), get(): sleep on the stream's word, without the GIL
//                                  `--Notice--> Mailbox of a loop's bridge --> on_news() --> coroutines that await the next one
//
// Waiting coroutines are all woken by one notice and look for themselves, so that one that is cancelled loses nothing. One
// event loop at a time has coroutines waiting; threads may take from the same stream beside it.
//
// Owner: Python references; a bridge while its loop waits. Thread: any, GIL held. Blocks: next() and get() only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/events/stream.h"
#include "pymodule/module_state.h"
#include "pymodule/python.h"
#include "queue/clock.h"

namespace vhpy::py {

struct Bridge;

struct EventStream {
  PyObject* self;  // the Python object around it (EventStreamObject)
  Owned module;    // the instance of vh it came from; its state is used
  std::shared_ptr<events::Stream> stream;
  std::vector<Owned> waiters{};  // futures of the event loop that awaiting coroutines yielded
  Bridge* bridge = nullptr;      // that has the stream among its pending, while a notice is out; it says when it goes
  std::uint64_t ticket = 0;      // of that notice
  queue::TimePoint turn_began{};  // when a coroutine was last resumed in awaiting the next event; zero before the first
};

struct EventStreamObject {
  PyObject head;
  PyObject* weak_references;  // right behind the head: make_event_stream_type() relies on it
  EventStream stream;
};

// `object` is a vh.EventStream.
inline EventStream& as_event_stream(Borrowed object) noexcept {
  return reinterpret_cast<EventStreamObject*>(object.get())->stream;
}

// The type, once per interpreter. Null with an exception set when memory is short.
Owned make_event_stream_type();

// Null with an exception set when memory is short; the stream has ended then.
Owned make_event_stream(Borrowed module, std::shared_ptr<events::Stream> stream);

// What there is now.
enum class Next { kEvent, kNothing, kEnd, kFailed };  // kFailed: an exception is set
Next next_event(EventStream& stream, Owned& event);

// For coroutines. Null without an exception: there is news, look again. Null with an exception set, or a future of the running
// loop that is resolved with the next news.
Owned wait_for_news(EventStream& stream);
// A coroutine does not wait any more. The caller keeps the stream alive.
void stop_waiting(EventStream& stream, Borrowed waiter);

// From the bridge, on the loop's thread: its notice has come; it is going.
void on_news(EventStream& stream);
void forget_loop(EventStream& stream);

}  // namespace vhpy::py
