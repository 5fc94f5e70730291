import { explain, requestOf } from "../../cos-explain/src/index.ts";
import type { LoggedRefusal } from "./cos/handler.ts";

/**
 * What `npm run explain` says about a refusal of the emulated COS, with the cause's name. Contains nothing secret.
 *
 * @returns undefined for an object that does not exist: `404 NoSuchKey` and the path say as much, and looking for an
 *   object that may not exist is not a mistake
 */
export function explainRefusal({
  elements,
  cause: known,
  reason,
  method,
  target,
  headers: sent,
}: LoggedRefusal): string | undefined {
  const headers = Object.fromEntries(
    sent.flatMap((name, index) => (index % 2 === 0 ? [[name, sent[index + 1] ?? ""]] : [])),
  );
  const isPath = target.startsWith("/");
  const { sentence, cause } = explain({
    error: elements,
    cause: known,
    reason,
    ...(isPath && { request: requestOf({ method, url: target, headers }) }),
  });
  return cause === "no-such-key" ? undefined : `${sentence} (${cause})`;
}
