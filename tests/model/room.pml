// queue/detail/occupancy.h and room.h: the bound, and where threads sleep that wait below it.
byte occupancy;                   // bytes; the bound by commands is the same with COST 1
byte waiters_;
byte tickets_;

// try_take(): one compare-exchange, or the load that finds no room.
inline try_take(c, got) {
  d_step {
    got = occupancy + COST(c) <= MAX_BYTES;
    if
    :: got -> occupancy = occupancy + COST(c)
    :: else
    fi
  }
}

inline offer_everybody() {
  if
  :: waiters_ == 0
  :: else ->
     tickets_++;
     futex_wake_all(TICKETS)
  fi
}

inline offer(count) {
  if
  :: waiters_ == 0
  :: else ->
     tickets_++;
     futex_wake(TICKETS, count)
  fi
}
