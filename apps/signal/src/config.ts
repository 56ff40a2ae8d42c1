/** What the process is told by its environment. */
export interface Config {
  /** TCP port; 0 picks a free one. */
  port: number;
  /** Address to listen on; undefined listens on all, IPv4 and IPv6. */
  host: string | undefined;
  /** Origins of pages that may connect besides those served from this host, e.g. `https://chat.example.org`. */
  allowedOrigins: readonly string[];
  /** A file to which everything received and sent is appended. For tests only. */
  recordTo: string | undefined;
}

/** Reads PORT, HOST, ALLOWED_ORIGINS and PORCHLIGHT_RECORD. Empty counts as unset. A wrong value is one sentence. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): { ok: true; config: Config } | { ok: false; problem: string } {
  const set = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };

  const port = set('PORT') ?? '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return { ok: false, problem: `PORT must be a number from 0 to 65535, not ${JSON.stringify(port)}.` };
  }

  const host = set('HOST');
  if (host !== undefined && !/^[A-Za-z0-9.:_-]+$/.test(host)) {
    return { ok: false, problem: `HOST must be an address or a host name, not ${JSON.stringify(host)}.` };
  }

  const allowedOrigins = (set('ALLOWED_ORIGINS') ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  const wrong = allowedOrigins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    return {
      ok: false,
      problem: `ALLOWED_ORIGINS must list origins like https://chat.example.org, separated by commas; ${JSON.stringify(wrong)} is none.`,
    };
  }

  return {
    ok: true,
    config: { port: Number(port), host, allowedOrigins, recordTo: set('PORCHLIGHT_RECORD') },
  };
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
