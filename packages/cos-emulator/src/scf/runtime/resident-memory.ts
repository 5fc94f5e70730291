import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

/** How often a process is looked at where that takes microseconds, and where it takes a process of its own. */
const PROC_INTERVAL_MS = 25;
const PS_INTERVAL_MS = 250;

const HAS_PROC = process.platform === "linux";

/**
 * The most bytes that a process ever had in memory, its code and what lies outside of V8's heap included; undefined
 * where the system has no /proc, and for a process that has ended.
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
 * Looks at a process's memory from outside, since a process whose loop is blocked cannot tell it, and hands each size
 * in bytes to `onSize`: the greatest so far on Linux, that of the moment elsewhere. Windows has neither /proc nor ps:
 * there nothing is handed on.
 *
 * @returns what ends it
 */
export function watchMemory(pid: number, onSize: (bytes: number) => void): () => void {
  let isStopped = false;
  const tell = (bytes: number | undefined) => {
    if (!isStopped && bytes !== undefined) onSize(bytes);
  };
  const look = HAS_PROC ? () => tell(peakMemory(pid)) : () => void residentMemory(pid).then(tell);
  const timer = setInterval(look, HAS_PROC ? PROC_INTERVAL_MS : PS_INTERVAL_MS);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

/** The bytes that a process has in memory now, as `ps` says it; undefined without one, and when the process has ended. */
export function residentMemory(pid: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (error, stdout) => {
      resolve(error === null && /^\s*\d+\s*$/.test(stdout) ? Number(stdout) * 1024 : undefined);
    });
  });
}
