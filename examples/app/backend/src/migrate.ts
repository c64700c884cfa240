import { readConfig } from "./config.js";
import { migrate, openPool } from "./database.js";

try {
  const pool = openPool(readConfig(process.env).database);
  await migrate(pool);
  await pool.end();
} catch (error) {
  console.error(JSON.stringify({ level: 60, msg: (error as Error).message }));
  process.exit(1);
}
