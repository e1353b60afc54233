// futex_wait() and futex_wake() of queue/detail/futex.h. The kernel compares the word and puts the thread to sleep in one
// step; only a wake-up of that address, or the time, ends the sleep: a changed word alone does not.
#define TICKETS 1                 // the address of Room::tickets_
#define WORD_OF(c) (2 + (c))      // the address of a command's word
byte asleep[THREADS];             // the address that a thread sleeps on; 0: awake

// `in_time` becomes false only if the time may pass (`may_expire`) and did.
inline futex_wait(t, value, expected, address, may_expire, in_time) {
  in_time = true;
  atomic {
    if
    :: value == expected -> asleep[t] = address
    :: else
    fi
  };
  if
  :: asleep[t] == 0
  :: atomic { may_expire && asleep[t] != 0 -> asleep[t] = 0; in_time = false }
  fi
}

inline futex_wake_all(address) {
  d_step {
    wake_i = 0;
    do
    :: wake_i < THREADS ->
       if
       :: asleep[wake_i] == address -> asleep[wake_i] = 0
       :: else
       fi;
       wake_i++
    :: else -> break
    od;
    wake_i = 0
  }
}

// Any `count` of the sleepers. Only the consumer and producers call it, and only with TICKETS.
inline futex_wake(address, count) {
  atomic {
    wake_left = count;
    do
    :: wake_left > 0 && asleep[0] == address -> asleep[0] = 0; wake_left--
#if THREADS > 1
    :: wake_left > 0 && asleep[1] == address -> asleep[1] = 0; wake_left--
#endif
#if THREADS > 2
    :: wake_left > 0 && asleep[2] == address -> asleep[2] = 0; wake_left--
#endif
    :: else -> break
    od;
    wake_left = 0
  }
}
byte wake_i, wake_left;           // used inside one atomic step only
