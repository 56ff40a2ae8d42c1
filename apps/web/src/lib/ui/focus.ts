/**
 * An attachment for the heading of a screen that replaces another: if the pressed button went away with the old
 * screen, focus lands here, so that keyboard and screen reader go on from the top. It never takes focus from anything.
 */
export function focusIfLost(element: HTMLElement): void {
  const active = document.activeElement;
  if (active === null || active === document.body) element.focus({ preventScroll: true });
}
