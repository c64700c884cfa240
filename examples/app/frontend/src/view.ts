import type { State, Status } from "./status";

const WORDS: Record<State, [headline: string, detail: string]> = {
  loading: ["Loading…", ""],
  up: ["Up", "The API and everything behind it answer."],
  degraded: ["Degraded", "The API answers, but not everything behind it does."],
  unreachable: ["Unreachable", "The API does not answer."],
};

/** Show `status` in `card`. Text only: nothing of an answer becomes markup. */
export function show(card: HTMLElement, status: Status): void {
  const [headline, detail] = WORDS[status.state];
  card.dataset["state"] = status.state;
  card.querySelector(".headline")?.replaceChildren(headline);
  card.querySelector(".detail")?.replaceChildren(detail);
  const rows = Object.entries(status.checks).flatMap(([name, value]) => [cell("dt", name), cell("dd", value)]);
  card.querySelector("dl")?.replaceChildren(...rows);
}

function cell(tag: "dt" | "dd", text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
