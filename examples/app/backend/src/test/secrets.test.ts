import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readSecret, withFreshSecret } from "../secrets.js";

test("the file takes precedence, is read each time, and its last value outlives it", () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const secret = readSecret({ SECRETS_DIR: folder, KEY: "variable" }, "KEY");
  assert.equal(secret(), "variable");
  writeFileSync(join(folder, "KEY"), "one\n");
  assert.equal(secret(), "one");
  writeFileSync(join(folder, "KEY"), "two");
  assert.equal(secret(), "two");
  rmSync(folder, { recursive: true });
  assert.equal(secret(), "two");
});

test("only a refused credential is tried again", async () => {
  let tries = 0;
  const refusedOnce = async () => {
    tries += 1;
    if (tries === 1) throw Object.assign(new Error("refused"), { code: "28P01" });
    return "in";
  };
  assert.equal(await withFreshSecret(refusedOnce), "in");
  await assert.rejects(withFreshSecret(async () => Promise.reject(Object.assign(new Error(), { code: "23505" }))));
});
