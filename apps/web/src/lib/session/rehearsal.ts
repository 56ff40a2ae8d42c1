import { answerHandshake, beginHandshake } from '@porchlight/channel';
import { deriveInvite, mintInvite, type Random } from '@porchlight/invite';

/**
 * Goes through a handshake with itself, a box and a frame, and forgets it all: code that ran once is compiled, so that the
 * first knock does not wait for that.
 */
export function rehearse(random: Random): void {
  const invite = mintInvite(random);
  const terms = {
    ...deriveInvite(invite),
    hostPublicKey: invite.hostPublicKey,
    mode: 'invite',
    epoch: 0,
    random,
  } as const;
  const guest = beginHandshake(terms);
  const host = answerHandshake({ ...terms, hostSecretKey: invite.hostSecretKey }, guest.m1);
  if (!host.ok) return;
  const met = guest.finish(host.m2);
  if (!met.ok) return;
  host.session.openBox(met.session.sealBox(met.session.commitment()));
  host.session.openCommitment(met.session.commitment());
  const fingerprints = { host: random(32), guest: random(32) };
  host.session.frames(fingerprints).open(met.session.frames(fingerprints).seal(1, 1, random(16)));
  host.session.erase();
  met.session.erase();
}
