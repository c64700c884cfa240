import { readSecret, type Secret } from "./secrets.js";

export interface Config {
  port: number;
  metricsPort: number;
  logLevel: string;
  webOrigin: string;
  database: {
    host: string;
    port: number;
    name: string;
    user: string;
    password: Secret;
    ssl: "disable" | "require" | "verify-full";
    caFile: string | undefined;
  };
  redis: { host: string; port: number; tls: boolean; password: Secret };
  jwt: { keys: Secret; issuer: string; audience: string };
  shutdownGraceSeconds: number;
}

/** Every wrong variable at once. Messages name variables and never repeat their values: some are secrets. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`invalid configuration: ${problems.join("; ")}`);
  }
}

type Env = Readonly<Record<string, string | undefined>>;
const MIN_SECRET_BYTES = 32; // RFC 7518, section 3.2: an HS256 key is at least as long as the hash.

/** Read the environment; throws ConfigError that lists all problems. */
export function readConfig(env: Env): Config {
  const problems: string[] = [];
  const optional = (name: string) => env[name] || undefined;

  function text(name: string, fallback?: string): string {
    const value = optional(name) ?? fallback;
    if (value === undefined) problems.push(`${name} is required`);
    return value ?? "";
  }
  function whole(name: string, fallback: number, low: number, high: number): number {
    const raw = optional(name) ?? String(fallback);
    const value = /^\d{1,9}$/.test(raw) ? Number(raw) : NaN;
    if (value >= low && value <= high) return value;
    problems.push(`${name} must be a whole number from ${low} to ${high}`);
    return fallback;
  }
  function choice<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const raw = optional(name) ?? fallback;
    const value = allowed.find((one) => one === raw);
    if (value === undefined) problems.push(`${name} must be one of ${allowed.join(", ")}`);
    return value ?? fallback;
  }
  function origin(name: string): string {
    const value = text(name);
    if (value && !isOrigin(value)) {
      problems.push(`${name} must be an origin such as https://app.example.com, without a path`);
    }
    return value;
  }
  function secret(name: string): Secret {
    const read = readSecret(env, name);
    if (read() === "") problems.push(`${name} is required`);
    return read;
  }
  function keys(name: string): Secret {
    const read = secret(name);
    if (splitKeys(read()).some((key) => key.length < MIN_SECRET_BYTES)) {
      problems.push(`${name} must have at least ${MIN_SECRET_BYTES} bytes in each key`);
    }
    return read;
  }

  const port = whole("PORT", 3000, 0, 65535);
  const ssl = choice("DATABASE_SSL", ["disable", "require", "verify-full"], "verify-full");
  const config: Config = {
    port,
    metricsPort: whole("METRICS_PORT", port, 0, 65535),
    logLevel: choice("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
    webOrigin: origin("WEB_ORIGIN"),
    database: {
      host: text("DATABASE_HOST"),
      port: whole("DATABASE_PORT", 5432, 1, 65535),
      name: text("DATABASE_NAME"),
      user: text("DATABASE_USER"),
      password: secret("DATABASE_PASSWORD"),
      ssl,
      caFile: optional("DATABASE_CA_FILE"),
    },
    redis: {
      host: text("REDIS_HOST"),
      port: whole("REDIS_PORT", 6379, 1, 65535),
      tls: choice("REDIS_TLS", ["true", "false"], "false") === "true",
      password: readSecret(env, "REDIS_AUTH_TOKEN"),
    },
    jwt: { keys: keys("JWT_SECRET"), issuer: text("JWT_ISSUER"), audience: text("JWT_AUDIENCE") },
    shutdownGraceSeconds: whole("SHUTDOWN_GRACE_SECONDS", 20, 1, 300),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The keys of JWT_SECRET, between spaces: the newest first, then those whose tokens are still about. */
export function splitKeys(text: string): Uint8Array[] {
  return text.split(/\s+/).filter(Boolean).map((key) => new TextEncoder().encode(key));
}

function isOrigin(value: string): boolean {
  try {
    const url = new URL(value);
    return ["http:", "https:"].includes(url.protocol) && url.origin === value;
  } catch {
    return false;
  }
}
