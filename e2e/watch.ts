/** What a page under test remembers for the test. */
interface Watched {
  /** Every RTCPeerConnection made, in order. */
  connections: RTCPeerConnection[];
  /** Every text a status has shown, in order. */
  statuses: string[];
}

declare global {
  interface Window {
    porchTest: Watched;
  }
}

/**
 * Runs in a page before its own scripts: counts the RTCPeerConnections, notes what its statuses say, and reports on the
 * console what the content security policy refused.
 * It is sent to the page as text, so it uses nothing from outside.
 */
export function watchPage(): void {
  const watched: Watched = { connections: [], statuses: [] };
  Object.defineProperty(window, 'porchTest', { value: watched });

  // Not every browser has WebRTC, whatever the types say.
  if ('RTCPeerConnection' in window) {
    const Native = window.RTCPeerConnection;
    const Counted = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        watched.connections.push(this);
      }
    };
    window.RTCPeerConnection = Counted;
    if ('webkitRTCPeerConnection' in window) Object.assign(window, { webkitRTCPeerConnection: Counted });
  }

  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    console.error(`policy violation: ${violatedDirective} ${blockedURI}`);
  });

  const note = (): void => {
    for (const status of document.querySelectorAll('[role="status"]')) {
      const text = status.textContent.trim();
      if (text !== '' && watched.statuses.at(-1) !== text) watched.statuses.push(text);
    }
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
}
