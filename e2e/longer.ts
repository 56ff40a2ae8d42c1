import type { Page } from 'playwright';

/**
 * What would not fit on this page if every sentence were some 40 % longer, as in languages that need more room: text that is
 * cut off, stands over its box or reaches beyond the window. The page is as it was afterwards. What people wrote is theirs
 * to lengthen: names and messages may end in an ellipsis.
 */
export async function whatWouldNotFit(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ours = (element: Element | null): element is HTMLElement =>
      element instanceof HTMLElement && element.closest('bdi, [dir="auto"], option, script, style, .unseen') === null;
    // Every vowel is said twice, the first time with an accent; that is about 40 % in English.
    const longer = (text: string): string =>
      text.replaceAll(/[aeiou]/gi, (vowel) => `${vowel}\u0301`.normalize() + vowel.toLowerCase());

    const texts: { node: Text; was: string; element: HTMLElement }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Text && node.data.trim() !== '' && ours(node.parentElement)) {
        texts.push({ node, was: node.data, element: node.parentElement });
      }
    }
    for (const { node, was } of texts) node.data = longer(was);

    const found: string[] = [];
    for (const { node, was, element } of texts) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      // For screen readers only.
      if (element.offsetWidth <= 1) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      const wide = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
      const { overflowY } = getComputedStyle(element);
      const high = /hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1;
      const beyond = left < -1 || right > document.documentElement.clientWidth + 1;
      if (wide || high || beyond) found.push(was.trim());
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push('(the page scrolls sideways)');

    for (const { node, was } of texts) node.data = was;
    return found;
  });
}
