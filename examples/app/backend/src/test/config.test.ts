import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig } from "../config.js";

const GOOD = {
  WEB_ORIGIN: "https://app.example.com",
  DATABASE_HOST: "db", DATABASE_NAME: "app", DATABASE_USER: "app", DATABASE_PASSWORD: "x",
  REDIS_HOST: "cache",
  JWT_SECRET: "s".repeat(32), JWT_ISSUER: "issuer", JWT_AUDIENCE: "audience",
};

test("defaults are the safe ones", () => {
  const config = readConfig(GOOD);
  assert.equal(config.port, 3000);
  assert.equal(config.database.ssl, "verify-full");
});

test("every wrong variable is told at once, and no value is repeated", () => {
  const bad = { ...GOOD, PORT: "99999", REDIS_TLS: "maybe", JWT_SECRET: "hunter2", WEB_ORIGIN: "https://a/b" };
  assert.throws(() => readConfig(bad), (error: unknown) => {
    assert.ok(error instanceof ConfigError);
    const names = error.problems.map((one) => one.split(" ")[0]).sort();
    assert.deepEqual(names, ["JWT_SECRET", "PORT", "REDIS_TLS", "WEB_ORIGIN"]);
    assert.ok(!error.message.includes("hunter2"));
    return true;
  });
});
