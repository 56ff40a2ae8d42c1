import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures are measured on, and how busy it is with other things now, one line each. */
export function machine(chromiumVersion?: string): readonly string[] {
  const processors = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return [
    `${processors[0]?.model.trim() ?? 'unknown processor'}, ${String(processors.length)} cores, ${String(memoryGiB)} GiB`,
    `${distribution()}, ${type()} ${release()}`,
    `Node ${process.version}${chromiumVersion === undefined ? '' : `, Chromium ${chromiumVersion}`}`,
    `Load average of the minute before: ${(loadavg()[0] ?? NaN).toFixed(1)}`,
  ];
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name ?? process.platform;
  } catch {
    return process.platform; // no such file outside Linux
  }
}
