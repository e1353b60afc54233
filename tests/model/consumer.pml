// queue/detail/consumer.cpp: one drain, turn by turn, and the life of the lane (queue/lane.cpp).
#define BEFORE_MARK(p) (mark[p] - taken[p])    // negative after an abort inside a drain

// Forgets nothing: a producer once registered stays.
inline absorb_registered() {
  d_step {
    k = 0;
    do
    :: k < PRODUCERS -> known[k] = registered[k]; k++
    :: else -> break
    od;
    k = 0
  }
}

inline fetch(p) {
  atomic {
    k = 0;
    do
    :: k < QUANTUM && k < BEFORE_MARK(p) ->
       assert(nempty(queue[p]));               // the code asserts that it got as many as it asked for
       queue[p] ? other;
       held[p] ! other;
       k++
    :: else -> break
    od;
    k = 0;
    other = 0
  }
}

inline tell_popped(p) {
  popped[p] = taken[p]
}

inline give_back() {
  if
  :: untold_commands_ > 0 ->
     d_step { occupancy = occupancy - untold_bytes_; freed_ = freed_ + untold_commands_; untold_commands_ = 0; untold_bytes_ = 0 }
  :: else
  fi
}

inline flush_taken(p) {
  tell_popped(p);
  give_back()
}

inline note_taken(p, c) {
  d_step { taken[p]++; untold_commands_++; untold_bytes_ = untold_bytes_ + COST(c) }
}

inline tell_waiters() {
  if
  :: freed_ == 0
  :: else ->
     nothing_left = (occupancy == 0);
     if
     :: nothing_left -> offer_everybody()
     :: else -> offer(freed_)
     fi;
     freed_ = 0;
     nothing_left = false
  fi
}

inline skip_it(c, as) {
  leave_queued(c, kClaimed | as, won);
  if
  :: won -> settle(c, as, before)
  :: else
  fi;
  won = false
}

// abandon_everything() of a lane that is aborted. Wakeup::synchronize(), its first step, orders memory and nothing else.
inline abandon_everything() {
  absorb_registered();
  q = 0;
  do
  :: q < PRODUCERS && known[q] ->
     do
     :: atomic { held[q] ? other -> note_taken(q, other) };
        skip_it(other, kAbandoned)
     :: empty(held[q]) -> break
     od;
     do
     :: atomic { queue[q] ? other -> note_taken(q, other) };
        skip_it(other, kAbandoned)
     :: empty(queue[q]) -> break
     od;
     mark[q] = 0;
     flush_taken(q);
     q++
  :: q < PRODUCERS && !known[q] -> q++
  :: else -> break
  od;
  q = 0;
  other = 0;
  freed_ = 0;
  offer_everybody()
}

inline abort() {
  phase = kAborted;
  abandon_everything()
}

// Command::nobody_knows(): the queue has the only reference. That of a canceller, a waiter or a continuation is another.
#ifdef BROKEN_UNSEEN_THOUGH_KNOWN
#define NOBODY_KNOWS(c) (form[c] == kPosted)
#else
#define NOBODY_KNOWS(c) (form[c] == kPosted && (CANCELLERS == 0 || c > 0))
#endif

// handle(): a deadline that has passed, or start() and run. A command may abort the lane while it runs.
inline handle(c) {
  if
  :: form[c] == kImpatient -> skip_it(c, kExpired)
  :: true ->
     if
     :: NOBODY_KNOWS(c) -> won = true
     :: else -> leave_queued(c, kRunning, won)
     fi;
     if
     :: won ->
        execute(c);
        if
        :: closes && phase < kAborted -> abort()
        :: true
        fi;
        settle(c, kDone, before)
     :: else
     fi;
     won = false
  fi
}

// serve(): up to a quantum of one producer. `cut` becomes true when the budget is spent.
inline serve(p) {
  n = 1;
  do
  :: n <= QUANTUM && BEFORE_MARK(p) > 0 && !cut ->
     if
     :: empty(held[p]) -> fetch(p)
     :: nempty(held[p])
     fi;
     atomic { held[p] ? command -> note_taken(p, command) };
     if
     :: ((n == QUANTUM || BEFORE_MARK(p) <= 0) && form[command] != kPosted) || untold_commands_ > MAX_UNTOLD -> flush_taken(p)
     :: else
     fi;
     handle(command);
     if
     :: BUDGETS -> cut = true
     :: true
     fi;
     n++
  :: else -> break
  od;
  tell_popped(p);
  n = 0;
  command = 0
}

// go_before(): what has come for the queue that goes first, before the next quantum of the other.
inline go_before() {
  known[1] = registered[1];
  if
  :: known[1] -> mark[1] = pushed[1]
  :: else
  fi;
  do
  :: BEFORE_MARK(1) > 0 && !cut -> serve(1)
  :: else -> break
  od
}

#define LAST (PRODUCERS - 1)
#define ANY_ACTIVE (BEFORE_MARK(0) > 0 || BEFORE_MARK((PRODUCERS > 1)) > 0 || BEFORE_MARK(LAST) > 0)
#define ANY_HELD (nempty(held[0]) || nempty(held[(PRODUCERS > 1)]) || nempty(held[LAST]))

inline run_rounds() {
#ifdef BROKEN_BUDGET_BEFORE_FIRST
  if
  :: cut = true
  :: true
  fi;
#endif
  do
  :: ANY_ACTIVE && !cut ->
#if CONTROL
     go_before();
     if
     :: !cut && BEFORE_MARK(0) > 0 -> serve(0)
     :: else
     fi
#else
     serve(turn);
     turn = (turn + 1) % PRODUCERS             // after a cut, the next one begins the next drain
#endif
  :: else -> break
  od;
  more = cut && (ANY_ACTIVE || ANY_HELD);
  cut = false
}

inline snapshot_active() {
  do
#ifdef BROKEN_CONTROL_ONLY_BETWEEN
  :: k == 1 -> k++
  :: k == 0 && known[k] ->
#else
  :: k < PRODUCERS && known[k] ->
#endif
     mark[k] = pushed[k]; k++
  :: k < PRODUCERS && !known[k] -> k++
  :: else -> break
  od;
  k = 0
}

inline drain() {
#ifndef BROKEN_DISARM_AFTER_DRAIN
  disarm();
#endif
  if
  :: phase >= kAborted -> abandon_everything()
  :: else ->
     absorb_registered();
     snapshot_active();
     run_rounds();
     give_back();
     tell_waiters()
  fi;
#ifdef BROKEN_DISARM_AFTER_DRAIN
  disarm();
#endif
#ifndef BROKEN_LEFTOVERS_FORGOTTEN
  if
  :: more -> signal(was)
  :: else
  fi;
#endif
  more = false
}

// The event loop: asleep in poll() on the descriptor, without a timer. Once the lane is closed it is gone.
proctype Consumer() {
  chan held[PRODUCERS] = [QUANTUM] of { byte };  // taken out of the sub-queue, not yet handled
  bool known[PRODUCERS];                         // producers_
  byte taken[PRODUCERS];
  byte mark[PRODUCERS];
  byte k, n, q, command, other, before, turn, untold_commands_, untold_bytes_, freed_;
  bool won, was, cut, more, nothing_left;
  bool closes = false;
#if CLOSES
  if
  :: closes = true
  :: true
  fi;
#endif
  do
  :: fd -> drain()
  :: closes && phase == kOpen -> phase = kDraining; offer_everybody()
  :: closes && phase < kAborted -> abort()
  :: phase == kAborted -> phase = kClosed; break
  od
}
