// queue/command.cpp: the word of a command, who may leave kQueued, and who learns of the end.
#define kQueued 0
#define kRunning 1
#define kDone 2
#define kExpired 3
#define kCancelled 4
#define kAbandoned 5
#define kStateMask 15
#define kClaimed 16
#define kSleeper 32
#define kContinuation 64
#define VISIBLE(w) ((w) & kClaimed -> kQueued : (w) & kStateMask)
#define IS_FINAL(w) (VISIBLE(w) > kRunning)

byte word[COMMANDS];
bool payload_gone[COMMANDS];
byte ran[COMMANDS];               // calls of execute()
byte settled[COMMANDS];           // final states published
byte called[COMMANDS];            // calls of its continuation

// leave_queued(): the load and the compare-exchange are one step, because nothing depends on the load when it fails.
inline leave_queued(c, next, won) {
#ifdef BROKEN_NO_COMPARE_EXCHANGE
  won = (word[c] & (kClaimed | kStateMask)) == kQueued;
  if
  :: won -> word[c] = word[c] | next
  :: else
  fi
#else
  d_step {
    won = (word[c] & (kClaimed | kStateMask)) == kQueued;
    if
    :: won -> word[c] = word[c] | next
    :: else
    fi
  }
#endif
}

inline execute(c) {
  atomic {
    assert(!payload_gone[c] && (word[c] & kClaimed) == 0);   // nothing runs after kExpired, kCancelled, kAbandoned
    ran[c]++
  }
}

// settle(): `before` is a variable of the calling thread.
inline settle(c, final_state, before) {
#ifndef BROKEN_PAYLOAD_AFTER_STATE
  payload_gone[c] = true;
#endif
  atomic {
    before = word[c];
    word[c] = final_state;
    settled[c]++;
    assert(settled[c] == 1)                                  // exactly one final state
  };
  if
  :: before & kSleeper -> futex_wake_all(WORD_OF(c))
  :: else
  fi;
  if
  :: before & kContinuation -> called[c]++
  :: else
  fi;
#ifdef BROKEN_PAYLOAD_AFTER_STATE
  payload_gone[c] = true;
#endif
  before = 0
}

// wait(): the load, the test and the setting of kSleeper are one step, as in leave_queued().
inline wait(t, c, may_expire, seen, in_time) {
  in_time = true;
  do
  :: atomic { IS_FINAL(word[c]) -> assert(payload_gone[c]); break }
  :: atomic { !IS_FINAL(word[c]) && in_time -> word[c] = word[c] | kSleeper; seen = word[c] };
     futex_wait(t, word[c], seen, WORD_OF(c), may_expire, in_time)
  :: atomic { !IS_FINAL(word[c]) && !in_time -> break }
  od;
  seen = 0
}

inline withdraw(t, c, to, won, seen, in_time) {
  leave_queued(c, kClaimed | to, won);
  if
  :: won -> settle(c, to, seen)
  :: else ->
     if
#ifdef BROKEN_LOSER_DOES_NOT_WAIT
     :: true
#else
     :: word[c] & kClaimed -> wait(t, c, false, seen, in_time)
     :: else
#endif
     fi;
     assert(VISIBLE(word[c]) != kQueued)                     // false means: running or final
  fi
}

inline then(c) {
#ifdef BROKEN_THEN_WITHOUT_COMPARE_EXCHANGE
  if
  :: IS_FINAL(word[c]) -> called[c]++
  :: else -> word[c] = word[c] | kContinuation
  fi
#else
  atomic {
    if
    :: IS_FINAL(word[c]) -> called[c]++
    :: else -> word[c] = word[c] | kContinuation
    fi
  }
#endif
}
