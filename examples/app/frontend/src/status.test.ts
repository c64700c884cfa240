// @vitest-environment jsdom
import { expect, test } from "vitest";
import { fetchStatus } from "./status";
import { show } from "./view";

const answering = (body: unknown, ready = 200): typeof fetch =>
  async (url) => new Response(JSON.stringify(body), { status: String(url).endsWith("/readyz") ? ready : 200 });
const UP = { status: "up", checks: { postgres: "up" } };

test("up needs both the status and the readiness to agree", async () => {
  expect((await fetchStatus("http://a", answering(UP))).state).toBe("up");
  expect((await fetchStatus("http://a", answering(UP, 503))).state).toBe("degraded");
});

test("an answer of another shape, or none, is unreachable", async () => {
  for (const body of [null, 1, {}, { status: "up" }, { status: "up", checks: { a: 1 } }]) {
    expect((await fetchStatus("", answering(body))).state).toBe("unreachable");
  }
  expect((await fetchStatus("", async () => Promise.reject(new Error("down")))).state).toBe("unreachable");
});

test("what the API says is shown as text, never as markup", () => {
  document.body.innerHTML = `<section><p class="headline"></p><p class="detail"></p><dl></dl></section>`;
  const card = document.querySelector("section") as HTMLElement;
  show(card, { state: "degraded", checks: { "<img src=x>": "<b>down</b>" } });
  expect(card.querySelector("img, b")).toBeNull();
  expect(card.textContent).toContain("<b>down</b>");
});
