// A model of the lane (queue/), for Spin: threads that push, wait, expire, cancel and block on a full lane, against one
// consumer that drains, sleeps on the wake-up descriptor and nothing else, and closes. Names are those of the code.
// README.md says what is modelled and what is not; test_model.py which sizes and which broken variants are checked.
//
// Given by -D, here with defaults: how many threads push how many commands, and the bounds they meet.
#ifndef PRODUCERS
#define PRODUCERS 2
#endif
#ifndef EACH
#define EACH 1
#endif
#define COMMANDS (PRODUCERS * EACH)
#ifndef MAX_BYTES                 // Limits::max_bytes; COST(c) is what command c counts for
#define MAX_BYTES COMMANDS
#endif
#ifndef FIRST_COSTS
#define COST(c) 1
#else
#define COST(c) (c == 0 -> FIRST_COSTS : 1)
#endif
#ifndef MAX_PER_PRODUCER          // Limits::max_commands_per_producer
#define MAX_PER_PRODUCER EACH
#endif
#ifndef QUANTUM                   // kQuantum, 16 in the code
#define QUANTUM 2
#endif
#ifndef MAX_UNTOLD                // max_untold_commands_
#define MAX_UNTOLD 0
#endif
// What callers do with a command, the consumer with the lane, and the heap with the queue: each may be ruled out.
#ifndef POSTED                    // which forms of a call there are
#define POSTED 1
#endif
#ifndef PATIENT
#define PATIENT 1
#endif
#ifndef THEN
#define THEN 0
#endif
#ifndef IMPATIENT
#define IMPATIENT 0
#endif
#ifndef CANCELLERS                // threads that cancel command 0
#define CANCELLERS 0
#endif
#ifndef CLOSES                    // the lane may be closed at any moment
#define CLOSES 0
#endif
#ifndef NO_MEMORY                 // enqueue() of command 0 may fail
#define NO_MEMORY 0
#endif
#ifndef CONTROL                   // thread 1 pushes with Priority::kControl, the other does not
#define CONTROL 0
#endif
#ifndef BUDGETS                   // a budget may end a drain after any command
#define BUDGETS 1
#endif

#define THREADS (PRODUCERS + CANCELLERS)
#define COMMAND_OF(p, i) ((p) * EACH + (i))

// How the issuer of a command learns of its end.
#define kPosted 0                 // not at all
#define kPatient 1                // wait() with a deadline that does not pass
#define kImpatient 2              // wait() with one that may pass any time, then withdraw(kExpired)
#define kThen 3                   // a continuation
byte form[COMMANDS];
bool accepted[COMMANDS];          // push() said kAccepted
byte through;                     // threads that have ended

#include "futex.pml"
#include "command.pml"
#include "wakeup.pml"
#include "room.pml"
#include "producer.pml"
#include "consumer.pml"

// Nothing can move any more: nobody may be waiting, and each command must have met its one end.
proctype AtRest() {
  byte c;
  timeout;
  assert(through == THREADS);                                // nobody waits for ever
  c = 0;
  do
  :: c < COMMANDS ->
     if
     :: accepted[c] ->
        assert(IS_FINAL(word[c]) && settled[c] == 1);        // no command is left
        assert(form[c] != kThen || called[c] == 1)
     :: else -> assert(ran[c] == 0)
     fi;
     assert(ran[c] == (VISIBLE(word[c]) == kDone));          // nothing ran that is not kDone, all that is kDone ran
     c++
  :: else -> break
  od;
  assert(occupancy == 0 && waiters_ == 0)
}

init {
  byte i;
  atomic {
    do
    :: i < PRODUCERS -> run Producer(i); i++
    :: else -> i = 0; break
    od;
#if CANCELLERS
    run Canceller(PRODUCERS);
#endif
    run Consumer();
    run AtRest()
  }
}
