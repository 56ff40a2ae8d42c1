/** Long enough for any machine; nothing is measured by it. */
const PATIENCE_MS = 60_000;

/** Asks again until there is an answer, and gives it. Throws with the words when there never is one. */
export async function until<T>(what: string, answer: () => T | null | false): Promise<T> {
  const givesUpAt = Date.now() + PATIENCE_MS;
  for (let waitMs = 2; Date.now() < givesUpAt; waitMs = Math.min(100, waitMs * 1.1)) {
    const given = answer();
    if (given !== null && given !== false) return given;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  throw new Error(`never happened: ${what}`);
}
