import { randomUUID } from "node:crypto";
import { request } from "node:https";
import { type GenericSchema, type InferOutput, object, parse, record, string, union } from "valibot";
import { type DevOptions, startDev } from "./emulator.ts";

/** An upload to try: what the client asks the function for, and what it sends. */
export interface TriedUpload {
  /** The name of a rule in rules.ts. @default the first rule that allows the extension */
  readonly rule?: string;
  readonly ext: string;
  /** The type to ask for, which is also sent as Content-Type. @default the rule's type for the extension */
  readonly type?: string;
  /** The size to ask for, in bytes; storage then accepts no other. @default none, and one byte is sent */
  readonly size?: number;
  /** How many bytes are really sent. @default `size` */
  readonly sends?: number;
  /** The user of the emulated WeChat who logs in, in letters and digits. @default nobody */
  readonly as?: string;
}

/** The outcome: the key of the stored file, or who refused it and with which code. */
export type Outcome =
  | { readonly allowed: true; readonly key: string }
  | {
      readonly allowed: false;
      /** Who refused: the signing function, or storage. */
      readonly by: "function" | "COS";
      readonly code: string;
      readonly reason: string;
    };

/** The functions with their rules and storage, under test. */
export interface RulesUnderTest {
  /** Has an upload signed, and sends it. */
  upload(upload: TriedUpload): Promise<Outcome>;
  /** Removes what was stored, and everything else that has changed since the start. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The parts of the functions' answers that an upload needs. */
const Refused = object({ error: object({ code: string(), message: string() }) });
const LoggedIn = union([object({ token: string() }), Refused]);
const Signed = union([
  object({ url: string(), headers: record(string(), string()), cosKey: string() }),
  Refused,
]);

/**
 * Starts the built functions in the emulator, for tests of who may upload what. It uses `UPLOAD_AUTH=jwt`, free ports and
 * a folder that is deleted at the end. Run `npm run build` first, or pass `functionsDirectory`.
 *
 * @throws {NoFunctionsError} when no function has been built
 */
export async function startRules(options: Partial<DevOptions> = {}): Promise<RulesUnderTest> {
  const { environment, ...others } = options;
  const dev = await startDev({
    port: 0,
    cosPort: 0,
    log: () => {},
    dataDirectory: undefined,
    // The content that is sent is not of its type, so `uploaded` would reject it.
    triggers: false,
    ...others,
    environment: { UPLOAD_AUTH: "jwt", ...environment },
  });
  const tokens = new Map<string, string>();

  async function tokenOf(user: string): Promise<string> {
    const known = tokens.get(user);
    if (known !== undefined) return known;
    const code = `user-${user}-${randomUUID()}`;
    const answer = await ask(LoggedIn, `${dev.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if ("error" in answer) throw new Error(`${user} could not log in: ${answer.error.message}`);
    const { token } = answer;
    tokens.set(user, token);
    return token;
  }

  return {
    async upload({ rule, ext, type, size, sends = size ?? 1, as }) {
      const query = new URLSearchParams({ ext });
      if (rule !== undefined) query.set("rule", rule);
      if (type !== undefined) query.set("type", type);
      if (size !== undefined) query.set("size", String(size));
      const headers: Record<string, string> =
        as === undefined ? {} : { authorization: `Bearer ${await tokenOf(as)}` };
      const signed = await ask(Signed, `${dev.url}/put-sign?${query}`, { headers });
      if ("error" in signed) {
        return { allowed: false, by: "function", code: signed.error.code, reason: signed.error.message };
      }
      const stored = await put(signed.url, signed.headers, Buffer.alloc(sends), dev.authority.certificatePem);
      if (stored.status === 200) return { allowed: true, key: signed.cosKey };
      return { allowed: false, by: "COS", code: stored.code, reason: stored.reason };
    },
    reset: () => dev.reset(),
    close: () => dev.close(),
  };
}

/** @throws {Error} when the upload was refused; the message says who refused it and why */
export async function assertAllowed(upload: Promise<Outcome>): Promise<void> {
  const outcome = await upload;
  if (outcome.allowed) return;
  throw new Error(`The upload should be allowed. ${refusal(outcome)}`);
}

/**
 * @param code a code from shared/errors.ts, or COS's code if storage itself must refuse
 * @throws {Error} when the upload was stored, or refused with another code
 */
export async function assertRefused(upload: Promise<Outcome>, code: string): Promise<void> {
  const outcome = await upload;
  if (outcome.allowed) throw new Error(`The upload should be refused with ${code}, but was stored.`);
  if (outcome.code !== code)
    throw new Error(`The upload should be refused with ${code}. ${refusal(outcome)}`);
}

function refusal({ by, code, reason }: Exclude<Outcome, { allowed: true }>): string {
  return `${by === "COS" ? "COS" : "The function"} refused it with ${code}: ${reason}`;
}

async function ask<const Schema extends GenericSchema>(
  schema: Schema,
  url: string,
  init: RequestInit,
): Promise<InferOutput<Schema>> {
  const response = await fetch(url, init);
  return parse(schema, await response.json());
}

function put(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  ca: string,
): Promise<{ status: number; code: string; reason: string }> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method: "PUT", ca, agent: false, headers: { ...headers, "content-length": body.length } },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += String(chunk);
        resolve({
          status: response.statusCode ?? 0,
          code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? "",
          reason: String(response.headers["x-emulator-reason"] ?? ""),
        });
      },
    );
    sending.on("error", reject);
    sending.end(body);
  });
}
