/**
 * The fields of a multipart/form-data body that was pasted as text (RFC 7578), without its files: what browsers put
 * into "Copy as cURL", "Copy as fetch" and a HAR. Undefined if it is not such a body.
 */
export function formFields(body: string): Readonly<Record<string, string>> | undefined {
  const boundary = /^\s*--([^\r\n]{1,200}?)(?:\r?\n)/.exec(body)?.[1];
  if (boundary === undefined) return undefined;
  const fields = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => {
      const [, head = "", value = ""] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n$/.exec(part) ?? [];
      const name = /\bname="([^"]*)"/i.exec(head)?.[1];
      return name === undefined || /\bfilename\*?=/i.test(head) ? [] : [[name, value] as const];
    });
  return Object.fromEntries(fields);
}
