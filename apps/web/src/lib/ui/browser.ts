/** Whether this browser can chat at all: WebRTC, and a page served securely (https, or this same machine). */
export function canChat(): boolean {
  return window.isSecureContext && 'RTCPeerConnection' in window;
}
