/*
 * Runs in every page of every contender before the page's own scripts, the same bytes for all of them. It writes down
 * when things happened, sends the product's first message as soon as that can be done, and leads remote candidates
 * through the delayed path when there is one. It waits for nothing and changes no other behaviour.
 */
import { moved, placeOf, withMovedCandidates } from './candidate.ts';

/** What is asked of the probe in one page; set by an earlier init script. */
export interface ProbeConfig {
  /** Doors of the delayed UDP path for this page's remote candidates, or null for the direct path. */
  readonly doors: readonly number[] | null;
  /** The first message; the host's page sends it, the guest's page waits to see it. */
  readonly message: string;
}

/** What a page has seen so far. */
export interface Probe {
  /** Every time something was seen, in order, in milliseconds since the epoch on the one clock of the machine. */
  readonly marks: Readonly<Record<string, readonly number[]>>;
  /** The mean round trip of ICE's own checks on the path in use, in milliseconds; null when there is none. */
  iceRoundTripMs(): Promise<number | null>;
}

declare global {
  interface Window {
    probeConfig: ProbeConfig;
    probe: Probe;
    /** Given by the bench: tells the door which candidate it stands for. */
    routeDoor?: (door: number, address: string, port: number) => Promise<void>;
  }
}

const { doors, message } = window.probeConfig;
const marks: Record<string, number[]> = {};
const connections: RTCPeerConnection[] = [];

function mark(name: string, at = performance.now()): void {
  (marks[name] ??= []).push(performance.timeOrigin + at);
}

window.probe = {
  marks,
  async iceRoundTripMs() {
    const report = await connections.at(-1)?.getStats();
    let roundTripMs: number | null = null;
    report?.forEach((stats: Record<string, unknown>) => {
      const { type, nominated, totalRoundTripTime, responsesReceived } = stats;
      if (type !== 'candidate-pair' || nominated !== true) return;
      if (typeof totalRoundTripTime !== 'number' || typeof responsesReceived !== 'number') return;
      roundTripMs = (1000 * totalRoundTripTime) / responsesReceived;
    });
    return roundTripMs;
  },
};

// ── The delayed path ────────────────────────────────────────────────────────────────────────────────────────────────

const free = [...(doors ?? [])];
const doorOf = new Map<string, number>();

/** The candidate as this page shall know it; null for one that the delayed path does not carry. */
function led(candidate: string): string | null {
  if (doors === null) return candidate;
  const place = placeOf(candidate);
  if (place === null) return null;
  const name = `${place.address}:${String(place.port)}`;
  let door = doorOf.get(name);
  if (door === undefined) {
    door = free.shift();
    if (door === undefined) return null;
    doorOf.set(name, door);
    // Not waited for: what reaches the door meanwhile is delayed for longer than this takes.
    void window.routeDoor?.(door, place.address, place.port);
  }
  return moved(candidate, door);
}

// ── What WebRTC does, and when ──────────────────────────────────────────────────────────────────────────────────────

class ProbedPeerConnection extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
    mark('connection made');
    this.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate !== null) mark('candidate found');
    });
    this.addEventListener('iceconnectionstatechange', () => {
      mark(`ice ${this.iceConnectionState}`);
    });
    this.addEventListener('connectionstatechange', () => {
      mark(`dtls ${this.connectionState}`);
    });
    this.addEventListener('datachannel', ({ channel }) => {
      watchChannel(channel);
    });
  }

  override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
    return watchChannel(super.createDataChannel(label, options));
  }

  override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
    await super.setLocalDescription(description);
    mark(`local ${this.localDescription?.type ?? 'nothing'}`);
  }

  override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    mark(`remote ${description.type}`);
    const { type, sdp } = description;
    return super.setRemoteDescription(sdp === undefined ? { type } : { type, sdp: withMovedCandidates(sdp, led) });
  }

  override addIceCandidate(given?: RTCIceCandidateInit | null): Promise<void> {
    if (given?.candidate === undefined || given.candidate === '') return super.addIceCandidate(given);
    mark('remote candidate');
    const candidate = led(given.candidate);
    if (candidate === null) return Promise.resolve();
    const { sdpMid, sdpMLineIndex } = given;
    return super.addIceCandidate({ candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null });
  }
}

function watchChannel(channel: RTCDataChannel): RTCDataChannel {
  if (channel.readyState === 'open') mark('channel open');
  channel.addEventListener('open', () => {
    mark('channel open');
  });
  channel.addEventListener('message', () => {
    mark('channel message');
  });
  return channel;
}

window.RTCPeerConnection = ProbedPeerConnection;

// ── What a person does and sees, by accessible names ────────────────────────────────────────────────────────────────

document.addEventListener(
  'click',
  (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (button !== null) mark(`clicked ${nameOf(button)}`, event.timeStamp);
  },
  { capture: true },
);

function look(): void {
  for (const name of ['Ask to join', 'Let in']) if (button(name) !== null) markOnce(`can ${name}`);
  if (document.querySelector('[role="log"]')?.textContent.includes(message) === true) markOnce('message shown');
  if ('clicked Let in' in marks) sayFirstMessage();
}

function sayFirstMessage(): void {
  const composer = named(document.querySelectorAll('textarea'), 'Message');
  if (composer === null || composer.disabled || composer.readOnly || 'clicked Send' in marks) return;
  if (!('composer usable' in marks)) {
    mark('composer usable');
    composer.value = message;
    composer.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  button('Send')?.click();
}

function markOnce(name: string): void {
  if (!(name in marks)) mark(name);
}

function button(name: string): HTMLButtonElement | null {
  const found = named(document.querySelectorAll('button'), name);
  return found === null || found.disabled ? null : found;
}

function named<E extends HTMLElement>(elements: Iterable<E>, name: string): E | null {
  for (const element of elements) if (nameOf(element) === name) return element;
  return null;
}

function nameOf(element: HTMLElement): string {
  const label = element instanceof HTMLTextAreaElement ? element.labels[0]?.textContent : undefined;
  return (element.getAttribute('aria-label') ?? label ?? element.textContent).trim();
}

new MutationObserver(look).observe(document, {
  subtree: true,
  childList: true,
  characterData: true,
  attributes: true,
});
