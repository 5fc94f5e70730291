const BEIJING_OFFSET_MS = 8 * 3600 * 1000;

/** SCF's form of a time, `2017-05-16 20:00:00`, in Beijing's time. */
export function scfTime(milliseconds: number): string {
  return new Date(milliseconds + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** Milliseconds of a time in SCF's form; NaN for any other text. */
export function parseScfTime(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return Number.NaN;
  return Date.parse(`${text.replace(" ", "T")}+08:00`);
}
