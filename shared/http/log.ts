/** One line of JSON to the platform's log. Never a secret, token, signature or signed URL. */
export function writeLine(fields: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(fields));
}
