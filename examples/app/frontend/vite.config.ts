import { defineConfig } from "vite";

// Nothing is inlined and no polyfill is injected, so that a CSP of 'self' is enough.
export default defineConfig({
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false },
});
