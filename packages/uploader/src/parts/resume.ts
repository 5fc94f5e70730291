import type { Settings } from "../core/options";
import { isRecord, textOf } from "../core/values";
import { localOf } from "../wx-like/local";
import type { Begun } from "./answer";

/** The stored record of an upload in parts, with which it can continue after the app was closed. */
export interface Kept extends Begun {
  /** Identifies the file: its size, and its digest or fingerprint. */
  readonly file: string;
  /** What the upload was started with: the request to the function (rule, extension, type and so on) and the endpoint. */
  readonly as: string;
}

const NAME = "cos-uploader";
/** The most records. A phone stores 10 MB for a Mini Program, and a record takes about 1 KB. */
const MOST = 20;

/** All records, the newest first; none if the platform stores nothing. */
function all<F>({ platform }: Settings<F>): Kept[] {
  try {
    const list: unknown = JSON.parse(String(localOf(platform).stored(NAME)));
    return Array.isArray(list) ? list.filter(isKept) : [];
  } catch {
    return [];
  }
}

function write<F>({ platform }: Settings<F>, list: readonly Kept[]): void {
  try {
    localOf(platform).store(NAME, JSON.stringify(list.slice(0, MOST)));
  } catch {
    // Without it, an interrupted upload starts over.
  }
}

/** Whether there is a record of a file of this size. Otherwise there is no point in computing its digest. */
export function mayBeKept<F>(settings: Settings<F>, size: number): boolean {
  return all(settings).some(({ file }) => file.indexOf(`${size} `) === 0);
}

export function findKept<F>(settings: Settings<F>, wanted: Pick<Kept, "file" | "as">): Kept | undefined {
  return all(settings).filter((kept) => kept.file === wanted.file && kept.as === wanted.as)[0];
}

/** Stores a record, in place of any earlier one of the same upload. */
export function keep<F>(settings: Settings<F>, kept: Kept): void {
  write(settings, [kept].concat(all(settings).filter(({ key }) => key !== kept.key)));
}

export function forget<F>(settings: Settings<F>, key: string): void {
  leave(settings, (kept) => kept.key !== key);
}

/** Removes what is of no use any more: a record has the name and the values that its user gave the file. */
export function forgetEnded<F>(settings: Settings<F>): void {
  leave(settings, ({ ends }) => !(Number(ends) < Date.now()));
}

function leave<F>(settings: Settings<F>, isWanted: (kept: Kept) => boolean): void {
  const list = all(settings);
  const wanted = list.filter(isWanted);
  if (wanted.length < list.length) write(settings, wanted);
}

function isKept(value: unknown): value is Kept {
  const texts = ["file", "as", "key", "ticket"];
  return (
    texts.every((name) => textOf(value, name) !== "") && isRecord(value) && Number(value["partSize"]) > 0
  );
}
