import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { packFunction } from "../../../packages/scf-component/src/code-package.ts";
import { temporaryFolder } from "../cos-emulator/fixture-functions.ts";

const MODULE = fileURLToPath(new URL("../../../packages/scf-component/src/code-package.ts", import.meta.url));

async function writeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

test("the same files give the same bytes, whatever the order and the time zone", async () => {
  const one = await packFunction(await writeFolder({ "index.js": "1", "b.json": "2", "a.json": "3" }));
  const directory = await writeFolder({ "a.json": "3", "b.json": "2", "index.js": "1" });
  expect((await packFunction(directory)).zip.equals(one.zip)).toBe(true);
  expect(Object.keys(unzipSync(one.zip))).toEqual(["a.json", "b.json", "index.js"]);
  const script = `import(${JSON.stringify(MODULE)}).then(async ({ packFunction }) =>
    console.log((await packFunction(${JSON.stringify(directory)})).sha256.toString("hex")))`;
  for (const TZ of ["Asia/Shanghai", "America/Los_Angeles"]) {
    const options = { env: { PATH: process.env["PATH"], TZ } };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "-e", script],
      options,
    );
    expect(stdout.trim()).toBe(one.sha256.toString("hex"));
  }
});

test("different content gives a different hash", async () => {
  const one = await packFunction(await writeFolder({ "index.js": "1" }));
  const two = await packFunction(await writeFolder({ "index.js": "2" }));
  expect(two.sha256.equals(one.sha256)).toBe(false);
});

// A central directory's header: https://pkwaredownloads.blob.core.windows.net/pkware-general/Documentation/APPNOTE-6.3.9.TXT, 4.3.12.
test("SCF, which runs the code as another user, may read every file of it", async () => {
  const { zip } = await packFunction(await writeFolder({ "index.js": "1" }));
  const header = zip.subarray(zip.indexOf("PK\u0001\u0002"));
  // Made on Unix, where the upper half of the attributes is the file's mode.
  expect(header.readUInt8(5)).toBe(3);
  expect(header.readUInt32LE(38) >>> 16).toBe(0o100644);
});
