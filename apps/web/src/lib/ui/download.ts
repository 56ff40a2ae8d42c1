/** The name of a file of that day, "porchlight-2026-11-23.html": no person's name in it. `at`: ms since epoch. */
export function fileName(at: number, ending: string): string {
  const day = new Date(at);
  const digits = (value: number): string => String(value).padStart(2, '0');
  return `porchlight-${day.getFullYear()}-${digits(day.getMonth() + 1)}-${digits(day.getDate())}.${ending}`;
}

/** Long enough for any browser to have begun reading. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Hands a text to the browser as a file to be saved. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), FORGOTTEN_AFTER_MS);
}
