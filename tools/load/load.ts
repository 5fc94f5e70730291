import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type InferOutput,
  object,
  optional,
  parse,
  parseJson,
  pipe,
  record,
  safeParse,
  string,
} from "valibot";
import { refusalCode } from "../lib/refusal.ts";
import { signRequest } from "../lib/signed-request.ts";
import { type Answer, Client } from "./client.ts";
import { type Phase, runPhase } from "./workers.ts";

/** The emulator under load. */
export interface LoadTarget {
  readonly url: string;
  readonly caFile: string;
  /** The permanent key of its account, for reading back. */
  readonly account: { readonly secretId: string; readonly secretKey: string };
}

export interface LoadOptions {
  /** The total number of signatures to request. */
  readonly signings: number;
  /** The total number of files to upload. */
  readonly uploads: number;
  /** How many to run at once, step by step; each step gets an equal share. */
  readonly concurrency: readonly number[];
  /** The largest file, in bytes. */
  readonly maxBytes: number;
  /** Called with each phase when it has ended. */
  readonly onPhase?: (phase: Phase) => void;
}

export interface LoadReport {
  readonly phases: readonly Phase[];
  /** How many different object keys were handed out. */
  readonly keys: number;
  /** How many times a key was handed out again. */
  readonly duplicateKeys: number;
  /** How many files were read back, byte for byte as they were sent. */
  readonly filesEqual: number;
}

/** The fields of the functions' answers that a client uses. */
const Signed = object({
  cosHost: string(),
  cosKey: string(),
  url: string(),
  headers: optional(record(string(), string()), {}),
  fields: optional(record(string(), string()), {}),
});

/** The form of the functions' errors. */
const Refused = pipe(string(), parseJson(), object({ error: object({ code: string() }) }));

/** Extensions of all rules, so that an answer to a different request is noticed. */
const EXTENSIONS = ["jpg", "png", "mp4", "mp3", "pdf", "txt"] as const;

/**
 * Signs and uploads with increasing concurrency, and checks every answer: its status, that its key is new and has the
 * requested extension, and every byte that was stored.
 */
export async function runLoad(target: LoadTarget, options: LoadOptions): Promise<LoadReport> {
  const client = new Client(readFileSync(target.caFile));
  const keys = new Set<string>();
  const phases: Phase[] = [];
  let handedOut = 0;
  let filesEqual = 0;

  async function sign(functionName: string, index: number, query = ""): Promise<InferOutput<typeof Signed>> {
    const ext = EXTENSIONS[index % EXTENSIONS.length] ?? "jpg";
    const url = `${target.url}/${functionName}?ext=${ext}${query}`;
    const answer = expectOk(await client.send({ method: "GET", url }));
    const signed = parse(pipe(string(), parseJson(), Signed), answer.body.toString());
    handedOut += 1;
    keys.add(signed.cosKey);
    if (!signed.cosKey.endsWith(`.${ext}`)) throw new Error(`asked for ${ext}, got ${signed.cosKey}`);
    return signed;
  }

  async function upload(index: number, uploaded: Map<string, string>): Promise<void> {
    const file = randomBytes((index * 7919) % (options.maxBytes + 1));
    const query = `&size=${file.length}`;
    const isPut = index % 2 === 0;
    const signed = await sign(isPut ? "put-sign" : "post-policy", index, query);
    const message = isPut
      ? { method: "PUT", url: signed.url, headers: signed.headers, body: file }
      : { method: "POST", url: signed.url, ...form(signed.fields, file) };
    expectOk(await client.send(message));
    uploaded.set(`https://${signed.cosHost}/${signed.cosKey}`, digest(file));
  }

  async function readBack(url: string, expected: string): Promise<void> {
    const { origin, pathname } = new URL(url);
    const { headers } = signRequest(
      { method: "GET", objectKey: pathname.slice(1) },
      { key: target.account, endpoint: new URL(origin), now: Math.floor(Date.now() / 1000) },
    );
    const { body } = expectOk(await client.send({ method: "GET", url, headers }));
    if (digest(body) !== expected) throw new Error(`${pathname} is not stored as it was sent`);
    filesEqual += 1;
  }

  async function phase(what: string, concurrency: number, count: number, work: (i: number) => Promise<void>) {
    const done = await runPhase(what, concurrency, count, work);
    phases.push(done);
    options.onPhase?.(done);
  }

  try {
    const share = (total: number) => Math.ceil(total / options.concurrency.length);
    for (const concurrency of options.concurrency) {
      await phase("sign", concurrency, share(options.signings), async (index) => {
        await sign(index % 2 === 0 ? "put-sign" : "post-policy", index);
      });
    }
    const uploaded = new Map<string, string>();
    for (const concurrency of options.concurrency) {
      await phase("upload", concurrency, share(options.uploads), (index) => upload(index, uploaded));
    }
    const stored = [...uploaded];
    await phase("read back", Math.max(...options.concurrency), stored.length, async (index) => {
      const [url = "", expected = ""] = stored[index] ?? [];
      await readBack(url, expected);
    });
  } finally {
    client.close();
  }
  return { phases, keys: keys.size, duplicateKeys: handedOut - keys.size, filesEqual };
}

function expectOk(answer: Answer): Answer {
  if (answer.status === 200) return answer;
  const text = answer.body.toString();
  const refused = safeParse(Refused, text);
  const code = refused.success ? refused.output.error.code : refusalCode(answer.body);
  throw new Error(`${answer.status} ${code ?? text.slice(0, 200)}`);
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A form as wx.uploadFile sends it: the fields in order, then the file. */
function form(fields: Readonly<Record<string, string>>, file: Buffer) {
  const boundary = `----load${randomBytes(12).toString("hex")}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join("")}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
