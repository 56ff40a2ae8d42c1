import type { Signaling } from '../signaling/signaling.ts';

/** Whether addresses can be hidden here, and whether they are unless the person says otherwise. */
export interface Hiding {
  available: boolean;
  byDefault: boolean;
}

/** Only a TURN server can stand between two browsers. */
export const hidingOf = ({ welcome }: Pick<Signaling, 'welcome'>): Hiding => ({
  available: welcome?.ice === 'turn',
  byDefault: welcome?.hideAddress ?? false,
});
