/** The lines of the log about something that threw. The code of this server throws no addresses, links or tokens. */
export function failureLine(error: unknown): string {
  return `failure: ${error instanceof Error ? (error.stack ?? error.message) : 'not an error'}`;
}
