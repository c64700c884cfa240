import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type pg from "pg";
import { Counter, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { subject } from "./auth.js";
import { admit, type Cache } from "./cache.js";
import type { Config } from "./config.js";
import { createNote, listNotes } from "./database.js";
import { probe } from "./readiness.js";

declare module "fastify" {
  interface FastifyRequest {
    subject: string;
  }
}

export interface Parts {
  config: Config;
  pool: pg.Pool;
  cache: Cache;
  stopping: () => boolean;
}

const PROBE_TIMEOUT_MS = 1_000;
const REQUESTS_PER_MINUTE = 120;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export function buildApp(parts: Parts): FastifyInstance {
  const app = Fastify({
    logger: { level: parts.config.logLevel },
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000, // a client that never ends its request does not keep its connection
    return503OnClosing: false, // what was accepted is finished
    genReqId: (request) => {
      const given = request.headers["x-request-id"]; // kept only when it cannot forge a log line
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  addHeaders(app, parts.config.webOrigin);
  addMetrics(app, parts.config);
  addHealth(app, parts);
  addApi(app, parts);
  return app;
}

function addHeaders(app: FastifyInstance, webOrigin: string): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("vary", "Origin");
    if (request.headers.origin !== webOrigin) return;
    reply.header("access-control-allow-origin", webOrigin);
    if (request.method !== "OPTIONS") return;
    reply.header("access-control-allow-methods", "GET, POST");
    reply.header("access-control-allow-headers", "authorization, content-type");
    return reply.code(204).send();
  });
}

function addMetrics(app: FastifyInstance, { port, metricsPort }: Config): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ["method", "route", "status"] as const;
  const registers = [registry];
  const total = new Counter({ name: "http_requests_total", help: "Answered requests.", labelNames, registers });
  const seconds = new Histogram({
    name: "http_request_duration_seconds", help: "Time to answer.", labelNames, registers,
  });
  app.addHook("onResponse", async (request, reply) => {
    // The route's pattern, never the raw URL: callers must not choose how many series there are.
    const route = request.routeOptions.url ?? "unmatched";
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    total.inc(labels);
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
  // On a port of their own they are out of reach for whoever reaches the API.
  const server = metricsPort === port ? app : Fastify();
  server.get("/metrics", async (_request, reply) => {
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  if (server === app) return;
  app.addHook("onReady", async () => {
    await server.listen({ host: "0.0.0.0", port: metricsPort });
  });
  app.addHook("onClose", async () => server.close());
}

function addHealth(app: FastifyInstance, { pool, cache, stopping }: Parts): void {
  const checks = { postgres: () => pool.query("SELECT 1"), redis: () => cache.ping() };
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    if (stopping()) return reply.code(503).send({ ready: false, stopping: true });
    const answer = await probe(checks, PROBE_TIMEOUT_MS);
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
  app.get("/api/status", async () => {
    const { ready, checks: states } = await probe(checks, PROBE_TIMEOUT_MS);
    return { status: ready ? "up" : "degraded", checks: states };
  });
}

const NOTE = {
  type: "object",
  required: ["body"],
  additionalProperties: false,
  // PostgreSQL's text cannot hold U+0000.
  properties: { body: { type: "string", minLength: 1, maxLength: 4000, pattern: "^[^\\u0000]*$" } },
} as const;

function addApi(app: FastifyInstance, { config, pool, cache }: Parts): void {
  app.decorateRequest("subject", "");
  app.register(async (api) => {
    api.addHook("onRequest", async (request, reply) => {
      const who = await subject(request.headers.authorization, config.jwt);
      if (who === undefined) {
        return reply.code(401).header("www-authenticate", "Bearer").send({ error: "unauthorized" });
      }
      request.subject = who;
      // Without Redis there is no rate limit, and the service goes on: the readiness probe reports Redis.
      const admitted = await admit(cache, who, REQUESTS_PER_MINUTE, Date.now()).catch(() => true);
      if (!admitted) return reply.code(429).header("retry-after", "60").send({ error: "too many requests" });
    });
    api.get("/api/me", async (request) => ({ subject: request.subject }));
    api.get("/api/notes", async (request) => ({ notes: await listNotes(pool, request.subject) }));
    api.post<{ Body: { body: string } }>("/api/notes", { schema: { body: NOTE } }, async (request, reply) => {
      return reply.code(201).send(await createNote(pool, request.subject, request.body.body));
    });
  });
}
