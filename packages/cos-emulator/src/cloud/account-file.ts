import { randomBytes, randomInt, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  check,
  getDotPath,
  type InferOutput,
  intersect,
  type ObjectEntries,
  object,
  parseJson,
  pipe,
  regex,
  safeParse,
  string,
} from "valibot";
import { ACCOUNT_IDS, type Account, AUTHORITY_NAME, MINI_PROGRAM_ID, type MiniProgram } from "./account.ts";
import { closeToOthers, FolderError, openOwnFolder, readOwn } from "./own-files.ts";
import { createPrivately } from "./write-privately.ts";

/**
 * The secrets that give access to an emulator: generated at random for each data folder, and known to nobody
 * else.
 */
export interface EmulatedSecrets {
  readonly account: Account;
  readonly miniProgram: MiniProgram;
  /** The additional secrets, by name; 64 characters each. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Thrown when `account.json` cannot be used; the message says what to do and contains no secret. */
export class AccountFileError extends Error {
  override readonly name = "AccountFileError";
}

/** A string of this form. The message for any other text continues after the member's name. */
function text(form: RegExp) {
  const message = "is not what an emulator writes";
  return pipe(string(message), regex(form, message));
}

/** An object with these members. Others are ignored. */
function members<const Entries extends ObjectEntries>(entries: Entries) {
  return object(entries, ({ path }) => (path === undefined ? "it is not a JSON object" : "is missing"));
}

const Ids = members({
  ownerUin: text(new RegExp(`^${ACCOUNT_IDS.ownerUin}$`)),
  appId: text(new RegExp(`^${ACCOUNT_IDS.appId}$`)),
  secretId: text(/^AKID[A-Za-z0-9]{32}$/),
  secretKey: text(/^[A-Za-z0-9]{32}$/),
  weChatAppId: text(new RegExp(`^${MINI_PROGRAM_ID}$`)),
  weChatSecret: text(/^[0-9a-f]{32}$/),
});
type Ids = InferOutput<typeof Ids>;

const ADDITIONAL_SECRET = /^[\w-]{64}$/;

function accountFile(names: readonly string[]) {
  return pipe(
    string(),
    parseJson(undefined, "it is not JSON"),
    check((value) => !Array.isArray(value), "it is not a JSON object"),
    intersect([Ids, members(Object.fromEntries(names.map((name) => [name, text(ADDITIONAL_SECRET)])))]),
  );
}

const MODE = 0o600;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Opens `account.json` in the data folder, or generates it: a JSON object of strings for people and tests to read, with
 * mode 0600. It has `ownerUin`, `appId`, `secretId`, `secretKey`, `weChatAppId`, `weChatSecret`, and the additional
 * secrets.
 *
 * @param names the additional secrets' names
 * @throws {AccountFileError} when the file is not one that an emulator wrote
 * @throws {FolderError} when there is none, and the folder is in use for something else
 * @throws {NotOwnError} when the file or the folder belongs to another user
 */
export async function openAccount(
  dataDirectory: string,
  names: readonly string[],
): Promise<EmulatedSecrets & { readonly file: string }> {
  const file = join(dataDirectory, "account.json");
  await openOwnFolder(dataDirectory);
  let content = await read(file);
  if (content === undefined) {
    await checkUnused(dataDirectory);
    await createPrivately(file, `${JSON.stringify(generate(names), undefined, 2)}\n`, MODE);
    // Another emulator that started in this folder at the same time may have been first.
    content = (await read(file)) ?? "";
  }
  const found = parse(content, file, names);
  const { ownerUin, appId, secretId, secretKey, weChatAppId, weChatSecret } = found;
  await closeToOthers(file);
  return {
    file,
    account: { ownerUin, appId, secretId, secretKey },
    miniProgram: { appId: weChatAppId, secret: weChatSecret },
    secrets: Object.fromEntries(names.map((name) => [name, found[name] ?? ""])),
  };
}

/** What may be in a folder before an emulator uses it: hidden files, a file system's own, and the start's. */
const BEFORE_USE = /^(?:\.|lost\+found$|emulator\.pid$|account\.json)/;

/**
 * An emulator replaces files in its folder, such as a certificate authority that it cannot use. So it takes none in which
 * something else is; its own is recognized without an account.json, too, which people remove to get new secrets.
 */
async function checkUnused(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => !BEFORE_USE.test(name));
  if (names.length === 0) return;
  const authority = await readFile(join(directory, "tls", "ca.pem"), "utf8").catch(() => "");
  if (isOwnAuthority(authority)) return;
  throw new FolderError(directory, new Error("it is in use for something else"));
}

function isOwnAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject.startsWith(`CN=${AUTHORITY_NAME} `);
  } catch {
    return false;
  }
}

function generate(names: readonly string[]): Ids & Record<string, string> {
  return {
    ...ACCOUNT_IDS,
    secretId: `AKID${randomText(32)}`,
    secretKey: randomText(32),
    weChatAppId: MINI_PROGRAM_ID,
    weChatSecret: randomBytes(16).toString("hex"),
    ...Object.fromEntries(names.map((name) => [name, randomBytes(48).toString("base64url")])),
  };
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readOwn(file);
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      if (error.code === "EISDIR" || error.code === "EACCES") {
        throw unusable(file, error.code === "EISDIR" ? "it is a folder" : "it may not be read");
      }
    }
    throw error;
  }
}

function parse(content: string, file: string, names: readonly string[]): Ids & Record<string, string> {
  const { success, output, issues } = safeParse(accountFile(names), content, {
    abortEarly: true,
    abortPipeEarly: true,
  });
  if (success) return output;
  const [issue] = issues;
  throw unusable(file, [getDotPath(issue), issue.message].filter((part) => part !== null).join(" "));
}

function unusable(file: string, why: string): AccountFileError {
  return new AccountFileError(
    `${file} keeps the secrets of the emulated account and cannot be used: ${why}. Remove it, and the next start ` +
      "creates new ones; or choose another folder with --data.",
  );
}
