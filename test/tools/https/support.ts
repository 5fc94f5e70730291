import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { EMULATED_BUCKET } from "../../../packages/cos-emulator/src/cloud/account.ts";
import { createCosHandler } from "../../../packages/cos-emulator/src/cos/handler.ts";
import { listenCos } from "../../../packages/cos-emulator/src/cos/server.ts";
import { parseBucketPolicy } from "../../../packages/cos-emulator/src/cos/store/bucket-policy.ts";
import { BucketSettings } from "../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { Buckets } from "../../../packages/cos-emulator/src/cos/store/buckets.ts";
import { ObjectStore } from "../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { CredentialStore } from "../../../packages/cos-emulator/src/sts/credential-store.ts";
import { run } from "../../../tools/https/cli.ts";
import type { HttpsWorld } from "../../../tools/https/world.ts";
import { TEST_ACCOUNT } from "../../support/account.ts";
import { testAuthority } from "../../support/certificates.ts";

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** The questions that were asked. */
  readonly questions: readonly string[];
  readonly checks: readonly { id: string; status: string; detail: string; fix: string }[];
  /** The status of the only check with this id, whatever its host. */
  status(id: string): string | undefined;
}

export interface TestBucket {
  /** `127.0.0.1:<port>`; http and https. */
  readonly host: string;
  readonly port: number;
  readonly authority: Awaited<ReturnType<typeof testAuthority>>;
  readonly settings: BucketSettings;
  /** One line per request. */
  readonly log: readonly string[];
  /** The folder in which the command runs. */
  readonly directory: string;
  /** The JSON of the current policy; undefined if there is none. */
  policy(): unknown;
  setPolicy(policy: object): Promise<void>;
  /** The names of the files that the command has written. */
  saved(): Promise<string[]>;
  read(name: string): Promise<string>;
  file(name: string, content: string | Buffer): Promise<string>;
  /** Runs `npm run https --` with these arguments. */
  https(args: readonly string[], world?: Partial<HttpsWorld>): Promise<Outcome>;
}

let made: ReturnType<typeof makeCertificate> | undefined;

/** Shared by every bucket: tests look at no difference, and they take longer to make than to use. */
function issued(): ReturnType<typeof makeCertificate> {
  made ??= makeCertificate();
  return made;
}

async function makeCertificate() {
  const authority = await testAuthority();
  return { authority, certificate: await authority.server({ names: ["127.0.0.1"] }) };
}

/** A bucket of the emulator over http and https on one port, and the command configured for it. */
export async function startBucket(): Promise<TestBucket> {
  const directory = await mkdtemp(join(tmpdir(), "https-"));
  const data = await mkdtemp(join(tmpdir(), "cos-"));
  const { authority, certificate } = await issued();
  const settings = await BucketSettings.open(join(data, "bucket.json"));
  const log: string[] = [];
  const handler = createCosHandler({
    account: TEST_ACCOUNT,
    buckets: Buckets.only({
      bucket: EMULATED_BUCKET,
      store: await ObjectStore.open(join(data, "objects")),
      settings,
      created: Date.now(),
    }),
    credentials: new CredentialStore(),
    clock: Date.now,
    log: (line) => log.push(line),
    strictTransport: true,
  });
  const { port, close } = await listenCos(handler, {
    port: 0,
    host: "127.0.0.1",
    tls: { key: certificate.keyPem, cert: certificate.pem + authority.intermediate.pem },
    secureContext: (servername) => settings.secureContext(servername),
  });
  onTestFinished(async () => {
    await close();
    for (const folder of [directory, data]) await rm(folder, { recursive: true });
  });
  const file = async (name: string, content: string | Buffer) => {
    await writeFile(join(data, name), content);
    return join(data, name);
  };
  const ca = await file("ca.pem", authority.root.pem);
  const host = `127.0.0.1:${port}`;
  const env = {
    COS_SECRET_ID: TEST_ACCOUNT.secretId,
    COS_SECRET_KEY: TEST_ACCOUNT.secretKey,
    COS_BUCKET: EMULATED_BUCKET.name,
    COS_REGION: EMULATED_BUCKET.region,
    COS_DOMAIN: host,
  };
  const empty = await file("empty.env", "");
  return {
    host,
    port,
    authority,
    settings,
    log,
    directory,
    file,
    policy: () => settings.policy && JSON.parse(settings.policy.text),
    setPolicy: (policy) => settings.setPolicy(parseBucketPolicy(JSON.stringify(policy))),
    saved: () => readdir(directory),
    read: (name) => readFile(join(directory, name), "utf8"),
    https: (args, world = {}) =>
      https(["--env-file", empty, "--ca", ca, ...args], { env, directory, ...world }),
  };
}

/** Runs the command in this process, with nobody to ask. */
export async function https(args: readonly string[], world: Partial<HttpsWorld>): Promise<Outcome> {
  let output = "";
  let errors = "";
  const questions: string[] = [];
  const { ask } = world;
  const code = await run(["--timeout", "60", ...args], {
    env: {},
    clock: Date.now,
    isTerminal: false,
    write: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
    sleep: async () => undefined,
    directory: "/nonexistent",
    ...world,
    ask:
      ask &&
      ((question) => {
        questions.push(question);
        return ask(question);
      }),
  });
  const checks: Outcome["checks"] = output.startsWith("{") ? JSON.parse(output).checks : [];
  return {
    code,
    output,
    errors,
    questions,
    checks,
    status(id) {
      const [found, ...others] = checks.filter((check) => check.id.split("@")[0] === id);
      if (others.length > 0) throw new Error(`${id} is there more than once`);
      return found?.status;
    },
  };
}

/** Answers every question with this. */
export function answering(answer: string): Pick<HttpsWorld, "ask"> {
  return { ask: async () => answer };
}
