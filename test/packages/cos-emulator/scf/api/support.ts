import { createServer } from "node:http";
import { zipSync } from "fflate";
import { scf } from "tencentcloud-sdk-nodejs-scf";
import { parsePolicy } from "../../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { listen, stop } from "../../../../../packages/cos-emulator/src/cloud/listen.ts";
import { ObjectEvents } from "../../../../../packages/cos-emulator/src/cloud/object-events.ts";
import { SCF_DEFAULTS, type ScfOptions } from "../../../../../packages/cos-emulator/src/scf/api/options.ts";
import { createScfListener } from "../../../../../packages/cos-emulator/src/scf/api/scf-listener.ts";
import { ScfService } from "../../../../../packages/cos-emulator/src/scf/api/scf-service.ts";
import { CredentialStore } from "../../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { keysOf } from "../../../../../packages/cos-emulator/src/sts/sts-listener.ts";
import { TEST_ACCOUNT } from "../../../../support/account.ts";
import { onTestEnd } from "../../fixture-functions.ts";

export type ScfClient = InstanceType<typeof scf.v20180416.Client>;

export interface ClientOptions {
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly token?: string;
  readonly region?: string;
}

/** An emulated SCF whose clock moves only when a test moves it, and the official client for it. */
export async function startScf(changes: Partial<ScfOptions> = {}) {
  let offsetMs = 0;
  const frozen = Date.now();
  const lines: string[] = [];
  const store = new CredentialStore();
  const objectEvents = new ObjectEvents();
  objectEvents.serve(({ name, region }) => name === "uploads-1250000000" && region === "ap-guangzhou");
  const service = new ScfService({
    ...SCF_DEFAULTS,
    account: TEST_ACCOUNT,
    region: "ap-guangzhou",
    findKey: keysOf({ account: TEST_ACCOUNT, store }),
    clock: () => frozen + offsetMs,
    log: (line) => void lines.push(line),
    roleCredential: (role) =>
      role === "scf-execution"
        ? () => ({ tmpSecretId: "AKIDrole", tmpSecretKey: "role-key", token: "role-token" })
        : undefined,
    platformEnvironment: {},
    maxInstances: 2,
    eventShape: "function-url",
    objectEvents,
    ...changes,
  });
  let origin = "";
  const server = createServer(createScfListener(service, () => origin));
  origin = `http://127.0.0.1:${await listen(server, 0)}`;
  onTestEnd(async () => {
    await stop(server);
    await service.close();
  });
  const connect = (options: ClientOptions = {}): ScfClient =>
    new scf.v20180416.Client({
      credential: {
        secretId: options.secretId ?? TEST_ACCOUNT.secretId,
        secretKey: options.secretKey ?? TEST_ACCOUNT.secretKey,
        ...(options.token !== undefined && { token: options.token }),
      },
      region: options.region ?? "ap-guangzhou",
      profile: { httpProfile: { protocol: "http://", endpoint: origin.slice("http://".length) } },
    });
  return {
    origin,
    lines,
    connect,
    client: connect(),
    /** A client with a temporary key whose session policy is this statement. */
    connectAs: (statement: object): ScfClient => {
      const text = JSON.stringify({ version: "2.0", statement: [statement] });
      const issued = store.issue([parsePolicy(text)], 1800, Math.floor(frozen / 1000));
      return connect({
        secretId: issued.tmpSecretId,
        secretKey: issued.tmpSecretKey,
        token: issued.token,
      });
    },
    advance: (milliseconds: number) => {
      offsetMs += milliseconds;
    },
    /** Lets every pending change finish. */
    pass: () => {
      offsetMs += SCF_DEFAULTS.transitionMs;
    },
  };
}

/** A package with these files, in the API's form. */
export function zipOf(files: Readonly<Record<string, string>>): string {
  const entries = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  return Buffer.from(zipSync(Object.fromEntries(entries))).toString("base64");
}

/** Answers with its environment, its event and a word. */
export const ECHO = (word: string) => `
  exports.main_handler = async (event, context) => {
    console.log(JSON.stringify({ said: ${JSON.stringify(word)}, requestId: context.request_id }));
    return {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ word: ${JSON.stringify(word)}, event, env: process.env }),
    };
  };`;

/** The default parameters of CreateFunction. */
export const NEW = {
  FunctionName: "echo",
  Runtime: "Nodejs20.19",
  Handler: "index.main_handler",
  Code: { ZipFile: zipOf({ "index.js": ECHO("first") }) },
} as const;

export const URL_TRIGGER = {
  TriggerName: "function-url",
  Type: "http",
  TriggerDesc: JSON.stringify({
    AuthType: "NONE",
    NetConfig: { EnableExtranet: true, EnableIntranet: false },
  }),
} as const;

/** The code of a call's refusal; "" if it succeeds. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
