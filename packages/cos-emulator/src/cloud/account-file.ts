import { randomBytes, randomInt } from "node:crypto";
import { chmod, mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ACCOUNT_IDS, type Account, MINI_PROGRAM_ID, type MiniProgram } from "./account.ts";
import { createPrivately } from "./write-privately.ts";

/** What an emulator is entered with: drawn at random for each data folder, and known to nobody else. */
export interface EmulatedSecrets {
  readonly account: Account;
  /** What `login` signs tokens with, and `UPLOAD_AUTH=jwt` checks them; 64 characters. */
  readonly jwtSecret: string;
  /** What users' key prefixes are derived with; 43 characters. */
  readonly userPrefixSecret: string;
  readonly miniProgram: MiniProgram;
}

/** Thrown when `account.json` cannot be used; the message says what to do and tells no secret. */
export class AccountFileError extends Error {
  override readonly name = "AccountFileError";
}

/** The members of `account.json`, each a text of this form. */
const FORMS = {
  ownerUin: new RegExp(`^${ACCOUNT_IDS.ownerUin}$`),
  appId: new RegExp(`^${ACCOUNT_IDS.appId}$`),
  secretId: /^AKID[A-Za-z0-9]{32}$/,
  secretKey: /^[A-Za-z0-9]{32}$/,
  jwtSecret: /^[\w-]{64}$/,
  userPrefixSecret: /^[\w-]{43}$/,
  weChatAppId: new RegExp(`^${MINI_PROGRAM_ID}$`),
  weChatSecret: /^[0-9a-f]{32}$/,
} as const;

type Members = Record<keyof typeof FORMS, string>;

const MODE = 0o600;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Opens `account.json` in the data folder, one JSON object of texts for people and tests to read, with mode 0600:
 * `ownerUin`, `appId`, `secretId`, `secretKey`, `jwtSecret`, `userPrefixSecret`, `weChatAppId`, `weChatSecret`. Where
 * there is none, its secrets are drawn.
 *
 * @throws {AccountFileError} when there is one that no emulator wrote
 */
export async function openAccount(
  dataDirectory: string,
): Promise<EmulatedSecrets & { readonly file: string }> {
  const file = join(dataDirectory, "account.json");
  await mkdir(dataDirectory, { recursive: true });
  let text = await read(file);
  if (text === undefined) {
    await createPrivately(file, `${JSON.stringify(draw(), undefined, 2)}\n`, MODE);
    // Another emulator that started in this folder at the same time may have been first.
    text = (await read(file)) ?? "";
  }
  const { ownerUin, appId, secretId, secretKey, ...others } = parse(text, file);
  if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, MODE);
  return {
    file,
    account: { ownerUin, appId, secretId, secretKey },
    jwtSecret: others.jwtSecret,
    userPrefixSecret: others.userPrefixSecret,
    miniProgram: { appId: others.weChatAppId, secret: others.weChatSecret },
  };
}

function draw(): Members {
  return {
    ...ACCOUNT_IDS,
    secretId: `AKID${randomText(32)}`,
    secretKey: randomText(32),
    jwtSecret: randomBytes(48).toString("base64url"),
    userPrefixSecret: randomBytes(32).toString("base64url"),
    weChatAppId: MINI_PROGRAM_ID,
    weChatSecret: randomBytes(16).toString("hex"),
  };
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      if (error.code === "ENOENT") return undefined;
      if (error.code === "EISDIR" || error.code === "EACCES") {
        throw unusable(file, error.code === "EISDIR" ? "it is a folder" : "it may not be read");
      }
    }
    throw error;
  }
}

function parse(text: string, file: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not JSON");
  }
  if (!isObject(value)) throw unusable(file, "it is not a JSON object");
  const given = value;
  const member = (name: keyof Members): string => {
    const found = given[name];
    if (typeof found === "string" && FORMS[name].test(found)) return found;
    throw unusable(file, `${name} is ${found === undefined ? "missing" : "not what an emulator writes"}`);
  };
  return {
    ownerUin: member("ownerUin"),
    appId: member("appId"),
    secretId: member("secretId"),
    secretKey: member("secretKey"),
    jwtSecret: member("jwtSecret"),
    userPrefixSecret: member("userPrefixSecret"),
    weChatAppId: member("weChatAppId"),
    weChatSecret: member("weChatSecret"),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(file: string, why: string): AccountFileError {
  return new AccountFileError(
    `${file} keeps the secrets of the emulated account and cannot be used: ${why}. Remove it, and the next start ` +
      "draws new ones; or choose another folder with --data.",
  );
}
