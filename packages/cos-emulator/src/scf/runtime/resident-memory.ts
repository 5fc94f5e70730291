import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** How often to check a process: with /proc, which takes microseconds, and with ps, which starts another process. */
const PROC_INTERVAL_MS = 25;
const PS_INTERVAL_MS = 250;

const HAS_PROC = process.platform === "linux";

/**
 * The most bytes that a process has ever had in memory, including its code and everything outside V8's heap. Undefined
 * without /proc, and for a process that has ended.
 */
export function peakMemory(pid: number): number | undefined {
  if (!HAS_PROC) return undefined;
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * Watches a process's memory from outside, since a process with a blocked event loop cannot report it, and passes each
 * size in bytes to `onSize`: the greatest so far on Linux, the current one elsewhere. Windows has neither /proc nor ps,
 * so there `onSize` is never called.
 *
 * @returns a function that stops it
 */
export function watchMemory(pid: number, onSize: (bytes: number) => void): () => void {
  let isStopped = false;
  const report = (bytes: number | undefined) => {
    if (!isStopped && bytes !== undefined) onSize(bytes);
  };
  const check = HAS_PROC ? () => report(peakMemory(pid)) : () => void residentMemory(pid).then(report);
  const timer = setInterval(check, HAS_PROC ? PROC_INTERVAL_MS : PS_INTERVAL_MS);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

/** The bytes that a process has in memory now, from `ps`; undefined without ps, or when the process has ended. */
export function residentMemory(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, stdout) => {
      resolve(error === null && /^\s*\d+\s*$/.test(stdout) ? Number(stdout) * 1024 : undefined);
    });
  });
}
