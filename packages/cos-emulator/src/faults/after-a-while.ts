import type { ServerResponse } from "node:http";

const SLOW_MS = 2000;

/** What a slow service does with a request, unless its sender goes away meanwhile. */
export function afterAWhile(response: ServerResponse, work: () => void): void {
  const timer = setTimeout(work, SLOW_MS);
  response.on("close", () => clearTimeout(timer));
}
