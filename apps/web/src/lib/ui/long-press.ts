const LONG_MS = 450;
/** A finger that moves further than this scrolls. */
const STILL_PX = 10;

/** An attachment: a finger that stays where it is calls back with what is under it. A mouse has other ways. */
export function longPress(pressed: (target: EventTarget | null) => void) {
  return (element: HTMLElement): (() => void) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    const stop = (): void => clearTimeout(timer);
    const start = ({ pointerType, target, clientX: x, clientY: y }: PointerEvent): void => {
      stop();
      if (pointerType === 'mouse') return;
      from = { x, y };
      timer = setTimeout(() => {
        pressed(target);
      }, LONG_MS);
    };
    const move = ({ clientX: x, clientY: y }: PointerEvent): void => {
      if (Math.hypot(x - from.x, y - from.y) > STILL_PX) stop();
    };
    // Android's own menu for what is under a finger; a mouse and a keyboard keep theirs.
    const noMenu = (event: MouseEvent): void => {
      if (event instanceof PointerEvent && event.pointerType === 'touch') event.preventDefault();
    };
    const hears = new AbortController();
    const { signal } = hears;
    element.addEventListener('pointerdown', start, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('contextmenu', noMenu, { signal });
    for (const type of ['pointerup', 'pointercancel', 'scroll']) element.addEventListener(type, stop, { signal });
    return () => {
      stop();
      hears.abort();
    };
  };
}
