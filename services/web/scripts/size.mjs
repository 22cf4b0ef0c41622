// Fails the build when what a first visit loads as script grows past the budget.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_KIB = 250;
const folder = fileURLToPath(new URL("../dist/assets/", import.meta.url));
let total = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
  const size = gzipSync(readFileSync(folder + name), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KiB gzip  ${name}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KiB gzip  all scripts (limit ${LIMIT_KIB})`);
if (total > LIMIT_KIB * 1024) process.exit(1);
