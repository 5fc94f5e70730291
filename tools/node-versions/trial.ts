import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { object, parse, record, string } from "valibot";
import { startEmulatorProcess } from "../lib/emulator-process.ts";

// This runs on the Node.js version to try. It loads each bundle alone in an empty folder, and tries the emulator and one
// upload.
const [functions = "", directory = ""] = process.argv.slice(2);

/** The parts of put-sign's answer that an upload needs. */
const Signed = object({ url: string(), headers: record(string(), string()) });

const names = readdirSync(functions).filter((name) => !name.includes("."));
for (const name of names) {
  const alone = join(directory, "alone", name);
  mkdirSync(alone, { recursive: true });
  copyFileSync(join(functions, name, "index.js"), join(alone, "index.js"));
  const check = "if (typeof require('./index.js').main_handler !== 'function') process.exit(1)";
  execFileSync(process.execPath, ["-e", check], { cwd: alone, env: {} });
}

const emulator = await startEmulatorProcess(join(directory, "data"), functions);
try {
  const signed = await fetch(`${emulator.url}/put-sign?ext=jpg`);
  const { url, headers } = parse(Signed, await signed.json());
  const ca = readFileSync(emulator.caFile);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const put = request(url, { method: "PUT", ca, headers }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    put.on("error", reject).end("bytes of a picture");
  });
  if (status !== 200) throw new Error(`COS answered ${status}.`);
  console.log(
    `Node.js ${process.versions.node}: ${names.length} bundles load alone, the emulator starts, an upload is stored.`,
  );
} finally {
  await emulator.close();
}
