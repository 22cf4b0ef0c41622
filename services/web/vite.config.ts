import { defineConfig } from "vite";

// `npm run dev` talks to a platform that `cift up` started.
const platform = process.env["CIFT_URL"] ?? "http://127.0.0.1:8000";
// The gateway takes streams and cookies from pages of its own origin only.
const headers = { origin: platform };
const proxy = Object.fromEntries(
  ["/v2", "/auth", "/docs", "/openapi.json"].map((path) => [path, { target: platform, changeOrigin: true, ws: true, headers }]),
);

export default defineConfig({
  server: { host: "127.0.0.1", proxy: { ...proxy, "/stream": { target: platform, ws: true, changeOrigin: true, headers } } },
  worker: { format: "es" },
  build: {
    target: "es2022",
    // The gateway's content security policy allows no inline images of fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
