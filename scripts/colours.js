/**
 * The colours of a style sheet by name, as `#rrggbb`: those of `:root`, and with those laid over them that a dark scheme has.
 *
 * @param {string} css
 * @returns {{ light: Readonly<Record<string, string>>, dark: Readonly<Record<string, string>> }}
 */
export function coloursIn(css) {
  const [always = '', inTheDark = ''] = css.split('@media (prefers-color-scheme: dark)');
  const light = named(always);
  // The dark ones end where the rules for elements begin.
  return { light, dark: { ...light, ...named(inTheDark.split('\n}\n', 1)[0] ?? '') } };
}

/** @param {string} css @returns {Record<string, string>} */
function named(css) {
  return Object.fromEntries([...css.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name, colour]) => [name, colour]));
}

/**
 * The contrast of two colours, 1 to 21. WCAG 2.2, “contrast ratio” and “relative luminance”.
 *
 * @param {string} one `#rrggbb`
 * @param {string} other `#rrggbb`
 */
export function contrast(one, other) {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
