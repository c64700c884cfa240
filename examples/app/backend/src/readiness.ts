export type Check = () => Promise<unknown>;
export interface Readiness {
  ready: boolean;
  checks: Record<string, "up" | "down">;
}

/** Run all checks side by side, each bounded by `timeoutMs`. */
export async function probe(checks: Readonly<Record<string, Check>>, timeoutMs: number): Promise<Readiness> {
  const names = Object.keys(checks);
  const states = await Promise.all(Object.values(checks).map((check) => state(check, timeoutMs)));
  return {
    ready: states.every((one) => one === "up"),
    checks: Object.fromEntries(names.map((name, index) => [name, states[index] ?? "down"])),
  };
}

async function state(check: Check, timeoutMs: number): Promise<"up" | "down"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"down">((resolve) => {
    timer = setTimeout(() => resolve("down"), timeoutMs);
  });
  const answer = Promise.resolve().then(check).then(() => "up" as const, () => "down" as const);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
