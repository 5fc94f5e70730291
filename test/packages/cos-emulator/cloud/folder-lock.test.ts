import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FolderInUseError, lockFolder } from "../../../../packages/cos-emulator/src/cloud/folder-lock.ts";
import { FolderError } from "../../../../packages/cos-emulator/src/cloud/own-files.ts";
import { temporaryFolder } from "../fixture-functions.ts";

/** The id of a process that has ended. */
function endedPid(): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["-e", ""], () => resolve(child.pid ?? 0));
  });
}

test("one emulator at a time holds a folder, whatever name it uses for it", async () => {
  const folder = await temporaryFolder();
  const lock = await lockFolder(folder);
  await expect(lockFolder(`${folder}/../${folder.split("/").at(-1)}/`)).rejects.toThrow(FolderInUseError);
  await lock.stop();
  await (await lockFolder(folder)).stop();
  expect(await readdir(folder)).toEqual([]);
});

test("only one of many simultaneous attempts succeeds", async () => {
  const folder = await temporaryFolder();
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(tries.filter(({ status }) => status === "fulfilled").length).toBe(1);
});

test("a live process keeps its lock, and the error names it and the file to delete if it is something else", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, "emulator.pid");
  await writeFile(file, `${process.ppid}\n`);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${process.ppid}, is using ${folder}`);
  await expect(lockFolder(folder)).rejects.toThrow(`delete ${file}`);
});

test.each([
  ["of a killed process", async () => `${await endedPid()}\n`],
  [
    "with this process's own id, which every container's first process shares",
    async () => `${process.pid}\n`,
  ],
  ["that is empty", async () => ""],
  ["that is not a number", async () => "-1 nobody\n"],
])("a lock file %s is ignored", async (_, content) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "emulator.pid"), await content());
  await (await lockFolder(folder)).stop();
});

const UNUSABLE: readonly (readonly [what: string, path: () => Promise<string>])[] = [
  ["below a file", async () => join(await oneFile(), "data")],
  ["where a file is", oneFile],
  // Linux allows nobody to create folders there.
  ["where nothing can be made", async () => "/proc/cos-emulator/data"],
];

test.each(UNUSABLE.filter(([what]) => !what.startsWith("where nothing") || existsSync("/proc/self")))(
  "a folder %s is refused at once, in one sentence",
  async (_, path) => {
    const folder = await path();
    const refused = lockFolder(folder);
    await expect(refused).rejects.toThrow(FolderError);
    await expect(refused).rejects.toThrow(`${folder} cannot be the data folder (`);
  },
);

async function oneFile(): Promise<string> {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  return file;
}

test("creates a missing folder and its parents, accessible to the owner only", async () => {
  const parent = join(await temporaryFolder(), "parent");
  const folder = join(parent, "data");
  const lock = await lockFolder(folder);
  expect(await readdir(folder)).toEqual(["emulator.pid"]);
  for (const made of [parent, folder]) expect((await stat(made)).mode & 0o077).toBe(0);
  await lock.stop();
  await expect(mkdir(folder)).rejects.toThrow("EEXIST");
});
