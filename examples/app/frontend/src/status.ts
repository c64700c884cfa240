export type State = "loading" | "up" | "degraded" | "unreachable";
export interface Status {
  state: State;
  checks: Record<string, string>;
}

const TIMEOUT_MS = 5_000;
const UNREACHABLE: Status = { state: "unreachable", checks: {} };

/** Ask the API for its status and its readiness; never rejects. An answer of another shape is "unreachable". */
export async function fetchStatus(base: string, ask: typeof fetch = fetch): Promise<Status> {
  const get = (path: string) => ask(base.replace(/\/$/, "") + path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  try {
    const [status, ready] = await Promise.all([get("/api/status"), get("/readyz")]);
    const body: unknown = await status.json();
    if (!status.ok || !isAnswer(body)) return UNREACHABLE;
    return { state: ready.ok && body.status === "up" ? "up" : "degraded", checks: body.checks };
  } catch {
    return UNREACHABLE;
  }
}

function isAnswer(body: unknown): body is { status: string; checks: Record<string, string> } {
  if (typeof body !== "object" || body === null) return false;
  const { status, checks } = body as Record<string, unknown>;
  return typeof status === "string" && typeof checks === "object" && checks !== null
    && Object.values(checks).every((one) => typeof one === "string");
}
