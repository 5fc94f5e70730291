import { createHash, type Hash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { EmulatorProcess } from "../../lib/emulator-process.ts";
import { signRequest } from "../../lib/signed-request.ts";
import { Client } from "../client.ts";
import { putInParallel } from "./bare.ts";
import { type Core, loadCore } from "./core.ts";
import { Phone, type Seen, type Trouble } from "./phone.ts";

const MiB = 1024 ** 2;
const PART = 4 * MiB;
const AT_ONCE = 4;

/** Each happens to about one part in twenty. A slow part keeps its place for as long as three others take here. */
const TROUBLE: Trouble = { cut: 20, refused: 19, slow: 23, slowMs: 300 };

/** The result of one way of sending the file. */
export interface Line {
  readonly what: string;
  readonly seconds: number;
  /** How many of these seconds COS took to join the parts. */
  readonly joinSeconds: number;
  readonly seen?: Seen;
}

export interface PartsReport {
  readonly lines: readonly Line[];
  /** Whether every file is stored as it was sent. */
  readonly isEqual: boolean;
  /** The most bytes that the client had in memory, and how many it may have. */
  readonly mostBytes: number;
  readonly allowedBytes: number;
}

/**
 * Sends one large file with the client's core, over a good network, and over a bad one with the app closed half-way. Before
 * and after that, a bare client sends the same parts.
 *
 * @param root the repository's folder
 * @param folder the folder for the file
 * @param size in bytes
 */
export async function runParts(
  root: string,
  folder: string,
  target: EmulatorProcess,
  size: number,
  onLine: (line: Line) => void,
): Promise<PartsReport> {
  const path = join(folder, "large.mp4");
  const expected = await writeRandom(path, size);
  const ca = readFileSync(target.caFile);
  const core = await loadCore(root, folder);
  const sizes = new Map([[path, size]]);
  const lines: Line[] = [];
  const keys: string[] = [];
  const tell = (line: Line) => {
    lines.push(line);
    onLine(line);
  };
  const bare = async () => {
    const { parts, join } = await putInParallel(target, ca, path, size, PART, AT_ONCE);
    tell({ what: "bare", seconds: parts + join, joinSeconds: join });
  };

  await bare();
  const good = new Phone(ca, sizes, new Map(), undefined);
  const goodSeconds = await timed(async () => {
    keys.push(await uploadOn(core, target.url, good, path));
  });
  await good.kill();
  tell({ what: "client", seconds: goodSeconds, joinSeconds: good.seen.joinSeconds, seen: good.seen });

  const stored = new Map<string, string>();
  const phones = [new Phone(ca, sizes, stored, TROUBLE), new Phone(ca, sizes, stored, TROUBLE)] as const;
  const badSeconds = await timed(async () => {
    await untilHalf(core, target.url, phones[0], path);
    await phones[0].kill();
    keys.push(await uploadOn(core, target.url, phones[1], path));
  });
  await phones[1].kill();
  const seen = {
    parts: phones[0].seen.parts + phones[1].seen.parts,
    troubled: phones[0].seen.troubled + phones[1].seen.troubled,
    mostBytes: Math.max(phones[0].seen.mostBytes, phones[1].seen.mostBytes),
    joinSeconds: phones[1].seen.joinSeconds,
  };
  tell({
    what: "client, cut, refused, slow and closed half-way",
    seconds: badSeconds,
    joinSeconds: seen.joinSeconds,
    seen,
  });
  await bare();

  const client = new Client(ca);
  const digests = [];
  for (const key of keys) digests.push(await digestOf(client, target, key, size));
  client.close();
  return {
    lines,
    isEqual: digests.length === 2 && digests.every((digest) => digest === expected),
    mostBytes: Math.max(good.seen.mostBytes, seen.mostBytes),
    allowedBytes: AT_ONCE * PART,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

function uploaderOn(core: Core, endpoint: string, phone: Phone) {
  const { parts } = core;
  return core.uploaderOn(phone, { endpoint, parts, maxAttempts: 4, backoffMs: 100, partsAtOnce: AT_ONCE });
}

async function uploadOn(core: Core, endpoint: string, phone: Phone, path: string): Promise<string> {
  let reached = 0;
  const { key } = await uploaderOn(core, endpoint, phone).upload(path, {
    onProgress({ fraction }) {
      if (fraction < reached) throw new Error("The progress decreased.");
      reached = fraction;
    },
  });
  return key;
}

/** Uploads until half of the file has been sent. The upload never settles, since the app is closed after that. */
function untilHalf(core: Core, endpoint: string, phone: Phone, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onProgress = ({ fraction }: { readonly fraction: number }) => fraction >= 0.5 && resolve();
    uploaderOn(core, endpoint, phone)
      .upload(path, { onProgress })
      .then(() => resolve(), reject);
  });
}

/** Writes random bytes. @returns the file's digest */
async function writeRandom(path: string, size: number): Promise<string> {
  const hash = createHash("md5");
  const file = await open(path, "w");
  for (let at = 0; at < size; at += 16 * MiB) {
    const bytes = randomBytes(Math.min(16 * MiB, size - at));
    hash.update(bytes);
    await file.write(bytes);
  }
  await file.close();
  return hash.digest("hex");
}

async function digestOf(client: Client, target: EmulatorProcess, key: string, size: number): Promise<string> {
  const hash: Hash = createHash("md5");
  const endpoint = new URL(`https://${target.cosHost}`);
  for (let at = 0; at < size; at += 16 * MiB) {
    const now = Math.floor(Date.now() / 1000);
    const { headers } = signRequest(
      { method: "GET", objectKey: key },
      { key: target.account, endpoint, now },
    );
    const range = `bytes=${at}-${Math.min(at + 16 * MiB, size) - 1}`;
    const url = `${endpoint.origin}/${key}`;
    const { status, body } = await client.send({ method: "GET", url, headers: { ...headers, range } });
    if (status !== 206) throw new Error(`COS answered ${status} for ${range}`);
    hash.update(body);
  }
  return hash.digest("hex");
}
