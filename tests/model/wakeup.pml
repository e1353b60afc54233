// queue/detail/wakeup.h: a coalesced wake-up through an eventfd, which here is readable or not.
bool armed_;
bool fd;

inline signal(was) {
  atomic { was = armed_; armed_ = true };
  if
  :: !was -> fd = true
  :: else
  fi;
  was = false
}

// For who has published its work in a word that the consumer reads after disarm(): looks first.
inline signal_published(was) {
  if
  :: armed_
  :: else -> signal(was)
  fi
}

inline disarm() {
#ifdef BROKEN_READ_AFTER_EXCHANGE
  armed_ = false;
  fd = false
#else
  fd = false;
  armed_ = false
#endif
}
