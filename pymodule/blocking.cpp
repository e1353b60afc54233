#include "pymodule/blocking.h"

#include "pymodule/loop_warning.h"

namespace vhpy::py {

queue::State ask_and_wait(ModuleState& state, const queue::Ref<queue::Command>& command,
                          const CallFacts& call) {
  using queue::State;
  queue::Lane& lane = state.runtime->lane;
  if (!warn_if_loop_runs_here(*state.shared, call.function)) return State::kCancelled;
  queue::Admission admission;
  State end = State::kQueued;
  {
    const GilReleased released;
    admission = lane.push(command, queue::WhenFull::kWaitUntilDeadline, call.priority);
    if (admission == queue::Admission::kAccepted) {
      if (state.identity->has_left()) command->withdraw(State::kAbandoned);
      end = command->wait(command->deadline());
      // Whoever wins this exchange decides: never ran, or was running when time was up.
      if (!is_final(end)) end = command->withdraw(State::kExpired) ? State::kExpired : command->state();
    }
  }
  if (admission != queue::Admission::kAccepted) {
    raise_refused(*state.shared, lane, admission, call);
  } else if (end != State::kDone && end != State::kFailed) {
    raise_unfinished(*state.shared, lane, end, call, {});
  }
  return end;
}

}  // namespace vhpy::py
