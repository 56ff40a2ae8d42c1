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
  <head>
    <link rel="icon" href="./icon.svg" />
    <meta http-equiv="content-security-policy" content="${inThePage}">
    <link href="./app.css" rel="stylesheet">
  </head>
  <body><a href="/">start</a><script>${SCRIPT}</script></body>`;
const script = `const t=trustedTypes.createPolicy(\`svelte-trusted-html\`,{});make(\`<p style="${STYLE}"> </p>\`);import("./more.js")`;
const build = {
  'index.html': page,
  'app.js': script,
  'app.css': 'p{background:url(./lamp.png)}',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" /></svg>',
};

/** @param {Record<string, string>} change @param {Record<string, readonly string[]>} [policy] */
function problems(change, policy = {}) {
  const made = policies({ ...build, ...change }, { ...directives, ...policy });
  return made.ok ? [] : made.problems;
}

/** @param {string} html */
const withBody = (html) => page.replace('<body>', `<body>${html}`);

it('makes the header of each page, with the hashes of its inline scripts', () => {
  expect(policies(build, directives)).toEqual({
    ok: true,
    headers: { 'index.html': inThePage.replace('; require', "; frame-ancestors 'none'; require") },
  });
});

describe('fails a build', () => {
  it.each([
    [
      'an inline script more',
      withBody('<script>extra()</script>'),
      'index.html: an inline script that the policy does not cover: extra()',
    ],
    [
      'a changed inline script',
      page.replace('start()', 'start( )'),
      'index.html: an inline script that the policy does not cover: start( )',
    ],
    [
      'an event handler in an attribute',
      withBody('<img onerror="x()">'),
      'index.html: an event handler in an attribute: onerror',
    ],
    [
      'an event handler written otherwise',
      withBody('<img src=a.png ONLOAD=x()>'),
      'index.html: an event handler in an attribute: onload',
    ],
    [
      'a style attribute',
      withBody('<p style="color: red">'),
      'index.html: a style attribute that the policy does not cover: color: red',
    ],
    ['a style element', withBody('<style>p{}</style>'), 'index.html: an inline <style> that the policy does not cover'],
    [
      'a script of another origin',
      withBody('<script src="https://cdn.example/x.js"></script>'),
      'index.html: an address of another origin: https://cdn.example/x.js',
    ],
    [
      'a style sheet of another origin',
      withBody('<link rel="stylesheet" href="//cdn.example/x.css">'),
      'index.html: an address of another origin: //cdn.example/x.css',
    ],
    [
      'a javascript: address',
      withBody('<a href="javascript:x()">'),
      'index.html: an address of another origin: javascript:x()',
    ],
    ['a frame', withBody('<iframe src="./j.html"></iframe>'), 'index.html: a <iframe>'],
    ['a base', withBody('<base href="./x/">'), 'index.html: a <base>'],
    ['no policy in the page', page.replace(/<meta[^>]*>/, ''), 'index.html: 0 policies in the page instead of one'],
    [
      'two policies in the page',
      withBody('<meta http-equiv="Content-Security-Policy" content="x">'),
      'index.html: 2 policies in the page instead of one',
    ],
    [
      'a policy in the page that says less',
      page.replace("base-uri 'none'; ", ''),
      "index.html: its own policy says “base-uri ” and the header “base-uri 'none'”",
    ],
    [
      'a policy in the page that allows more',
      page.replace("style-src 'self'", "style-src 'self' https:"),
      "index.html: its own policy says “style-src 'self' https:” and the header “style-src 'self'”",
    ],
  ])('with %s', (_, html, problem) => {
    expect(problems({ 'index.html': html })).toContain(problem);
  });

  it.each([
    ['eval', `${script};eval("x")`, 'app.js: eval in a script'],
    ['new Function', `${script};new Function("x")`, 'app.js: new Function in a script'],
    ['Function', `${script};Function("x")`, 'app.js: new Function in a script'],
    ['document.write', `${script};document.write(x)`, 'app.js: document.write in a script'],
    ['a worker', `${script};new Worker(x)`, 'app.js: a worker in a script'],
    [
      'an import of another origin',
      `${script};import("https://cdn.example/x.js")`,
      'app.js: an import of another origin in a script',
    ],
    [
      'a Trusted Types policy of another name',
      `${script};trustedTypes.createPolicy("default",{})`,
      'app.js: a Trusted Types policy that is not allowed: default',
    ],
    [
      'a Trusted Types policy whose name is not to be read',
      `${script};trustedTypes.createPolicy(n,{})`,
      'app.js: a Trusted Types policy that is not allowed: of unknown name',
    ],
    [
      'a style attribute in a template',
      `${script};make(\`<p class="a" style="color: red">\`)`,
      'app.js: a style attribute that the policy does not cover: color: red',
    ],
    [
      'an event handler in a template',
      `${script};make(\`<img src="a.png" onerror="x()">\`)`,
      'app.js: an event handler in an attribute: onerror',
    ],
    [
      'an address of another origin in a template',
      `${script};make(\`<img src="https://cdn.example/a.png">\`)`,
      'app.js: an address of another origin: https://cdn.example/a.png',
    ],
  ])('whose script has %s', (_, text, problem) => {
    expect(problems({ 'app.js': text })).toContain(problem);
  });

  it.each([
    [
      'app.css',
      'p{background:url(https://cdn.example/a.png)}',
      'app.css: an address of another origin: https://cdn.example/a.png',
    ],
    ['app.css', '@import "//cdn.example/a.css";', 'app.css: an address of another origin: //cdn.example/a.css'],
    ['icon.svg', '<svg><script>x()</script></svg>', 'icon.svg: a script in a picture'],
    ['icon.svg', '<svg onload="x()"></svg>', 'icon.svg: an event handler in an attribute: onload'],
  ])('whose %s is %s', (path, text, problem) => {
    expect(problems({ [path]: text })).toContain(problem);
  });

  it.each([
    ['script-src', ['self', 'unsafe-inline'], "the policy allows 'unsafe-inline' in script-src"],
    ['script-src', ['self', 'unsafe-eval'], "the policy allows 'unsafe-eval' in script-src"],
    ['script-src', ['*'], 'the policy allows * in script-src'],
    ['connect-src', ['self', 'https:'], 'the policy allows https: in connect-src'],
    ['img-src', ['data:'], 'the policy allows data: in img-src'],
    [
      'trusted-types',
      ['svelte-trusted-html', 'allow-duplicates'],
      "the policy allows 'allow-duplicates' in trusted-types",
    ],
    ['trusted-types', ['svelte-trusted-html', 'default'], 'the policy allows default, which nothing uses'],
    [
      'style-src-attr',
      ['unsafe-hashes', hash(STYLE), hash('top: 0')],
      `the policy allows '${hash('top: 0')}', which nothing uses`,
    ],
    ['default-src', ['self'], "the policy does not say default-src 'none'"],
    ['frame-ancestors', ['self'], "the policy does not say frame-ancestors 'none'"],
    ['require-trusted-types-for', [], "the policy does not say require-trusted-types-for 'script'"],
  ])('whose policy says %s %j', (name, sources, problem) => {
    expect(problems({}, { [name]: sources })).toContain(problem);
  });

  it('without a page', () => {
    expect(policies({ 'app.js': script }, directives)).toMatchObject({ ok: false, problems: ['there is no page'] });
  });
});
