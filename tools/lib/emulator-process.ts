import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { object, parse, string } from "valibot";
import type { PermanentKey } from "../../shared/config.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PORTS = ["--port", "--cos-port", "--sts-port", "--wechat-port", "--scf-port"];

/** `npm start` in its own process, so that its client does not slow it down. */
export interface EmulatorProcess {
  /** The address of the functions. */
  readonly url: string;
  /** `host:port`, http and https. */
  readonly cosHost: string;
  /** `host:port`, https. */
  readonly stsEndpoint: string;
  /** The PEM file of the authority that signed its certificates. */
  readonly caFile: string;
  /** The permanent key of its account. */
  readonly account: PermanentKey;
  close(): Promise<void>;
}

/** The variables to read from `deploy.env`, which the emulator writes before it is ready. */
const DeployEnv = object({
  COS_DOMAIN: string(),
  STS_ENDPOINT: string(),
  NODE_EXTRA_CA_CERTS: string(),
  COS_SECRET_ID: string(),
  COS_SECRET_KEY: string(),
});

/**
 * Starts the emulator with its command line, on free ports, and waits until everything answers.
 *
 * @param dataDirectory the folder for its objects and certificates
 * @param functionsDirectory the folder with the built functions, each at `<name>/index.js`
 * @param more further flags
 * @throws Error when it ends instead; standard error then says why
 */
export async function startEmulatorProcess(
  dataDirectory: string,
  functionsDirectory: string,
  more: readonly string[] = [],
): Promise<EmulatorProcess> {
  const flags = [...PORTS.flatMap((flag) => [flag, "0"]), "--data", dataDirectory, "--no-triggers", ...more];
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "dev/main.ts", ...flags, "--functions", functionsDirectory],
    {
      cwd: ROOT,
      // It gets nothing of this process's environment. As under npm, it ends when the process that started it has ended.
      env: { npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exited = once(child, "exit");
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^ready (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  // Without a reader, it continues without a log.
  child.stdout.destroy();
  if (url === undefined) {
    const [code, signal] = await exited;
    throw new Error(`The emulator ended with ${code ?? signal} before it was ready.`);
  }
  const env = parse(DeployEnv, parseEnv(await readFile(join(dataDirectory, "deploy.env"), "utf8")));
  return {
    url,
    cosHost: env.COS_DOMAIN,
    stsEndpoint: env.STS_ENDPOINT,
    caFile: env.NODE_EXTRA_CA_CERTS,
    account: { secretId: env.COS_SECRET_ID, secretKey: env.COS_SECRET_KEY },
    async close() {
      child.kill();
      await exited;
    },
  };
}
