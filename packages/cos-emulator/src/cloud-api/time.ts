const BEIJING_OFFSET_MS = 8 * 3600 * 1000;

/** A time as the APIs write it, `2017-05-16 20:00:00`, in Beijing time. */
export function beijingTime(milliseconds: number): string {
  return new Date(milliseconds + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** Milliseconds of a time in that form; NaN for any other text. */
export function parseBeijingTime(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return Number.NaN;
  return Date.parse(`${text.replace(" ", "T")}+08:00`);
}
