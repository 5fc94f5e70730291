import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { scf } from "tencentcloud-sdk-nodejs-scf";
import { type Dev, type DevOptions, startDev } from "../../../../dev/emulator.ts";
import { SCF_DEFAULTS } from "../../../../packages/cos-emulator/src/scf/api/options.ts";
import { URL_TRIGGER, zipOf } from "../scf/api/support.ts";

/** A function that answers, and logs that it was called. */
const ECHO = `exports.main_handler = async (event) => {
  console.log("called", event.queryString.said ?? "");
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(event) };
};`;

/** The user's own domain, which leads to the Function URL. */
export const SCF_DOMAIN = "api.shop.example";

/** The origin that the CORS rules of the bucket and the functions allow. */
export const CORS_ORIGIN = "https://shop.example";

export type ServiceName = "functions" | "COS" | "STS" | "WeChat" | "SCF" | "Function URL";

export interface Service {
  readonly name: ServiceName;
  readonly port: number;
  /** The protocols that it speaks. */
  readonly schemes: readonly ("http" | "https")[];
  /** A path that answers a GET. */
  readonly path: string;
}

/** An emulator with every listener, and a function behind each entry. */
export async function startServices(options: Partial<DevOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "guard-"));
  const functionsDirectory = join(folder, "functions");
  await mkdir(join(functionsDirectory, "echo"), { recursive: true });
  await writeFile(join(functionsDirectory, "echo", "index.js"), ECHO);
  const lines: string[] = [];
  const emulator = await startDev({
    port: 0,
    cosPort: 0,
    dataDirectory: join(folder, "data"),
    functionsDirectory,
    environment: { CORS_ORIGINS: CORS_ORIGIN },
    log: (line) => void lines.push(line),
    ...options,
  });
  const client = scfClient(emulator);
  const functionUrl = await deploy(client);
  const of = (name: ServiceName, address: string, schemes: Service["schemes"], path: string): Service => ({
    name,
    port: Number(/:(\d+)$/.exec(address)?.[1]),
    schemes,
    path,
  });
  const services = [
    of("functions", emulator.url, ["http"], "/echo"),
    of("COS", emulator.cosHost, ["http", "https"], "/a.txt"),
    of("STS", emulator.stsEndpoint, ["https"], "/"),
    of("WeChat", emulator.weChatEndpoint, ["https"], "/sns/jscode2session"),
    of("SCF", emulator.scfEndpoint, ["http"], "/"),
    of("Function URL", functionUrl, ["http"], "/"),
  ];
  return {
    emulator,
    lines,
    client,
    services,
    async close() {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function scfClient({ account, bucket, scfEndpoint }: Dev) {
  return new scf.v20180416.Client({
    credential: account,
    region: bucket.region,
    profile: { httpProfile: { protocol: "http://", endpoint: scfEndpoint.slice("http://".length) } },
  });
}

/** Creates a function with a Function URL and a custom domain, and returns the URL. */
async function deploy(client: ReturnType<typeof scfClient>): Promise<string> {
  const name = { FunctionName: "deployed" };
  await client.CreateFunction({
    ...name,
    Runtime: "Nodejs20.19",
    Handler: "index.main_handler",
    Code: { ZipFile: zipOf({ "index.js": ECHO }) },
    Environment: { Variables: [{ Key: "CORS_ORIGINS", Value: CORS_ORIGIN }] },
  });
  await sleep(SCF_DEFAULTS.transitionMs + 50);
  await client.CreateTrigger({ ...name, ...URL_TRIGGER });
  await client.CreateCustomDomain({
    Domain: SCF_DOMAIN,
    Protocol: "HTTP",
    EndpointsConfig: [{ ...name, Namespace: "default", Qualifier: "$LATEST", PathMatch: "/*" }],
  });
  await sleep(SCF_DEFAULTS.transitionMs + 50);
  const { Triggers } = await client.ListTriggers(name);
  const url = /"ExtranetUrl":"([^"]*)"/.exec(Triggers?.[0]?.TriggerDesc ?? "")?.[1];
  if (url === undefined) throw new Error("There is no Function URL.");
  return url;
}
