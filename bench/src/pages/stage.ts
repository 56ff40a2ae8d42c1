/** Puts an element with this text on the page. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  document.body.append(made);
  return made;
}

/** Shows a message the way the product does: as text in a log. */
export function showMessage(text: string): void {
  const log = document.createElement('div');
  log.setAttribute('role', 'log');
  log.setAttribute('aria-label', 'Messages');
  log.textContent = text;
  document.body.append(log);
}
