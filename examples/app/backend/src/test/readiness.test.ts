import assert from "node:assert/strict";
import { test } from "node:test";
import { probe } from "../readiness.js";

test("a check that fails, throws or never answers is down and the others still count", async () => {
  const answer = await probe(
    {
      good: async () => 1,
      rejected: async () => Promise.reject(new Error("no")),
      thrown: () => { throw new Error("no"); },
      silent: () => new Promise(() => undefined),
    },
    20,
  );
  assert.deepEqual(answer, {
    ready: false,
    checks: { good: "up", rejected: "down", thrown: "down", silent: "down" },
  });
});
