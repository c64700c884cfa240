import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The value that a secret has now. Ask again for each new connection: a rotation replaces it under a running process. */
export type Secret = () => string;

/**
 * The file `<directory>/<name>` where the platform keeps it up to date, otherwise the variable of the same name, which
 * never changes. The last value that could be read outlives a file that is missing or empty.
 */
export function readSecret(env: Readonly<Record<string, string | undefined>>, name: string): Secret {
  const directory = env["SECRETS_DIR"];
  let last = env[name] ?? "";
  return () => {
    if (directory) last = contents(join(directory, name)) || last;
    return last;
  };
}

function contents(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    return "";
  }
}

const RENEWAL_MS = 10_000;
const RETRY_MS = 250;
const INVALID_AUTHORIZATION = "28"; // PostgreSQL's error codes, class 28

/**
 * Repeat an attempt whose credential the database refuses: after a rotation the new one takes a while to reach the file.
 * The refusal comes before anything runs, so nothing runs twice. Other connections of the pool serve meanwhile.
 */
export async function withFreshSecret<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + RENEWAL_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const refused = typeof code === "string" && code.length === 5 && code.startsWith(INVALID_AUTHORIZATION);
      if (!refused || performance.now() > end) throw error;
      await delay(RETRY_MS);
    }
  }
}
