import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { policies } from './policy.js';

/** @param {string} text */
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const STYLE = 'width: 1px';
const SCRIPT = 'start()';
const directives = {
  'default-src': ['none'],
  'script-src': ['self'],
  'style-src': ['self'],
  'style-src-attr': ['unsafe-hashes', hash(STYLE)],
  'base-uri': ['none'],
  'form-action': ['none'],
  'frame-ancestors': ['none'],
  'require-trusted-types-for': ['script'],
  'trusted-types': ['svelte-trusted-html'],
};
const inThePage = [
  "default-src 'none'",
  `script-src 'self' '${hash(SCRIPT)}'`,
  "style-src 'self'",
  `style-src-attr 'unsafe-hashes' '${hash(STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');
const page = `<!doctype html>
<html lang="en">
  <head>
    <link rel="icon" href="./icon.svg" />
    <title>Porch</title>
    <meta http-equiv="content-security-policy" content="${inThePage}">
    <link href="./app.css" rel="stylesheet">
  </head>
  <body><div id="app"><script>${SCRIPT}</script></div></body>
</html>`;
const script = `const t=trustedTypes.createPolicy(\`svelte-trusted-html\`,{});make(\`<p style="${STYLE}"> <!></p>\`);import("./more.js")`;
const build = {
  'index.html': page,
  'app.js': script,
  'app.css': 'p{color:red}',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" /></svg>',
};

/** @param {Record<string, string>} change @param {Record<string, unknown>} [policy] */
function problems(change, policy = {}) {
  const made = policies({ ...build, ...change }, { ...directives, ...policy });
  return made.ok ? [] : made.problems;
}

/** @param {string} html */
const withBody = (html) => page.replace('<body>', `<body>${html}`);
/** @param {string} markup */
const withTemplate = (markup) => `${script};make(${JSON.stringify(markup)})`;

describe('the header of each page', () => {
  const header = inThePage.replace('; require', "; frame-ancestors 'none'; require");

  it('has the hashes of its inline scripts', () => {
    expect(policies(build, directives)).toEqual({ ok: true, headers: { 'index.html': header } });
  });

  it('begins by refusing everything, in whatever order the directives were given', () => {
    const turned = Object.fromEntries(Object.entries(directives).reverse());
    expect(policies(build, turned)).toEqual({ ok: true, headers: { 'index.html': header } });
  });
});

describe('a page whose server is elsewhere', () => {
  const server = 'wss://signal.example.org';
  /** @param {string[]} said */
  const saying = (...said) => {
    const html = page.replace('; base-uri', `; connect-src ${said.join(' ')}; base-uri`);
    const made = policies({ ...build, 'index.html': html }, { ...directives, 'connect-src': said }, server);
    return made.ok ? made.headers['index.html'] : made.problems;
  };

  it('may connect there', () => {
    expect(saying(server)).toContain(`; connect-src ${server}; `);
  });

  it.each(["'self'", 'wss://elsewhere.example.org', 'https://signal.example.org', 'wss:'])(
    'may not connect to %s',
    (to) => {
      const problem = `the policy allows ${to} in connect-src`;
      expect(saying(to)).toEqual([problem]);
      expect(saying(server, to)).toEqual([problem]);
    },
  );
});

describe('fails a build whose page has', () => {
  it.each([
    [
      'an inline script more',
      withBody('<script>extra()</script>'),
      'an inline script that its own policy does not cover: extra()',
    ],
    [
      'a changed inline script',
      page.replace('start()', 'start( )'),
      'an inline script that its own policy does not cover: start( )',
    ],
    [
      'a script of another origin',
      withBody('<script src="https://cdn.example/x.js"></script>'),
      'not on the list: <script src="https://cdn.example/x.js">',
    ],
    [
      'a style attribute',
      withBody('<div style="color: red">'),
      'a style attribute that the policy does not cover: color: red',
    ],
    ['a style element', withBody('<style>p{}</style>'), 'not on the list: <style>'],
    ['an event handler', withBody('<div onclick="x()">'), 'not on the list: <div onclick="x()">'],
    ['an event handler written otherwise', withBody('<div ONCLICK="x()">'), 'not on the list: <div ONCLICK="x()">'],
    ['a frame', withBody('<iframe src="./j.html"></iframe>'), 'not on the list: <iframe>'],
    ['a base', withBody('<base href="./x/">'), 'not on the list: <base>'],
    [
      'a way to another page',
      withBody('<meta http-equiv="refresh" content="0;url=//evil.example">'),
      'not on the list: <meta http-equiv="refresh">',
    ],
    [
      'a link of another kind',
      withBody('<link rel="dns-prefetch" href="/">'),
      'not on the list: <link rel="dns-prefetch">',
    ],
    ['no policy', page.replace(/<meta[^>]*>/, ''), '0 policies in the page instead of one'],
    [
      'two policies',
      withBody('<meta http-equiv="content-security-policy" content="x">'),
      '2 policies in the page instead of one',
    ],
    [
      'a policy that says less',
      page.replace("base-uri 'none'; ", ''),
      "its own policy says “base-uri ” and the header “base-uri 'none'”",
    ],
    [
      'a policy that allows more',
      page.replace("style-src 'self'", "style-src 'self' https:"),
      "its own policy says “style-src 'self' https:” and the header “style-src 'self'”",
    ],
    [
      'a policy with one directive more',
      page.replace("base-uri 'none'", "base-uri 'none'; Script-Src-Elem *"),
      'its own policy says “Script-Src-Elem *” and the header “Script-Src-Elem ”',
    ],
    [
      'a policy whose first word counts',
      page.replace("style-src 'self'", "style-src *; style-src 'self'"),
      'its own policy says something twice',
    ],
    ['eval in an inline script', page.replace(SCRIPT, 'eval(x)'), 'eval in a script'],
    // The reader of markup stops at these (markup.test.js).
    ['a tag without a space', withBody('<iframe/src=x>'), 'markup that is not plain: <iframe/src=x>'],
    ['an attribute without quotes', withBody('<div onclick=x()>'), 'markup that is not plain: <div onclick=x()>'],
  ])('%s', (_, html, problem) => {
    expect(problems({ 'index.html': html }).map((one) => one.slice(0, 100))).toContainEqual(
      expect.stringContaining(`index.html: ${problem}`.slice(0, 100)),
    );
  });

  it.each([
    'https://cdn.example/x.css',
    '//cdn.example/x.css',
    '/\\cdn.example',
    'https:cdn.example',
    'HTTPS://x',
    'data:,',
    'x.css',
  ])('a style sheet at %s', (address) => {
    expect(problems({ 'index.html': withBody(`<link rel="stylesheet" href="${address}">`) })).toEqual([
      `index.html: not on the list: <link href="${address}">`,
    ]);
  });
});

describe('fails a build whose script has', () => {
  it.each([
    ['eval', `${script};eval("x")`, 'eval in a script'],
    ['new Function', `${script};new Function("x")`, 'new Function in a script'],
    ['Function', `${script};Function("x")`, 'new Function in a script'],
    [
      'a Trusted Types policy of another name',
      `${script};trustedTypes.createPolicy("default",{})`,
      'a Trusted Types policy that is not allowed: default',
    ],
    [
      'a Trusted Types policy whose name is not to be read',
      `${script};trustedTypes.createPolicy(n,{})`,
      'a Trusted Types policy that is not allowed: of unknown name',
    ],
    ['what is no script', `${script};(`, 'a script that cannot be read: '],
    ['markup with a value in it', `${script};make(\`<p>\${name}</p>\`)`, 'markup with a value in it: <p>${}</p>'],
  ])('%s', (_, text, problem) => {
    expect(problems({ 'app.js': text })).toContainEqual(expect.stringContaining(`app.js: ${problem}`));
  });

  it.each([
    ['<p class="a" style="color: red">', 'a style attribute that the policy does not cover: color: red'],
    ['<p style="color: red', 'markup that is not plain: <p style="color: red'],
    ['<iframe/src=x>', 'markup that is not plain: <iframe/src=x>'],
    ['<iframe src="/j"></iframe>', 'not on the list: <iframe>'],
    ['<img/onerror="x()">', 'markup that is not plain: <img/onerror="x()">'],
    ['<p onclick="x()">', 'not on the list: <p onclick="x()">'],
    ['<img srcset="/a.png 1x, https://cdn.example/a.png 2x">', 'not on the list: <img>'],
    ['<svg><a xlink:href="//cdn.example"></a></svg>', 'not on the list: <a xlink:href="//cdn.example">'],
    ['<a href="javascript:x()">', 'not on the list: <a href="javascript:x()">'],
    ['<a href="/" ping="https://cdn.example">', 'not on the list: <a ping="https://cdn.example">'],
    ['<meta http-equiv="refresh" content="0">', 'not on the list: <meta http-equiv="refresh">'],
    ['<form action="/x">', 'not on the list: <form action="/x">'],
    ['<input type="image">', 'not on the list: <input type="image">'],
    ['<constructor>', 'not on the list: <constructor>'],
    ['<p constructor>', 'not on the list: <p constructor="">'],
    ['<IMG>', 'markup that is not plain: <IMG>'],
    ['text first <script>x()</script>', 'not on the list: <script>'],
  ])('the template %s', (markup, problem) => {
    expect(problems({ 'app.js': withTemplate(markup) })).toEqual([`app.js: ${problem}`]);
  });
});

it.each([
  ['app.css', 'p{background:url(https://cdn.example/a.png)}', 'not in a style sheet: url(https://cdn.example/a.png)}'],
  ['app.css', 'p{background:URL(//cdn.example)}', 'not in a style sheet: URL(//cdn.example)}'],
  ['app.css', 'p{background:image-set("//cdn.example" 1x)}', 'not in a style sheet: image-set("//cdn.example" 1x)}'],
  ['app.css', 'p{background:\\75 rl(//cdn.example)}', 'not in a style sheet: \\75 rl(//cdn.example)}'],
  ['app.css', '@import "//cdn.example/a.css";', 'not in a style sheet: @import "//cdn.example/a.css";'],
  ['icon.svg', '<svg><script>x()</script></svg>', 'not on the list: <script>'],
  ['icon.svg', '<svg onload="x()"></svg>', 'not on the list: <svg onload="x()">'],
  ['icon.svg', '<svg><image href="//cdn.example" /></svg>', 'not on the list: <image>'],
  [
    'icon.svg',
    '<?xml-stylesheet href="x"?><svg></svg>',
    'markup that is not plain: <?xml-stylesheet href="x"?><svg></svg>',
  ],
])('fails a build whose %s is %s', (path, text, problem) => {
  expect(problems({ [path]: text })).toEqual([`${path}: ${problem}`]);
});

it('fails a build without a page', () => {
  expect(policies({ 'app.js': script }, directives)).toMatchObject({ ok: false, problems: ['there is no page'] });
});

describe('fails a build whose policy', () => {
  it.each([
    ...[
      "'unsafe-inline'",
      "'Unsafe-Inline'",
      "'unsafe-eval'",
      "'UNSAFE-EVAL'",
      "'wasm-unsafe-eval'",
      "'strict-dynamic'",
    ],
    ...[
      "'unsafe-hashes'",
      `'${hash('x()')}'`,
      `'${hash(SCRIPT)}'`,
      `'${hash(STYLE)}'`,
      "'nonce-abc'",
      "'report-sample'",
    ],
    ...['*', 'cdn.evil.example', 'https:', 'HTTPS:', 'http:', 'data:', 'blob:', 'filesystem:', 'self; script-src *'],
  ])('allows %s in script-src', (source) => {
    expect(problems({}, { 'script-src': ['self', source] })).toContain(`the policy allows ${source} in script-src`);
  });

  it.each([
    ['connect-src', 'wss:'],
    ['connect-src', 'ws:'],
    ['connect-src', 'https:'],
    ['connect-src', 'elsewhere.example'],
    ['img-src', 'data:'],
    ['style-src', "'unsafe-inline'"],
    ['style-src', "'unsafe-hashes'"],
    ['style-src-attr', "'unsafe-inline'"],
    ['style-src-attr', `'${hash('top: 0')}'`],
    ['worker-src', "'self'"],
    ['default-src', "'self'"],
    ['frame-ancestors', "'self'"],
    ['base-uri', "'self'"],
    ['form-action', "'self'"],
    ['trusted-types', "'allow-duplicates'"],
    ['trusted-types', 'default'],
    ['trusted-types', '*'],
    ['require-trusted-types-for', "'none'"],
  ])('allows in %s also %s', (name, source) => {
    const others = name in directives ? Reflect.get(directives, name) : [];
    expect(problems({}, { [name]: [...others, source] })).toContain(`the policy allows ${source} in ${name}`);
  });

  it.each([
    ['script-src-elem', ['self']],
    ['script-src-attr', ['none']],
    ['style-src-elem', ['self']],
    ['frame-src', ['elsewhere.example']],
    ['Script-Src', ['*']],
    ['sandbox', ['allow-scripts']],
    ['upgrade-insecure-requests', true],
  ])('says %s', (name, sources) => {
    expect(problems({}, { [name]: sources })).toContain(`the policy says ${name}`);
  });

  it.each([
    ['default-src', "'none'"],
    ['base-uri', "'none'"],
    ['form-action', "'none'"],
    ['frame-ancestors', "'none'"],
    ['require-trusted-types-for', "'script'"],
    ['trusted-types', 'svelte-trusted-html'],
  ])('does not say %s', (name, value) => {
    const said = `the policy does not say ${name} ${value}`;
    expect(problems({}, { [name]: [] })).toContain(said);
    const others = Object.fromEntries(Object.entries(directives).filter(([other]) => other !== name));
    expect(policies(build, others)).toMatchObject({ ok: false, problems: expect.arrayContaining([said]) });
  });

  it('allows what nothing uses', () => {
    expect(problems({ 'app.js': 'start()' })).toEqual([
      `the policy allows '${hash(STYLE)}' in style-src-attr`,
      'nothing uses svelte-trusted-html, which the policy allows in trusted-types',
    ]);
  });
});
