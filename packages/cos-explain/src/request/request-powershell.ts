import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";

const COMMAND = /\b(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)\b/i;
/** A string in double quotes, in which a backtick escapes, or in single ones. */
const TEXT = "(?:\"((?:[^\"`]|`[\\s\\S])*)\"|'([^']*)')";

/** Whether a text is a command of PowerShell, such as Chrome's "Copy as PowerShell". */
export function isPowerShell(text: string): boolean {
  return COMMAND.test(text) && /-Uri\b/i.test(text);
}

/**
 * Reads `Invoke-WebRequest -Uri … -Method … -Headers @{…}`.
 *
 * @throws {RequestUnreadable}
 */
export function fromPowerShell(text: string): SentRequest {
  const url = option(text, "Uri");
  if (url === undefined) {
    throw new RequestUnreadable("The command's -Uri is not written out: replace it with its value.");
  }
  const [, table] = /-Headers\s+@\{([\s\S]*?)\n?\}/i.exec(text) ?? [];
  const pairs = [...(table ?? "").matchAll(new RegExp(`["']?([\\w-]+)["']?\\s*=\\s*${TEXT}`, "g"))];
  const headers = Object.fromEntries(
    pairs.map(([, name = "", double, single]) => [name.toLowerCase(), plain(double ?? single)]),
  );
  const type = option(text, "ContentType");
  return requestOf({
    method: option(text, "Method") ?? "GET",
    url,
    headers: { ...headers, ...(type !== undefined && { "content-type": type }) },
    hidesSignature: headers["authorization"] === undefined && /-Headers\s+(?!@)|=\s*\$/.test(text),
  });
}

/** An option's value, which needs no quotes if it is a word. */
function option(text: string, name: string): string | undefined {
  const [, double, single, bare] =
    new RegExp(`-${name}\\s+(?:${TEXT}|([\\w:/.?&=%-]+))`, "i").exec(text) ?? [];
  const value = double ?? single ?? bare;
  return value === undefined || /^\$\w+$/.test(value) ? undefined : plain(value);
}

function plain(text = ""): string {
  return text.replace(/`([\s\S])/g, "$1");
}
