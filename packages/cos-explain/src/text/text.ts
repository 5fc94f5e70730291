/** Seconds as people say them: `45 s`, `12 min`, `3 h`, `2 days`. */
export function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 120) return `${size} s`;
  if (size < 7200) return `${Math.round(size / 60)} min`;
  if (size < 172_800) return `${Math.round(size / 3600)} h`;
  return `${Math.round(size / 86_400)} days`;
}

/** Bytes as people say them, with the exact number where that says more: `2097152 bytes (2 MiB)`. */
export function bytes(count: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["GiB", 1024 ** 3],
    ["MiB", 1024 ** 2],
    ["KiB", 1024],
  ];
  const unit = units.find(([, size]) => count >= size);
  if (unit === undefined) return `${count} bytes`;
  return `${count} bytes (${Number((count / unit[1]).toFixed(1))} ${unit[0]})`;
}

/** Unix seconds as `2026-01-02T03:04:05Z`. */
export function instant(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds}` : time.toISOString().replace(".000Z", "Z");
}

const MAX_QUOTED = 120;

/** A value from outside, quoted, on one line and not too long. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > MAX_QUOTED ? `${value.slice(0, MAX_QUOTED)}…` : value);
}

/** Without what is between letters and cannot be seen: soft hyphens, and spaces without width. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "");
}

/** Decodes percent-encoding; returns a text with broken escapes unchanged. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
