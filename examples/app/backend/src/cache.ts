import { createClient } from "redis";
import type { Config } from "./config.js";

export type Cache = ReturnType<typeof openCache>;

/** A client that keeps trying to reconnect but fails commands at once while it is offline. */
export function openCache(config: Config["redis"]) {
  const socket = { host: config.host, port: config.port, connectTimeout: 2_000, reconnectStrategy: 500 };
  return createClient({
    socket: config.tls ? { ...socket, tls: true as const } : socket,
    credentialsProvider: {
      type: "async-credentials-provider", // asked for each new connection
      credentials: async () => {
        const password = config.password();
        return password ? { password } : {};
      },
    },
    disableOfflineQueue: true,
  });
}

const WINDOW_SECONDS = 60;

/** Count one request of `who`; false when there were more than `limit` in this minute. */
export async function admit(cache: Cache, who: string, limit: number, now: number): Promise<boolean> {
  const key = `rate:${who}:${Math.floor(now / 1000 / WINDOW_SECONDS)}`;
  const [count] = await cache.multi().incr(key).expire(key, WINDOW_SECONDS).exec();
  return Number(count) <= limit;
}
