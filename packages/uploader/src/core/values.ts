/** What comes from outside is `unknown` until one of these has looked. */

export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

export function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.keys(value).every((name) => typeof value[name] === "string");
}

/** Those that are texts, by their names in lower case. */
export function textsOf(value: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  if (!isRecord(value)) return texts;
  Object.keys(value).forEach((name) => {
    const text = value[name];
    if (typeof text === "string") texts[name.toLowerCase()] = text;
  });
  return texts;
}

/** Of what a platform sends: an ArrayBuffer, a Blob, or a text of ASCII. */
export function byteLengthOf(bytes: unknown): number {
  return Number(
    typeof bytes === "string" ? bytes.length : fieldOf(bytes, "byteLength") || fieldOf(bytes, "size"),
  );
}
