// The API's types from the gateway's own OpenAPI document: `write` them, or `check` that they are still right.
// CIFT_PYTHON is a Python that has the gateway installed.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";

const target = fileURLToPath(new URL("../src/api/schema.ts", import.meta.url));
const workspacePython = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
const python = process.env.CIFT_PYTHON ?? (existsSync(workspacePython) ? workspacePython : "python3");
const program = "import orjson, sys; from cift_gateway.api import app; sys.stdout.buffer.write(orjson.dumps(app.make('0').openapi()))";

const document = JSON.parse(execFileSync(python, ["-c", program], { maxBuffer: 2 ** 26 }).toString());
const notice = "// Generated from the gateway's OpenAPI document by `npm run api`; not to be edited.\n\n";
const text = notice + astToString(await openapiTypescript(document));

if (process.argv[2] === "write") {
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
  console.error("src/api/schema.ts differs from the gateway's OpenAPI document: npm run api");
  process.exit(1);
}
