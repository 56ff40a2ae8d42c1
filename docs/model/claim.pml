/*
 * The claim machine of docs/protocol.md §2: one invite, two racing guests, a host, and sockets that drop at any moment.
 * `npm run model` walks every state of it.
 *
 *   - Never two guests in the chat.
 *   - A committed seat is the one the host let in, and so is the guest in the chat.
 *
 * No cryptography and no clock: a guest believes every admission that reaches it, and a seat may lapse at any time, so
 * what holds here holds without either. Left out: rate limits, the relay, and a server that lost its memory.
 *
 *   -DNAIVE      the server commits whoever is in the seat now, not the seat that the host named
 *   -DFORGETFUL  the server gives out a seat of a used invite, and the host's page forgets that it let someone in
 */

#define GUESTS 2
#ifndef NAMES
#define NAMES 2 /* seat names that each guest may use: its first, and later ones by claiming or attaching again */
#endif
#ifndef LINES
#define LINES 2 /* sockets that the host may use, one after another */
#endif

#define NONE 0
#define NAME(guest, n) ((guest) * NAMES + (n))
#define OWNER(name) (((name) - 1) / NAMES)

/* What the server holds. A name is a number here: the server learns from it nothing but whether two are the same. */
mtype = { OPEN, RESERVED, COMMITTED, ENDED };
mtype invite = OPEN;
byte seat = NONE;
byte formerSeat = NONE;
bool guestHere = false;
byte hostLine = 1; /* the socket that speaks for the host; NONE: it is away */

/* What is under way. A socket keeps the order, and loses all of it when it drops. */
mtype = { COMMIT, DECLINE, END };
mtype = { CLAIMED, RENAMED, RELEASED, ACCEPTED, REFUSED };
mtype = { ADMITTED, SENT_AWAY };
chan toServer = [2] of { mtype, byte /* line */, byte /* seat */ };
chan toHost = [4] of { mtype, byte /* seat */, byte /* former seat */ };
chan toGuest[GUESTS] = [2] of { mtype };

/* The people. */
bool hostUp = true;
bool guestUp[GUESTS] = true;
byte letIn = NONE; /* the seat whose knock the host approved */
bool inChat[GUESTS] = false;

/* After the end only what is still under way may arrive; nothing else is worth a walk. */
#define LIVE (invite != ENDED)

/* A step waits for room, so that no line ever has to be cut for being full. */
#define ROOM (LIVE && len(toHost) < 3 && nfull(toGuest[0]) && nfull(toGuest[1]))

inline tellHost(what, name, former) {
  if
  :: hostUp && hostLine != NONE -> toHost!what(name, former)
  :: else /* nobody hears it */
  fi
}

inline tellGuest(what) {
  if
  :: guestHere && guestUp[OWNER(seat)] -> toGuest[OWNER(seat)]!what
  :: else
  fi
}

inline free() {
  invite = OPEN;
  seat = NONE;
  formerSeat = NONE;
  guestHere = false
}

inline close() {
  invite = ENDED;
  seat = NONE;
  formerSeat = NONE;
  guestHere = false
}

inline enterChat(guest) {
  inChat[guest] = true;
  assert(!(inChat[0] && inChat[1]));
#ifndef FORGETFUL
  assert(letIn != NONE && OWNER(letIn) == guest)
#endif
}

#ifdef NAIVE
#define MAY_COMMIT(named) (seat != NONE)
#else
#define MAY_COMMIT(named) (seat != NONE && seat == (named))
#endif

#ifdef FORGETFUL
#define CLAIMABLE (invite == OPEN || invite == COMMITTED)
#else
#define CLAIMABLE (invite == OPEN)
#endif

/* Answers the host, in the order in which its requests arrive. A socket that was replaced is nobody's. */
active proctype Server() {
  mtype wish;
  byte line, named;
end:
  do
  :: atomic {
       ROOM && nempty(toServer) ->
       toServer?wish(line, named);
       if
       :: line != hostLine
       :: line == hostLine && wish == COMMIT ->
          if
          :: invite == COMMITTED && seat == named -> tellHost(ACCEPTED, named, NONE)
          :: invite == RESERVED && MAY_COMMIT(named) && guestHere ->
             invite = COMMITTED;
             assert(letIn != NONE && OWNER(seat) == OWNER(letIn));
             tellGuest(ADMITTED);
             tellHost(ACCEPTED, named, NONE)
          :: else -> tellHost(REFUSED, named, NONE)
          fi
       :: line == hostLine && wish == DECLINE ->
          if
          :: invite == RESERVED && seat == named -> tellGuest(SENT_AWAY); free()
          :: else
          fi
       :: line == hostLine && wish == END -> tellGuest(SENT_AWAY); close()
       fi;
       wish = 0; line = NONE; named = NONE
     }
  od
}

/* Leases and links end when they like, and the server sees late that a host is gone. */
active proctype Clock() {
end:
  do
  :: atomic { ROOM && invite == RESERVED -> tellGuest(SENT_AWAY); tellHost(RELEASED, seat, NONE); free() }
  :: atomic { ROOM -> tellGuest(SENT_AWAY); close() }
  :: atomic { LIVE && !hostUp && hostLine != NONE -> hostLine = NONE }
  od
}

active [GUESTS] proctype Guest() {
  byte me = _pid - 2; /* Server and Clock come before. */
  byte mine = NONE; /* the seat it believes to hold, whether or not it saw the answer */
  byte next = NONE; /* the name it has asked to change to, until it sees the answer */
  byte used = 0;
end:
  do
  /* Asks for the seat. */
  :: atomic {
       ROOM && guestUp[me] && mine == NONE && used < NAMES && !inChat[me] ->
       used++;
       if
       :: CLAIMABLE && hostLine != NONE ->
          mine = NAME(me, used);
          invite = RESERVED;
          seat = mine;
          formerSeat = NONE;
          guestHere = true;
          tellHost(CLAIMED, seat, NONE)
       :: else
       fi
     }

  /* Asks for it again, because the answer was lost. */
  :: atomic {
       ROOM && guestUp[me] && mine != NONE && next == NONE && !inChat[me] ->
       if
       :: invite == RESERVED && seat == mine && !guestHere -> guestHere = true; tellHost(RENAMED, seat, seat)
       :: invite == RESERVED && seat == mine && guestHere
       :: else -> mine = NONE
       fi
     }

  /* Comes back under a new name. */
  :: atomic {
       ROOM && guestUp[me] && mine != NONE && (next != NONE || used < NAMES) ->
       if
       :: next == NONE -> used++; next = NAME(me, used)
       :: else
       fi;
       if
       :: seat == mine || (seat == next && formerSeat == mine) ->
          if
          :: seat == mine -> formerSeat = seat; seat = next
          :: else
          fi;
          guestHere = true;
          tellHost(RENAMED, seat, formerSeat);
          if
          :: mine = next; next = NONE;
             if
             :: invite == COMMITTED && !inChat[me] -> enterChat(me)
             :: else
             fi
          :: guestUp[me] = false; guestHere = false /* and never sees the answer */
          fi
       :: else -> mine = NONE; next = NONE
       fi
     }

  :: atomic {
       toGuest[me]?ADMITTED ->
       if
       :: !inChat[me] -> enterChat(me)
       :: else
       fi
     }
  :: atomic { toGuest[me]?SENT_AWAY -> mine = NONE; next = NONE }

  /* Leaves. */
  :: atomic {
       ROOM && guestUp[me] && guestHere && seat != NONE && OWNER(seat) == me ->
       if
       :: invite == RESERVED -> tellHost(RELEASED, seat, NONE); free()
       :: invite == COMMITTED -> close()
       fi;
       mine = NONE;
       next = NONE
     }

  /* Its socket drops, and comes back. */
  :: atomic {
       LIVE && guestUp[me] ->
       guestUp[me] = false;
       do
       :: toGuest[me]?_
       :: empty(toGuest[me]) -> break
       od;
       if
       :: seat != NONE && OWNER(seat) == me -> guestHere = false
       :: else
       fi
     }
  :: atomic { LIVE && !guestUp[me] -> guestUp[me] = true }
  od
}

active proctype Host() {
  mtype heard;
  byte name, former;
  byte line = 1;
  byte atDoor = NONE; /* who knocks, as far as the host has heard */
  bool asked = false; /* a commit without an answer */
  bool done = false; /* this page let someone in, and lets nobody else in */
end:
  do
  /* Hears. */
  :: atomic {
       toHost?heard(name, former) ->
       if
       :: heard == CLAIMED -> atDoor = name
       :: heard == RELEASED && atDoor == name -> atDoor = NONE
       :: heard == RELEASED && atDoor != name
       :: heard == RENAMED ->
          if
          :: atDoor == former -> atDoor = name
          :: else
          fi;
          if
          :: asked && letIn == former -> letIn = name
          :: else
          fi
       :: heard == ACCEPTED ->
          asked = false;
#ifndef FORGETFUL
          done = true
#endif
       :: heard == REFUSED && asked -> asked = false; letIn = NONE
       :: heard == REFUSED && !asked
       fi;
       heard = 0; name = NONE; former = NONE
     }

  /* Decides on whoever knocks: Let in, Decline. */
  :: atomic {
       LIVE && hostUp && nfull(toServer) && atDoor != NONE && !asked && !done ->
       letIn = atDoor;
       asked = true;
       toServer!COMMIT(line, letIn)
     }
  :: atomic {
       LIVE && hostUp && nfull(toServer) && atDoor != NONE && !asked && !done ->
       toServer!DECLINE(line, atDoor);
       atDoor = NONE
     }
  :: atomic { LIVE && hostUp && nfull(toServer) -> toServer!END(line, NONE); break }

  /* Its socket drops. What it sent may still arrive, until a new socket takes its place. */
  :: atomic {
       LIVE && hostUp ->
       hostUp = false;
       do
       :: toHost?_, _, _
       :: empty(toHost) -> break
       od
     }
  :: atomic {
       LIVE && !hostUp && line < LINES && nfull(toServer) ->
       hostUp = true;
       line++;
       hostLine = line;
       if
       :: invite == COMMITTED ->
          asked = false;
#ifndef FORGETFUL
          done = true
#endif
       :: invite == RESERVED && asked && seat == letIn -> toServer!COMMIT(line, letIn)
       :: invite == OPEN || (invite == RESERVED && !(asked && seat == letIn)) ->
          asked = false;
          letIn = NONE;
          atDoor = seat
       fi
     }
  od
}
