import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { ACCOUNT_IDS, type Account, MINI_PROGRAM_ID, type MiniProgram } from "./account.ts";
import { closeToOthers, openOwnFolder, readOwn } from "./own-files.ts";
import { createPrivately } from "./write-privately.ts";

/** What an emulator is entered with: drawn at random for each data folder, and known to nobody else. */
export interface EmulatedSecrets {
  readonly account: Account;
  readonly miniProgram: MiniProgram;
  /** What the functions were promised besides, by the name that they asked for; 64 characters each. */
  readonly secrets: Readonly<Record<string, string>>;
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
  weChatAppId: new RegExp(`^${MINI_PROGRAM_ID}$`),
  weChatSecret: /^[0-9a-f]{32}$/,
} as const;

/** A secret that was asked for by name. */
const FURTHER = /^[\w-]{64}$/;

type Members = Record<keyof typeof FORMS, string>;

const MODE = 0o600;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * Opens `account.json` in the data folder, one JSON object of texts for people and tests to read, with mode 0600:
 * `ownerUin`, `appId`, `secretId`, `secretKey`, `weChatAppId`, `weChatSecret`, and what is asked for by name. Where there
 * is none, its secrets are drawn.
 *
 * @param names of further secrets
 * @throws {AccountFileError} when there is one that no emulator wrote
 * @throws {NotOwnError} when it, or the folder, is another user's
 */
export async function openAccount(
  dataDirectory: string,
  names: readonly string[],
): Promise<EmulatedSecrets & { readonly file: string }> {
  const file = join(dataDirectory, "account.json");
  await openOwnFolder(dataDirectory);
  let text = await read(file);
  if (text === undefined) {
    await createPrivately(file, `${JSON.stringify(draw(names), undefined, 2)}\n`, MODE);
    // Another emulator that started in this folder at the same time may have been first.
    text = (await read(file)) ?? "";
  }
  const { members, secrets } = parse(text, file, names);
  const { ownerUin, appId, secretId, secretKey, weChatAppId, weChatSecret } = members;
  await closeToOthers(file);
  return {
    file,
    account: { ownerUin, appId, secretId, secretKey },
    miniProgram: { appId: weChatAppId, secret: weChatSecret },
    secrets,
  };
}

function draw(names: readonly string[]): Members & Record<string, string> {
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

/** By hand: a schema would tell what is missing and what is wrong in the same words. */
function parse(
  text: string,
  file: string,
  names: readonly string[],
): { members: Members; secrets: Record<string, string> } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(file, "it is not JSON");
  }
  if (!isObject(value)) throw unusable(file, "it is not a JSON object");
  const given = value;
  const textOf = (name: string, form: RegExp): string => {
    const found = given[name];
    if (typeof found === "string" && form.test(found)) return found;
    throw unusable(file, `${name} is ${found === undefined ? "missing" : "not what an emulator writes"}`);
  };
  const member = (name: keyof Members) => textOf(name, FORMS[name]);
  return {
    members: {
      ownerUin: member("ownerUin"),
      appId: member("appId"),
      secretId: member("secretId"),
      secretKey: member("secretKey"),
      weChatAppId: member("weChatAppId"),
      weChatSecret: member("weChatSecret"),
    },
    secrets: Object.fromEntries(names.map((name) => [name, textOf(name, FURTHER)])),
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
