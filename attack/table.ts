/** One way to break a promise, what must come of it, and what protects. */
export interface Row {
  readonly number: number;
  readonly name: string;
  readonly expected: string;
  readonly protects: string;
}

/**
 * Every attack of the suite. The test of row 7 is the one file `rows/07-*`, its title is `title(7)`; docs/attacks.md is
 * made of this table and of those files.
 */
export const table: readonly Row[] = [
  {
    number: 1,
    name: 'SDP fingerprint swapped',
    expected: 'refused, and both people are told',
    protects: 'descriptions travel sealed; the frames’ keys are bound to both certificates',
  },
  {
    number: 2,
    name: 'Link leaked to the server, which plays host to the guest',
    expected: 'the guest never gets a chat',
    protects: 'the guest demands a signature by the key in the link',
  },
  {
    number: 3,
    name: 'Signature stripped, wrong key, high-S, small-order key, ZIP-215-only',
    expected: 'refused',
    protects: 'strict Ed25519, in one function',
  },
  {
    number: 4,
    name: 'Seat given to two guests',
    expected: 'the host admits one, the other gets no M2',
    protects: 'the host answers one handshake at a time, lets one in, and overwrites the secret',
  },
  {
    number: 5,
    name: '1,000 racing claims, at one process and at four',
    expected: 'one seat',
    protects: 'a claim is one atomic step of the store',
  },
  {
    number: 6,
    name: 'Stale commit after the lease passed on',
    expected: 'refused',
    protects: 'a commit names the seat it means',
  },
  {
    number: 7,
    name: 'Link robots',
    expected: 'the link still works; one that presses the button and goes away frees it',
    protects: 'the secret is behind the #; only Ask to join claims; a seat lapses',
  },
  {
    number: 8,
    name: 'Every recorded message replayed, to the same and to another invite',
    expected: 'nothing changes, or it closes',
    protects: 'fresh keys in every handshake, exact counters, the invite in the prologue',
  },
  {
    number: 9,
    name: 'Own messages reflected',
    expected: 'it closes',
    protects: 'a key for each direction',
  },
  {
    number: 10,
    name: 'Reordered, dropped, doubled, counter rolled back, 2⁶⁴−1, key epoch jumped',
    expected: 'it closes',
    protects: 'counters and key epochs are exact',
  },
  {
    number: 11,
    name: 'Every single bit of M1, M2, a box and a frame flipped',
    expected: 'refused',
    protects: 'everything is authenticated, headers included',
  },
  {
    number: 12,
    name: 'Low-order and non-canonical X25519 keys, malformed ML-KEM key and ciphertext',
    expected: 'refused',
    protects: 'keys are checked before they are used',
  },
  {
    number: 13,
    name: 'The memory of a host after completion, searched',
    expected: 'no psk or secret of the invite, no old message key',
    protects: 'keys are overwritten after use',
  },
  {
    number: 14,
    name: 'A link replacer with two sessions',
    expected: 'different emoji in 100,000 runs; an nG changed after the commitment and a 65th try are refused',
    protects: 'the comparison string comes from both sides’ nonces, the guest’s committed first',
  },
  {
    number: 15,
    name: 'A hostile peer on the data channel',
    expected: 'closed, memory bounded',
    protects: 'sizes, types and channels are checked before anything else',
  },
  {
    number: 16,
    name: 'Markup and script in texts, names and error paths',
    expected: 'literal text, no report, no request anywhere',
    protects: 'text is set as text; content security policy with Trusted Types',
  },
  {
    number: 17,
    name: 'Names and texts that fool the eye',
    expected: 'layout intact, the label stays',
    protects: 'names are cleaned and isolated; the label is not part of the name',
  },
  {
    number: 18,
    name: 'A spamming guest',
    expected: 'muted, then ended; the host’s page goes on answering',
    protects: 'the receiving page paces texts, control frames, typing and reconnects',
  },
  {
    number: 19,
    name: 'Socket.IO abused',
    expected: 'refused, memory flat, other chats untouched',
    protects: 'origin check, websocket only, one door, limits on size, rate and sockets',
  },
  {
    number: 20,
    name: 'Duplicated tab, copied link, back button, reopened tab',
    expected: 'never two seats; the loser is told why',
    protects: 'a seat has one token, replaced at every return',
  },
  {
    number: 21,
    name: 'Host ends while the server ignores the end',
    expected: 'the guest is out and stays out',
    protects: 'the end travels between the browsers; keys are gone on the host’s side',
  },
  {
    number: 22,
    name: 'The server’s log, memory and traffic searched',
    expected: 'no secret, fragment, name, text, SDP or address',
    protects: 'the server is never sent any; addresses are kept only as a keyed hash',
  },
  {
    number: 23,
    name: 'Browser storage, history and caches searched after an end',
    expected:
      'no message, no name, no key; the link only in the history of the guest’s browser, where it opens nothing',
    protects: 'nothing of a chat is stored, no field is remembered; the fragment leaves the address bar first',
  },
  {
    number: 24,
    name: 'http:// on an origin that is not localhost',
    expected: 'refuses to start, with a plain explanation',
    protects: 'the configuration is checked as a whole before anything listens',
  },
  {
    number: 25,
    name: 'Versions below the floors',
    expected: 'none in the lockfile',
    protects: 'overrides in package.json, and this row',
  },
  {
    number: 26,
    name: 'Edits, unsends, reactions and quotes that lie, or are too many',
    expected: 'closed or ignored, as docs/protocol.md §4.2 says; what the other person wrote stays as it was',
    protects: 'an edit and an unsend name no author; one door for shape and numbers; one pace for all that is said',
  },
];

/** The title of a row's test. */
export function title(number: number): string {
  const row = table.find((one) => one.number === number);
  if (row === undefined) throw new RangeError(`There is no row ${number}.`);
  return `row ${number}: ${row.name}`;
}
