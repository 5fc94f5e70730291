export type Language = "zh" | "en";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A size in bytes for people, with three digits: `0 B`, `1.25 KiB`, `12.4 MiB`. */
export function sizeOf(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1024 is shown as 1 of the next unit.
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${Number(value.toFixed(digits))} ${UNITS[unit]}`;
}

const SPANS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A duration in its largest unit, such as `45 sec` or `3 hr`. */
export function spanOf(seconds: number, language: Language): string {
  // What would be rounded to 24 hours is shown as a day.
  const rounded = (to: number) => Math.round(Math.abs(seconds) / to) * to;
  const [unit, length] = SPANS.find(([, length], i) => rounded(SPANS[i + 1]?.[1] ?? 1) >= length) ?? SPANS[3];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 0 }).format(
    Math.round(seconds / length),
  );
}

const JUST_NOW: Readonly<Record<Language, string>> = { zh: "刚刚", en: "just now" };

/** How long ago something was, such as `3 minutes ago`. A time in the future counts as now, since clocks differ. */
export function agoOf(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, length] = SPANS.find(([, length]) => seconds >= length) ?? SPANS[3];
  // Counting the seconds would only distract.
  if (unit === "second") return JUST_NOW[language];
  return words.format(-Math.floor(seconds / length), unit);
}
