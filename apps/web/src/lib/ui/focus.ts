import { tick } from 'svelte';

/**
 * An attachment for the heading of a screen that replaces another: if what had the focus went away with the old screen,
 * focus lands here, so that keyboard and screen reader go on from the top. It never takes focus from anything.
 */
export function focusIfLost(element: HTMLElement): void {
  // The old screen may go only after this one has come.
  void tick().then(() => {
    const active = document.activeElement;
    if (active === null || active === document.body) element.focus({ preventScroll: true });
  });
}
