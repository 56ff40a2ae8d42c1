import { MAX_BOX_BYTES, MAX_PACKET_BYTES, requests, type Refused, type RequestName } from '@porchlight/protocol';
import { describe, expect, it } from 'vitest';

import { Door, type Handle } from './door.ts';

const inviteId = 'AAAAAAAAAAAAAAAAAAAAAA';
const bytes32 = 'A'.repeat(43);

/** One well-formed input for each request, every optional part included. A new request must be added here to compile. */
const wellFormed: Record<RequestName, Record<string, unknown>> = {
  'invite:open': { inviteId, claimHash: bytes32, hostToken: bytes32, remainingMs: 1_000, committedSeat: bytes32 },
  'invite:claim': { inviteId, claimToken: bytes32, seat: bytes32 },
  'invite:attach': { inviteId, seatToken: bytes32, nextSeat: bytes32 },
  'invite:commit': { inviteId, seat: bytes32, box: 'AAAA' },
  'invite:decline': { inviteId, seat: bytes32, box: 'AAAA' },
  'invite:end': { inviteId, box: 'AAAA' },
  relay: { inviteId, seat: bytes32, box: 'AAAA', quiet: true },
  ice: { inviteId, seat: bytes32 },
  doctor: {},
};
const names = Object.keys(requests);

function doorway({ handle, waitMs = () => 0 }: { handle?: Handle; waitMs?: () => number } = {}) {
  const handled: string[] = [];
  const replies: unknown[] = [];
  const failures: unknown[] = [];
  const door = new Door({
    handle:
      handle ??
      ((request) => {
        handled.push(request);
        return Promise.reject(new Error('answers are not looked at here'));
      }),
    waitMs,
    onFailure: (error) => failures.push(error),
  });
  return { door, handled, replies, failures, reply: (answer: unknown) => replies.push(answer) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const malformed = { ok: false, refusal: 'malformed' };

/** Values that are wrong in any field of any request. */
const wrongValues: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a boolean', true],
  ['an object', {}],
  ['an array', [bytes32]],
  ['bytes', Buffer.alloc(32)],
  ['an empty string', ''],
  ['a string with a space', `${'A'.repeat(42)} `],
  ['padding', `${'A'.repeat(43)}=`],
  ['plain base64', `${'A'.repeat(42)}+`],
  ['a huge string', 'A'.repeat(MAX_PACKET_BYTES)],
  ['not a number', NaN],
  ['no whole number', 1.5],
  ['a number below the range', 0],
  ['a number above the range', 1e12],
];

describe.each(names)('%s', (name) => {
  const input = wellFormed[name as RequestName];

  it('is let in when it is well formed', async () => {
    const { door, handled, reply } = doorway();
    door.receive([name, input, reply]);
    await settled();
    expect(handled).toEqual([name]);
  });

  const shapes: (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['null', null],
    ['a string', 'AAAA'],
    ['a number', 1],
    ['an array', [input]],
    ...(Object.keys(input).length > 0 ? [['an empty object', {}] as const] : []),
    ['an unknown field', { ...input, more: 1 }],
    ['__proto__ as a field', Object.defineProperty({ ...input }, '__proto__', { value: {}, enumerable: true })],
    ['constructor as a field', { ...input, constructor: 'x' }],
    ...Object.keys(input).flatMap((field) =>
      wrongValues
        .filter(([, value]) => value !== input[field])
        .map(([what, value]) => [`${what} as ${field}`, { ...input, [field]: value }] as const),
    ),
    ...('quiet' in input ? [['false as quiet', { ...input, quiet: false }] as const] : []),
  ];

  it.each(shapes)('is refused with %s', async (_, shape) => {
    const { door, handled, replies, reply } = doorway();
    door.receive([name, shape, reply]);
    await settled();
    expect(replies).toEqual([malformed]);
    expect(handled).toEqual([]);
  });

  const mandatory = Object.keys(input).filter((field) => !['committedSeat', 'box', 'seat', 'quiet'].includes(field));
  it.each(mandatory)('is refused without %s', (field) => {
    const { door, replies, reply } = doorway();
    const rest = Object.fromEntries(Object.entries(input).filter(([name]) => name !== field));
    door.receive([name, rest, reply]);
    expect(replies).toEqual([malformed]);
  });

  it('does nothing at all without an acknowledgement', async () => {
    const { door, handled, failures } = doorway();
    door.receive([name, input]);
    door.receive([name]);
    door.receive([name, input, 'not a function']);
    await settled();
    expect(handled).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('is refused with an argument too many or too few', () => {
    const { door, replies, reply } = doorway();
    door.receive([name, input, 'more', reply]);
    door.receive([name, reply]);
    door.receive([name, input, reply, reply]);
    expect(replies).toEqual([malformed, malformed, malformed]);
  });
});

it.each(['', 'invite', 'INVITE:OPEN', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'relayed', 7, null])(
  'refuses the unknown request %j',
  (name) => {
    const { door, replies, reply } = doorway();
    door.receive([name, {}, reply]);
    expect(replies).toEqual([{ ok: false, refusal: 'unknown-request' }]);
  },
);

it('refuses a box one byte over the limit and takes one at it', async () => {
  const { door, handled, replies, reply } = doorway();
  const box = Buffer.alloc(MAX_BOX_BYTES).toString('base64url');
  door.receive(['relay', { inviteId, box }, reply]);
  await settled();
  expect(handled).toEqual(['relay']);
  replies.length = 0;
  door.receive(['relay', { inviteId, box: `${box}A` }, reply]);
  expect(replies).toEqual([malformed]);
});

it('says when to ask again when requests come too fast, and does not handle them', async () => {
  const { door, handled, replies, reply } = doorway({ waitMs: () => 250 });
  door.receive(['relay', wellFormed.relay, reply]);
  door.receive(['nonsense', {}, reply]);
  await settled();
  expect(replies).toEqual(Array(2).fill({ ok: false, refusal: 'slow-down', retryAfterMs: 250 }));
  expect(handled).toEqual([]);
});

it('answers in the order of asking, and acknowledges before what follows from it', async () => {
  const order: string[] = [];
  const handle: Handle = async (request) => {
    order.push(`${request} begins`);
    if (request === 'invite:claim') await settled();
    return { reply: { ok: false, refusal: 'ended' }, afterwards: () => order.push(`${request} is told`) };
  };
  const { door } = doorway({ handle });
  door.receive(['invite:claim', wellFormed['invite:claim'], () => order.push('claim answered')]);
  door.receive(['relay', wellFormed.relay, () => order.push('relay answered')]);
  door.whenAnswered(() => {
    order.push('closed');
    return Promise.resolve();
  });
  await settled();
  await settled();
  expect(order).toEqual([
    'invite:claim begins',
    'claim answered',
    'invite:claim is told',
    'relay begins',
    'relay answered',
    'relay is told',
    'closed',
  ]);
});

it('answers a quiet box only if it is refused, and in its turn', async () => {
  const order: string[] = [];
  const handle: Handle = (_, input) => {
    const reply: Refused | { ok: true; value: never } =
      'box' in input && input.box === 'AAAA' ? { ok: true, value: {} as never } : { ok: false, refusal: 'peer-away' };
    return Promise.resolve({ reply, afterwards: () => order.push('told') });
  };
  const { door } = doorway({ handle });
  for (const [what, input] of [
    ['quiet', { inviteId, box: 'AAAA', quiet: true }],
    ['quiet and refused', { inviteId, box: 'BBBB', quiet: true }],
    ['answered', { inviteId, box: 'AAAA' }],
  ] as const)
    door.receive(['relay', input, () => order.push(what)]);
  await settled();
  expect(order).toEqual(['told', 'quiet and refused', 'told', 'answered', 'told']);
});

it.each([
  ['malformed', { inviteId, box: '', quiet: true }, 0],
  ['slow-down', { inviteId, box: 'AAAA', quiet: true }, 250],
  ['unavailable', { inviteId, box: 'AAAA', quiet: true }, 0],
])('tells a quiet box that it is %s', async (refusal, input, waitMs) => {
  const { door, replies, reply } = doorway({ waitMs: () => waitMs });
  door.receive(['relay', input, reply]);
  await settled();
  expect(replies).toEqual([expect.objectContaining({ ok: false, refusal })]);
});

it('says "unavailable" when something breaks behind it, reports it, and goes on', async () => {
  let broken = true;
  const handle: Handle = () => {
    if (broken) throw new Error('broken');
    return Promise.resolve({ reply: { ok: false, refusal: 'ended' }, afterwards: () => undefined });
  };
  const { door, replies, failures, reply } = doorway({ handle });
  door.receive(['relay', wellFormed.relay, reply]);
  await settled();
  broken = false;
  door.receive(['relay', wellFormed.relay, reply]);
  await settled();
  expect(replies).toEqual([
    { ok: false, refusal: 'unavailable', retryAfterMs: 5_000 },
    { ok: false, refusal: 'ended' },
  ]);
  expect(failures).toHaveLength(1);
});
