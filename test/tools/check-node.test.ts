import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, onTestFinished, test } from "vitest";

const CHECK = fileURLToPath(new URL("../../tools/check-node.cjs", import.meta.url));

/** Runs the check in a Node.js that claims this version. */
async function checkIn(version: string) {
  const directory = await mkdtemp(join(tmpdir(), "node-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const pretence = join(directory, "pretence.cjs");
  await writeFile(
    pretence,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
  );
  return await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, ["-r", pretence, CHECK], (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}

test.each(["8.17.0", "16.20.2", "18.20.8", "20.0.0", "20.18.3"])(
  "refuses %s in one sentence",
  async (version) => {
    const { code, stderr } = await checkIn(version);
    expect(stderr).toBe(
      `This needs Node.js 20.19 or newer, but this is ${version}: see https://nodejs.org/en/download.\n`,
    );
    expect(code).toBe(1);
  },
);

test.each(["20.19.0", "20.20.2", "22.0.0", "24.9.0", "25.0.0-nightly"])("accepts %s", async (version) => {
  expect(await checkIn(version)).toEqual({ code: 0, stderr: "" });
});

test("the check itself is written in a language that Node.js 6 can read", async () => {
  const source = await readFile(CHECK, "utf8");
  const { code } = await transform(source, { target: "es2015", minify: true });
  expect(code).toBe((await transform(source, { target: "esnext", minify: true })).code);
});

test("every README command runs the check first", async () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(await readFile("package.json", "utf8"));
  for (const name of ["start", "test", "build", "deploy", "doctor", "explain", "https", "bench", "load"]) {
    expect(scripts[name]).toMatch(/^node tools\/check-node\.cjs && /);
  }
});
