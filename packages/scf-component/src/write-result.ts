import { writeSync } from "node:fs";

/**
 * Writes a command's result or its error as one JSON document to the file descriptor in SERVERLESS_RESULT_FD.
 *
 * @returns whether that variable is set to one
 */
export function writeResult(result: object): boolean {
  const fd = Number(process.env["SERVERLESS_RESULT_FD"] ?? Number.NaN);
  if (!Number.isInteger(fd)) return false;
  const bytes = Buffer.from(`${JSON.stringify(result, null, 2)}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  return true;
}
