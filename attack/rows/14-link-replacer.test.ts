import { type Sas, answerHandshake } from '@porchlight/channel';
import { concat, sha256, toBase64url } from '@porchlight/invite';
import { expect, it } from 'vitest';

import type { Keys } from '../../apps/web/src/lib/session/keys.ts';
import { KEM_CIPHERTEXT_BYTES, decapsulate, kemKeyPair } from '../../libs/channel/src/kem.ts';
import { createInitiator } from '../../libs/channel/src/noise.ts';
import { commitTo, opensCommitment, sasOf } from '../../libs/channel/src/sas.ts';
import { createSession } from '../../libs/channel/src/session.ts';
import * as reference from '../../libs/channel/vectors/reference.ts';
import { type Invited, invited, plain, steady } from '../forger.ts';
import { title } from '../table.ts';

// The server swapped the link as a whole: the guest got a link of the server's own making, and the server asks the host
// with the real one. Both handshakes are honest, so only the comparison can tell. docs/protocol.md §3.5

const RUNS = 100_000;
const HANDSHAKES = 64;
const TRIES = 200;
/** docs/protocol.md §3.5 */
const MOST_HANDSHAKES = 64;
const random = steady('row 14');

it(title(14), ({ task }) => {
  const counted = simulated();
  expect(counted.all, `runs of ${RUNS} in which all five emoji were the same on both sides`).toBe(0);
  // That it would have been seen: one emoji alone agrees by chance, in one run of 64. ±5 standard deviations.
  expect(counted.first, 'control: runs in which the first emoji was the same').toBeGreaterThan(RUNS / 64 - 197);
  expect(counted.first, 'control: runs in which the first emoji was the same').toBeLessThan(RUNS / 64 + 197);

  for (let run = 0; run < HANDSHAKES; run++) wholeHandshakes();
  const searched = changedNonce();
  withoutCommitment();
  triedAgain();

  Object.assign(task.meta, {
    figure:
      `${(RUNS + HANDSHAKES).toLocaleString('en')} runs, none alike (by chance ${(RUNS / 2 ** 30).toFixed(5)} expected); ` +
      `one emoji of five alike in ${counted.first.toLocaleString('en')}; ` +
      `an nG that matches two emoji was found in ${searched.toLocaleString('en')} tries, and refused`,
  });
});

/** The comparisons of both sides, from keys, nonces and hashes as two handshakes leave them: nothing in common. */
function simulated(): { all: number; first: number } {
  let [all, first] = [0, 0];
  const draw = drawing();
  for (let run = 0; run < RUNS; run++) {
    const host = sasOf(draw(), draw(), draw(), draw());
    const guest = sasOf(draw(), draw(), draw(), draw());
    if (alike(host, guest, 5)) all += 1;
    if (alike(host, guest, 1)) first += 1;
  }
  return { all, first };
}

/** Both handshakes in full, between the product’s keys and the replacer. */
function wholeHandshakes(): void {
  const { host, guest } = replaced();
  const [shownToHost, shownToGuest] = [host.sas(), guest.sas()];
  if (shownToHost === null || shownToGuest === null) throw new Error('there is nothing to compare');
  expect(shownToHost.digits, 'the digits of the two sides').not.toBe(shownToGuest.digits);
  expect(alike(shownToHost, shownToGuest, 5), 'the emoji of the two sides').toBe(false);
}

/**
 * The replacer waits for the guest’s emoji and then looks for an nG that shows the host the same. It finds one for two
 * emoji (for five it only takes longer), and the host refuses it, because C came first.
 */
function changedNonce(): number {
  const real = invited(random);
  const target = talkedToGuest().guest.sas();
  if (target === null) throw new Error('there is nothing to compare');

  const known = askedHost(real);
  const draw = drawing();
  let tries = 1;
  let other = draw();
  while (!alike(known.sasWith(other), target, 2)) {
    other = draw();
    tries += 1;
  }
  expect(knockOf(known.host, known.seal, other), 'a knock with an nG found after the commitment').toBe(false);
  expect(known.host.sas(), 'a comparison after it').toBeNull();
  expect(known.host.seal([{ type: 'declined' }]), 'a box after it').toBeNull();

  // Nor does a second box with the right one help, or one that says nothing of a nonce at all.
  expect(knockOf(known.host, known.seal, known.nonce), 'the committed nG, after a wrong one').toBe(false);
  for (const wrong of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33), new Uint8Array(32)]) {
    const again = askedHost(real);
    expect(knockOf(again.host, again.seal, wrong), `an nG of ${wrong.length} bytes`).toBe(false);
  }
  const fair = askedHost(real);
  expect(knockOf(fair.host, fair.seal, fair.nonce), 'control: the nG that was committed to').toBe(true);
  expect(fair.host.sas(), 'control: what the replacer computes is what the host shows').toEqual(
    fair.sasWith(fair.nonce),
  );
  return tries;
}

/** What the commitment is for: who knows the other nonce first, finds a match, on either side. */
function withoutCommitment(): void {
  const draw = drawing();
  const [secret, hash, hostNonce] = [draw(), draw(), draw()];
  const target = sasOf(draw(), draw(), draw(), draw());
  const found = (sas: (nonce: Uint8Array) => Sas): boolean => {
    for (let tries = 0; tries < 100_000; tries++) if (alike(sas(draw()), target, 2)) return true;
    return false;
  };
  expect(
    found((nG) => sasOf(secret, nG, hostNonce, hash)),
    'control: choosing nG last, two emoji match',
  ).toBe(true);
  expect(
    found((nH) => sasOf(secret, draw(), nH, hash)),
    'control: choosing nH last, two emoji match',
  ).toBe(true);

  // And C binds: to the nonce, and to the handshake it was made in.
  const [nonce, ephemeral] = [draw(), draw()];
  const commitment = commitTo(nonce, ephemeral);
  expect(opensCommitment(commitment, nonce, ephemeral), 'control: what was committed to').toBe(true);
  expect(opensCommitment(commitment, nonce, draw()), 'the same nG in another handshake').toBe(false);
  for (let tries = 0; tries < 1000; tries++) {
    expect(opensCommitment(commitment, draw(), ephemeral), 'another nG').toBe(false);
  }
}

/** The replacer drops each handshake whose comparison is not the one it wants, and begins the next. */
function triedAgain(): void {
  const real = invited(random);
  const host = real.host(random);
  const answers = Array.from({ length: TRIES }, () => typeof host.answer(m1By(real).m1, 0) !== 'string');
  expect(answers.filter(Boolean).length, 'handshakes the host answers, of ever new guests').toBe(MOST_HANDSHAKES);

  const own = invited(random);
  const guest = own.guest(random);
  const proofs = Array.from({ length: TRIES }, () => {
    const m1 = guest.begin(0);
    if (m1 === null) return false;
    const answered = answerHandshake({ ...termsOf(own), hostSecretKey: own.invite.hostSecretKey }, m1);
    return answered.ok && guest.finish(answered.m2) === 'proved';
  });
  expect(proofs.filter(Boolean).length, 'handshakes the guest goes on with').toBe(MOST_HANDSHAKES);
}

/** Both people after the replacer met each of them. */
function replaced(): { host: Keys; guest: Keys } {
  const { guest } = talkedToGuest();
  const { host, seal, nonce } = askedHost(invited(random));
  expect(knockOf(host, seal, nonce), 'the replacer may knock: it has the link').toBe(true);
  return { host, guest };
}

/** The replacer as the host of a link of its own, up to the guest’s knock. */
function talkedToGuest(): { guest: Keys } {
  const own = invited(random);
  const guest = own.guest(random);
  const m1 = guest.begin(0);
  if (m1 === null) throw new Error('the guest has no key to begin with');
  const answered = answerHandshake({ ...termsOf(own), hostSecretKey: own.invite.hostSecretKey }, m1);
  if (!answered.ok) throw new Error(answered.problem);
  expect(guest.finish(answered.m2), 'the guest has no way to see it').toBe('proved');
  return { guest };
}

/** M1 of the replacer as a guest of the real link, and what it keeps of it. */
function m1By({ derived, invite }: Invited) {
  const prologue = reference.prologue('invite', 0, Buffer.from(derived.inviteId), Buffer.from(invite.hostPublicKey));
  const noise = createInitiator(plain(prologue), derived.psk, random(32));
  const kem = kemKeyPair(random(64));
  const nonce = random(32);
  const first = noise.writeFirst(concat(kem.publicKey, commitTo(nonce, noise.publicKey)));
  return { noise, kem, nonce, m1: concat(Uint8Array.of(1, 0, 0, 0, 0), first) };
}

/** The replacer as a guest of the real link, up to the host’s M2, with all that it knows then. */
function askedHost(real: Invited) {
  const host = real.host(random);
  const { noise, kem, nonce, m1 } = m1By(real);
  const m2 = host.answer(m1, 0);
  if (typeof m2 === 'string') throw new Error(m2);
  const second = noise.readSecond(m2.subarray(5));
  if (!second.ok) throw new Error(second.problem);
  const kemSecret = decapsulate(second.payload.subarray(0, KEM_CIPHERTEXT_BYTES), kem.secretKey);
  const hostNonce = second.payload.slice(KEM_CIPHERTEXT_BYTES, KEM_CIPHERTEXT_BYTES + 32);
  /** Its session, if that is the nonce it shows. */
  const sessionWith = (other: Uint8Array) =>
    createSession({
      epoch: 0,
      split: noise.split(),
      kemSecret: kemSecret.slice(),
      hostNonce: hostNonce.slice(),
      guest: { role: 'guest', nonce: other },
      random,
    });
  const session = sessionWith(nonce.slice());
  return {
    host,
    nonce,
    sasWith: (other: Uint8Array): Sas => sessionWith(other).sas(),
    seal: (body: Uint8Array) => session.sealBox(body),
  };
}

/** Whether the host takes a knock with this nonce. */
function knockOf(host: Keys, seal: (body: Uint8Array) => Uint8Array, nonce: Uint8Array): boolean {
  const items = [{ type: 'knock', nonce: toBase64url(nonce), nickname: 'Mia' }];
  return host.open(seal(new TextEncoder().encode(JSON.stringify(items)))).ok;
}

const termsOf = ({ invite, derived }: Invited) => ({
  hostPublicKey: invite.hostPublicKey,
  inviteId: derived.inviteId,
  psk: derived.psk,
  mode: 'invite' as const,
  epoch: 0,
  random,
});

/** Whether the first `count` emoji are the same; with all five, the digits are as well. */
const alike = (one: Sas, other: Sas, count: number): boolean =>
  one.emoji.slice(0, count).every(({ symbol }, place) => symbol === other.emoji[place]?.symbol);

/** 32 bytes at a time, cheaply: a hash of the one before. */
function drawing(): () => Uint8Array {
  let last = random(32);
  return () => (last = sha256(concat(last, Uint8Array.of(1))));
}
