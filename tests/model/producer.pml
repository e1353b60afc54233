// Lane::enqueue() and what it calls (queue/lane.cpp), and what callers do after it.
#define kOpen 0
#define kDraining 1
#define kAborted 2
#define kClosed 3
byte phase = kOpen;

chan queue[PRODUCERS] = [EACH] of { byte };  // the sub-queues: enqueue and try_dequeue are one step each
byte pushed[PRODUCERS];
byte popped[PRODUCERS];
bool registered[PRODUCERS];                  // in the list that the consumer empties

inline take_room(p, c, got) {
  got = true;
  if
  :: pushed[p] - popped_seen >= MAX_PER_PRODUCER ->
     popped_seen = popped[p];
     got = pushed[p] - popped_seen < MAX_PER_PRODUCER
  :: else
  fi;
  if
  :: got -> try_take(c, got)
  :: else
  fi
}

// wait_for_room(): ends with `got`, or refused by the phase or by the time.
inline wait_for_room(p, c, got) {
#ifndef BROKEN_WAITERS_LATE
  waiters_++;
#endif
  do
  :: true ->
#ifndef BROKEN_TICKET_LATE
     ticket = tickets_;
#endif
     if
     :: phase != kOpen -> break
     :: else
     fi;
     take_room(p, c, got);
     if
     :: got -> break
     :: else
     fi;
#ifdef BROKEN_TICKET_LATE
     ticket = tickets_;
#endif
#ifdef BROKEN_WAITERS_LATE
     waiters_++;
#endif
     futex_wait(p, tickets_, ticket, TICKETS, form[c] == kImpatient, in_time);
#ifdef BROKEN_WAITERS_LATE
     waiters_--;
#endif
     if
     :: in_time
     :: else -> break
     fi
  od;
#ifndef BROKEN_WAITERS_LATE
  waiters_--;
#endif
  ticket = 0;
  in_time = true
}

inline abandon_late(p) {
  do
  :: atomic { queue[p] ? other -> skip };
     occupancy = occupancy - COST(other);
     withdraw(p, other, kAbandoned, won, seen, in_time)
  :: empty(queue[p]) -> break
  od;
  other = 0
}

// push() with kWaitUntilDeadline; refused if accepted[c] stays false.
inline push(p, c) {
  if
  :: atomic { phase == kOpen -> registered[p] = true };
     take_room(p, c, got);
     if
     :: got
     :: else -> wait_for_room(p, c, got)
     fi;
     if
#if NO_MEMORY
     :: got && c == 0 ->
        occupancy = occupancy - COST(c);
        offer(1)
#endif
     :: got ->
        atomic { queue[p] ! c; accepted[c] = true };
#ifdef BROKEN_ANNOUNCED_LATE
        signal_published(was);
        pushed[p]++;
#else
        pushed[p]++;
        signal_published(was);
#endif
#ifndef BROKEN_NO_RECHECK
        if
        :: phase >= kAborted -> abandon_late(p)
        :: else
        fi
#endif
     :: else
     fi
  :: else
  fi;
  got = false
}

// What a call does once it is pushed.
inline answer(p, c) {
  if
  :: !accepted[c] || form[c] == kPosted
  :: accepted[c] && form[c] == kThen -> then(c)
  :: accepted[c] && (form[c] == kPatient || form[c] == kImpatient) ->
     wait(p, c, form[c] == kImpatient, seen, in_time);
     if
     :: in_time
     :: else -> withdraw(p, c, kExpired, won, seen, in_time)
     fi;
     in_time = true;
     won = false
  fi
}

inline choose_form(c) {
  if
#if POSTED
  :: form[c] = kPosted
#endif
#if PATIENT
  :: form[c] = kPatient
#endif
#if THEN
  :: form[c] = kThen
#endif
#if IMPATIENT
  :: form[c] = kImpatient
#endif
  fi
}

proctype Producer(byte p) {
  byte i, popped_seen, ticket, seen, other;
  bool got, was, won;
  bool in_time = true;
  do
  :: i < EACH ->
     atomic { choose_form(COMMAND_OF(p, i)); skip };
     push(p, COMMAND_OF(p, i));
     answer(p, COMMAND_OF(p, i));
     i++
  :: else -> break
  od;
  through++
}

#if CANCELLERS
proctype Canceller(byte t) {
  byte seen;
  bool won, in_time;
  withdraw(t, 0, kCancelled, won, seen, in_time);
  through++
}
#endif
