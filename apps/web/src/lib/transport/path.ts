import * as v from 'valibot';

import type { Path } from './transport.ts';

const statistic = v.object({
  id: v.string(),
  type: v.string(),
  /** Of a transport, where the browser says so: Chromium and WebKit. */
  selectedCandidatePairId: v.optional(v.string()),
  /** Of a pair: Firefox's way to say the same. */
  selected: v.optional(v.boolean()),
  nominated: v.optional(v.boolean()),
  state: v.optional(v.string()),
  localCandidateId: v.optional(v.string()),
  remoteCandidateId: v.optional(v.string()),
  candidateType: v.optional(v.string()),
  /** How we reach our own TURN server. */
  relayProtocol: v.optional(v.string()),
});

type Statistic = v.InferOutput<typeof statistic>;

/** The way that carries the data now, out of one report of `getStats`; null while that does not say. */
export function pathIn(report: readonly unknown[]): Path | null {
  const entries = new Map<string, Statistic>();
  for (const entry of report) if (v.is(statistic, entry)) entries.set(entry.id, entry);
  const pair = chosen(entries);
  const local = entries.get(pair?.localCandidateId ?? '');
  const remote = entries.get(pair?.remoteCandidateId ?? '');
  if (local === undefined || remote === undefined) return null;
  if (local.candidateType === 'relay') {
    if (local.relayProtocol === 'tcp') return 'relay-tcp';
    return local.relayProtocol === 'tls' ? 'relay-tls' : 'relay';
  }
  return remote.candidateType === 'relay' ? 'relay' : 'direct';
}

/** Several pairs may have been nominated, one after the other: the one in use comes first. */
function chosen(entries: ReadonlyMap<string, Statistic>): Statistic | undefined {
  const all = [...entries.values()];
  const transport = all.find(({ type, selectedCandidatePairId: id }) => type === 'transport' && entries.has(id ?? ''));
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  return (
    entries.get(transport?.selectedCandidatePairId ?? '') ??
    pairs.find(({ selected }) => selected === true) ??
    pairs.find(({ nominated, state }) => nominated === true && state === 'succeeded')
  );
}
