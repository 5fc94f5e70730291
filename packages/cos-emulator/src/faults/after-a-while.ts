import type { ServerResponse } from "node:http";

const SLOW_MS = 2000;

/** Does `work` like a slow service, unless the sender goes away in the meantime. */
export function afterAWhile(response: ServerResponse, work: () => void): void {
  const timer = setTimeout(work, SLOW_MS);
  response.on("close", () => clearTimeout(timer));
}
