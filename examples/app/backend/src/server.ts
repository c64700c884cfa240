import { buildApp } from "./app.js";
import { openCache } from "./cache.js";
import { ConfigError, readConfig, type Config } from "./config.js";
import { migrate, openPool } from "./database.js";

async function serve(config: Config): Promise<void> {
  const pool = openPool(config.database);
  const cache = openCache(config.redis);
  let stopping = false;
  const app = buildApp({ config, pool, cache, stopping: () => stopping });
  pool.on("error", (error) => app.log.error({ error: error.message }, "idle database connection failed"));
  cache.on("error", (error: Error) => app.log.error({ error: error.message }, "redis connection failed"));

  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true; // readiness turns false before the socket closes
    const bound = setTimeout(() => process.exit(1), config.shutdownGraceSeconds * 1000);
    await app.close();
    if (cache.isOpen) cache.destroy();
    await pool.end();
    clearTimeout(bound);
    process.exit(0);
  }
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());

  await migrate(pool);
  cache.connect().catch((error: Error) => app.log.error({ error: error.message }, "redis connection failed"));
  await app.listen({ host: "0.0.0.0", port: config.port });
}

try {
  await serve(readConfig(process.env));
} catch (error) {
  const lines = error instanceof ConfigError ? error.problems : [`cannot start: ${(error as Error).message}`];
  for (const message of lines) console.error(JSON.stringify({ level: 60, msg: message }));
  process.exit(1);
}
