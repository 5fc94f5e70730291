import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const require = createRequire(import.meta.url);

/** An otherwise empty folder that holds the packed packages as npm would install them. */
let folder: string;

/**
 * What `npm install <tarball>` does, without a network: the tarball's files, and beside them the dependencies that its
 * package.json declares, and theirs, from this repository's node_modules. Undeclared dependencies are missing.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "installed-"));
  const source = join(folder, "source");
  // A separate build, so that no test finds a half-written dist.
  for (const name of ["packages", "tools/packages", "tsconfig.json", "package.json"]) {
    await cp(join(ROOT, name), join(source, name), {
      recursive: true,
      filter: (path) => !/[/\\](?:dist|node_modules)$/.test(path),
    });
  }
  await symlink(join(ROOT, "node_modules"), join(source, "node_modules"));
  await run("npm", ["run", "build:packages"], { cwd: source });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const names = ["cos-emulator", "cos-explain"];
  await run("npm", ["pack", "--pack-destination", folder, ...names.map((name) => `./packages/${name}`)], {
    cwd: source,
  });
  for (const name of names) await install(name);
  await rm(source, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function install(name: string): Promise<void> {
  const [tarball] = (await readdir(folder)).filter((file) => file.startsWith(name) && file.endsWith(".tgz"));
  const target = join(folder, "node_modules", name);
  await mkdir(target, { recursive: true });
  await run("tar", ["-xzf", join(folder, tarball ?? ""), "--strip-components=1", "-C", target]);
  const { bin = {} } = JSON.parse(await readFile(join(target, "package.json"), "utf8"));
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  for (const [command, file] of Object.entries<string>(bin)) {
    await run("chmod", ["+x", join(target, file)]);
    await symlink(join(target, file), join(folder, "node_modules/.bin", command));
  }
  await installDependencies(target, ROOT);
}

/** Those that package.json in `manifest` declares, at the place where Node.js finds them from `from`. */
async function installDependencies(manifest: string, from: string): Promise<void> {
  const { dependencies = {} } = JSON.parse(await readFile(join(manifest, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const found = await findPackage(name, from);
    const target = join(folder, "node_modules", name);
    if ((await readdir(target).catch(() => [])).length > 0) continue;
    await cp(found, target, { recursive: true });
    await installDependencies(found, found);
  }
}

async function findPackage(name: string, from: string): Promise<string> {
  const places = require.resolve.paths(name) ?? [];
  for (const place of [join(from, "node_modules"), ...places]) {
    const candidate = join(place, name);
    if (
      await readFile(join(candidate, "package.json")).then(
        () => true,
        () => false,
      )
    )
      return candidate;
  }
  throw new Error(`${name} is not installed`);
}

test("the tarball has the build, a README and the license, and no source", async () => {
  const files = await readdir(join(folder, "node_modules/cos-emulator"));
  expect(files.sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
});

test("npx cos-emulator starts in an empty folder, runs a folder's functions and says where", async () => {
  const functions = join(folder, "functions/where");
  await mkdir(functions, { recursive: true });
  await writeFile(
    join(functions, "index.js"),
    'exports.main_handler = async () => ({ statusCode: 200, body: [process.env.COS, process.env.OTHER].join(" ") });',
  );
  const flags = "--port 0 --cos-port 0 --functions functions --env COS={cosHost}/{bucket} --env OTHER={x}";
  const child = spawn("npx", ["--no-install", "cos-emulator", ...flags.split(" ")], {
    cwd: folder,
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  try {
    const url = await vi.waitUntil(() => /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(output)?.[1], 60_000);
    const answer = await fetch(`${url}/where`);
    const cos = /http:\/\/(127\.0\.0\.1:\d+) and https/.exec(output)?.[1];
    expect(await answer.text()).toBe(`${cos}/uploads-1250000000 {x}`);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await readdir(join(folder, ".cos-emulator"))).toContain("account.json");
  } catch (error) {
    throw new Error(output, { cause: error });
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await ended;
  }
});

test("startEmulator can be imported, and a request is stored and read", async () => {
  await writeFile(
    join(folder, "use.mjs"),
    `import { startEmulator } from "cos-emulator";
     import { explain } from "cos-explain";
     const emulator = await startEmulator();
     await emulator.seed("functions");
     console.log(emulator.store.all().map(({ key }) => key).join());
     await fetch(emulator.cosUrl + "/where/index.js");
     console.log(emulator.requests[0].code, typeof explain);
     await emulator.close();`,
  );
  const { stdout } = await run(process.execPath, ["use.mjs"], { cwd: folder });
  expect(stdout).toBe("where/index.js\nAccessDenied function\n");
});

test("a large object gets its digests from a thread, and the program ends", async () => {
  const bytes = randomBytes(3_000_000);
  await mkdir(join(folder, "large"));
  await writeFile(join(folder, "large/a.bin"), bytes);
  await writeFile(
    join(folder, "large.mjs"),
    `import { startEmulator } from "cos-emulator";
     const emulator = await startEmulator();
     await emulator.seed("large");
     console.log(emulator.store.get("a.bin").md5);
     await emulator.close();`,
  );
  const { stdout } = await run(process.execPath, ["large.mjs"], { cwd: folder });
  expect(stdout.trim()).toBe(createHash("md5").update(bytes).digest("hex"));
});

test("its types are complete, even for a strict program that checks its libraries", async () => {
  await writeFile(
    join(folder, "use.ts"),
    `import { startEmulator, type Emulator, type EmulatorOptions, type RecordedRequest } from "cos-emulator";
     import { explain } from "cos-explain";
     const options: Partial<EmulatorOptions> = { faults: ["sts=hang"], functions: ({ cosHost }) => [{ name: cosHost, file: "a" }] };
     const emulator: Emulator = await startEmulator(options);
     emulator.clock.advance(1000);
     export const last: RecordedRequest | undefined = emulator.requests.at(-1);
     export const sentence: string = explain({ error: "" }).sentence;
     // @ts-expect-error There is no such option.
     await startEmulator({ ports: 1 });
     // @ts-expect-error A number is no folder.
     await emulator.seed(1);`,
  );
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const flags = "--strict --noEmit --module nodenext --target es2023 --types node --ignoreConfig use.ts";
  await run(process.execPath, [tsc, ...flags.split(" ")], { cwd: folder }).catch(
    (error: { stdout: string }) => expect.fail(error.stdout),
  );
});
