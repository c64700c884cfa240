import { fetchStatus } from "./status";
import { show } from "./view";

const base: string = import.meta.env["VITE_API_URL"] ?? "";
const card = document.querySelector<HTMLElement>("#status");
const button = document.querySelector<HTMLButtonElement>("#refresh");

async function refresh(): Promise<void> {
  if (!card || !button) return;
  button.disabled = true;
  show(card, { state: "loading", checks: {} });
  show(card, await fetchStatus(base));
  button.disabled = false;
}

button?.addEventListener("click", () => void refresh());
void refresh();
