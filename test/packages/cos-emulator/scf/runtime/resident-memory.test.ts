import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import {
  peakMemory,
  residentMemory,
} from "../../../../../packages/cos-emulator/src/scf/runtime/resident-memory.ts";

const HAS_PS = ["/bin/ps", "/usr/bin/ps"].some((file) => existsSync(file));

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

test.runIf(HAS_PS)("ps reports about as much as the process itself", async () => {
  const told = (await residentMemory(process.pid)) ?? 0;
  expect(told).toBeGreaterThan(process.memoryUsage.rss() / 2);
  expect(told).toBeLessThan(process.memoryUsage.rss() * 2);
});

test.runIf(process.platform === "linux")("the peak covers the whole life of the process", () => {
  const before = peakMemory(process.pid) ?? 0;
  Buffer.alloc(before, 1);
  expect(peakMemory(process.pid)).toBeGreaterThan(before);
});

test("is undefined for a process that has ended", async () => {
  const pid = await endedPid();
  expect(peakMemory(pid)).toBeUndefined();
  expect(await residentMemory(pid)).toBeUndefined();
});
