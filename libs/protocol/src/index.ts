export { iceServer, stunUrl, turnUrl, type IceServer } from './ice.ts';
export {
  DOCTOR_VALID_MS,
  ICE_VALID_MS,
  LIFETIMES_MS,
  MAX_BOX_BYTES,
  MAX_ICE_SERVERS,
  MAX_PACKET_BYTES,
  MAX_SEATS_IN_WINDOW,
  SEAT_LAPSE_MS,
  SEAT_LEASE_MS,
  SEAT_WINDOW_MS,
} from './limits.ts';
export { refusals, type Refusal, type Refused, type Reply } from './refusals.ts';
export { requests, type Input, type InviteRequestName, type Output, type RequestName } from './requests.ts';
export { events, type Event, type EventName } from './events.ts';
