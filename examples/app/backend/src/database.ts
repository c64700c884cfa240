import { readFileSync } from "node:fs";
import pg from "pg";
import type { Config } from "./config.js";
import { withFreshSecret } from "./secrets.js";

export interface Note {
  id: string;
  body: string;
  createdAt: Date;
}

const MIGRATION_LOCK = 721_904; // any constant: replicas that start together take turns
const MIGRATION = `CREATE TABLE IF NOT EXISTS notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS notes_by_owner ON notes (owner, id DESC);`;

export function openPool(config: Config["database"]): pg.Pool {
  return new pg.Pool({
    host: config.host,
    port: config.port,
    database: config.name,
    user: config.user,
    password: config.password, // a function: asked for each new connection
    ssl: sslOptions(config),
    max: 10,
    idleTimeoutMillis: 0, // a rotation leaves open connections alone: keep them
    keepAlive: true,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
  });
}

function sslOptions(config: Config["database"]): pg.PoolConfig["ssl"] {
  if (config.ssl === "disable") return false;
  const ca = config.caFile ? { ca: readFileSync(config.caFile, "utf8") } : {};
  return { ...ca, rejectUnauthorized: config.ssl === "verify-full" };
}

/** Bring the schema up to date; safe to run many times and from many replicas. */
export async function migrate(pool: pg.Pool): Promise<void> {
  const client = await withFreshSecret(() => pool.connect());
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await client.query(MIGRATION);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the first error is the one to tell
    throw error;
  } finally {
    client.release();
  }
}

const COLUMNS = `id, body, created_at AS "createdAt"`;

export async function listNotes(pool: pg.Pool, owner: string): Promise<Note[]> {
  const sql = `SELECT ${COLUMNS} FROM notes WHERE owner = $1 ORDER BY id DESC LIMIT 100`;
  return (await withFreshSecret(() => pool.query<Note>(sql, [owner]))).rows;
}

export async function createNote(pool: pg.Pool, owner: string, body: string): Promise<Note | undefined> {
  const sql = `INSERT INTO notes (owner, body) VALUES ($1, $2) RETURNING ${COLUMNS}`;
  return (await withFreshSecret(() => pool.query<Note>(sql, [owner, body]))).rows[0];
}
