/*
 * Markup and script as they have got through elsewhere: the classes of the OWASP filter evasion cheat sheet, the HTML5
 * security cheat sheet (html5sec.org) and the mutation XSS of DOMPurify's and browsers' histories. Each would set
 * `window.attacked` or go to `elsewhere.invalid` if anything ran or loaded it; the test looks for both.
 */

const RUN = 'window.attacked=1';
const AWAY = 'https://elsewhere.invalid';

const scripts = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script src=${AWAY}/a.js></script>`,
  `<script type=module>import('${AWAY}/a.js')</script>`,
  `"><script>${RUN}</script>`,
  `'><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</p></div></main><script>${RUN}</script>`,
  `<<script>${RUN}//<</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<script\u0000>${RUN}</script>`,
  `<script/x>${RUN}</script>`,
];

const handlers = [
  `<img src=x onerror=${RUN}>`,
  `<img src=x onerror="${RUN}"//`,
  `<img src="${AWAY}/pixel.gif">`,
  `<img/src=x/onerror=${RUN}>`,
  `<img srcset="${AWAY}/a.png 1x" src=x>`,
  `<body onload=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<video><source onerror=${RUN}></video>`,
  `<audio src=x onerror=${RUN}>`,
  `<details open ontoggle=${RUN}><summary>x</summary></details>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<a href=# onmouseover=${RUN} autofocus tabindex=0 onfocus=${RUN}>x</a>`,
  `<select autofocus onfocus=${RUN}></select>`,
  `<iframe srcdoc="<script>parent.${RUN.slice(7)}</script>"></iframe>`,
  `<iframe src="javascript:parent.attacked=1"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="data:text/html,<script>opener.attacked=1</script>">`,
  `" onfocus=${RUN} autofocus="`,
  `' onfocus='${RUN}' autofocus='`,
  `\` onfocus=${RUN} autofocus`,
];

const addresses = [
  `javascript:${RUN}`,
  `<a href="javascript:${RUN}">press</a>`,
  `<a href="java\tscript:${RUN}">press</a>`,
  `<a href="&#106;avascript:${RUN}">press</a>`,
  `data:text/html,<script>${RUN}</script>`,
  `data:text/html;base64,PHNjcmlwdD53aW5kb3cuYXR0YWNrZWQ9MTwvc2NyaXB0Pg==`,
  `vbscript:msgbox(1)`,
  `${AWAY}/?leak=1`,
  `[press](javascript:${RUN})`,
  `![](${AWAY}/pixel.gif)`,
  `<base href="${AWAY}/">`,
  `<meta http-equiv=refresh content="0;url=${AWAY}">`,
  `<link rel=stylesheet href="${AWAY}/a.css">`,
  `<link rel=prefetch href="${AWAY}/">`,
  `<form action="${AWAY}"><button autofocus>x</button></form>`,
];

const foreign = [
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${RUN}"><text y=9>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${RUN}/>#x"/></svg>`,
  `<svg><foreignObject><img src=x onerror=${RUN}></foreignObject></svg>`,
  `<svg><image href="${AWAY}/a.svg"/></svg>`,
  `<math><mtext><img src=x onerror=${RUN}></mtext></math>`,
  `<math href="javascript:${RUN}">x</math>`,
  `<math><annotation-xml encoding="text/html"><img src=x onerror=${RUN}></annotation-xml></math>`,
];

const mutations = [
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<svg></p><style><a id="</style><img src=x onerror=${RUN}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${RUN}&gt;">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=${RUN}>`,
  `<template><img src=x onerror=${RUN}></template>`,
  `<template shadowrootmode=open><img src=x onerror=${RUN}></template>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<!-- --!><img src=x onerror=${RUN}> -->`,
  `<![CDATA[><img src=x onerror=${RUN}>]]>`,
  `<?xml-stylesheet href="javascript:${RUN}"?>`,
  `<xmp><p title="</xmp><img src=x onerror=${RUN}>">`,
  `<listing>&lt;img src=x onerror=${RUN}&gt;</listing>`,
  `<title>&lt;/title&gt;&lt;img src=x onerror=${RUN}&gt;`,
  `<select><template><style><!--</style><a rel="--></style></template></select><img src=x onerror=${RUN}>">`,
];

const encoded = [
  `&lt;img src=x onerror=${RUN}&gt;`,
  `&#60;img src=x onerror=${RUN}&#62;`,
  `&amp;lt;b&amp;gt;`,
  `\\u003cimg src=x onerror=${RUN}\\u003e`,
  `\\x3cimg src=x onerror=${RUN}\\x3e`,
  `%3Cimg%20src%3Dx%20onerror%3D${RUN}%3E`,
  `\uFF1Cimg src=x onerror=${RUN}\uFF1E`,
  `+ADw-img src=x onerror=${RUN}+AD4-`,
  `\uFEFF<img src=x onerror=${RUN}>`,
  `<im\u200Bg src=x onerror=${RUN}>`,
  `\u202E<img src=x onerror=${RUN}>\u202C`,
  `\u2067<svg onload=${RUN}>\u2069`,
];

const styles = [
  `<style>*{display:none!important}</style>`,
  `<style>@import'${AWAY}/a.css'</style>`,
  `<p style="background:url(${AWAY}/a.png);position:fixed;inset:0">x</p>`,
  `</style><style>body{background:url(${AWAY}/b.png)}</style>`,
];

/** Syntax of templates, Svelte’s `{@html}` among it: here it is text for the pages to show, and nothing compiles it. */
const templates = [
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `{@html '<img src=x onerror=${RUN}>'}`,
  `{#if true}<img src=x onerror=${RUN}>{/if}`,
  `<%= ${RUN} %>`,
  `#{${RUN}}`,
  `{"__proto__":{"innerHTML":"<img src=x onerror=${RUN}>"}}`,
  `__proto__`,
  `constructor`,
  `</bdi><b>x</b><bdi>`,
];

/** Everything, to be sent as a message. */
export const corpus: readonly string[] = [
  ...scripts,
  ...handlers,
  ...addresses,
  ...foreign,
  ...mutations,
  ...encoded,
  ...styles,
  ...templates,
];

/** What does harm within the 32 characters of a name. */
export const shortCorpus: readonly string[] = [
  '<script>attacked=1</script>',
  '<img src=x onerror=attacked=1>',
  '<svg onload=attacked=1>',
  '<b onfocus=attacked=1 autofocus>',
  '</bdi><script>attacked=1//',
  '</title><svg onload=attacked=1>',
  '"><svg onload=attacked=1>',
  "'autofocus onfocus='attacked=1",
  'javascript:attacked=1',
  '&lt;svg onload=attacked=1&gt;',
  '{{attacked=1}}',
  '${attacked=1}',
  '{@html "<svg onload=attacked=1>"}', // As above: text, never compiled.
  '<base href=//elsewhere.invalid>',
  '<style>*{display:none}</style>',
  '<!--><svg onload=attacked=1>',
];

/** As names. Longer ones are cut to 32 characters, and so to pieces, before anybody sees them. */
export const nameCorpus: readonly string[] = [...shortCorpus, ...corpus.filter((text) => [...text].length <= 32)];
