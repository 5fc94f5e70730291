import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Account, HttpsPlaces } from "../packages/cos-emulator/src/index.ts";
import { writePrivately } from "../packages/cos-emulator/src/index.ts";
import { EXECUTION_ROLE, LIFE_ROLE } from "./roles.ts";

export interface Rehearsal {
  readonly account: Account;
  readonly scfEndpoint: string;
  readonly https: HttpsPlaces | undefined;
  /** The variables with which the functions reach the emulated cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether what works on stored files can be deployed too: COS has one function for each event. */
  readonly withLife: boolean;
}

/**
 * Writes `deploy.env`: what `npm run deploy` needs in order to deploy into this emulator, as a shell and
 * `node --env-file` both read it. All of its keys are the emulator's own, which open nothing else.
 */
export async function writeRehearsalFile(
  directory: string,
  { account, scfEndpoint, https, environment, withLife }: Rehearsal,
): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const file = join(directory, "deploy.env");
  const variables = {
    SCF_ENDPOINT: scfEndpoint,
    tencent_serverless_devs_key: JSON.stringify({
      AccountID: account.ownerUin,
      SecretID: account.secretId,
      SecretKey: account.secretKey,
    }),
    ...environment,
    // What `npm run https` finds the emulated CDN by.
    ...(https && {
      CDN_ENDPOINT: https.cdnEndpoint,
      SSL_ENDPOINT: https.sslEndpoint,
      DNS_SERVER: https.dnsServer,
      HTTPS_EDGE: https.edge,
      NODE_EXTRA_CA_CERTS: https.caFile,
    }),
    ...(withLife && lifeVariables(account, environment)),
    ...(environment["COS_ROLE_ARN"] !== undefined && { FUNCTION_ROLE: EXECUTION_ROLE }),
    // Nobody but this machine reaches an emulator.
    ...(environment["UPLOAD_AUTH"] === "none" && { ALLOW_PUBLIC_UPLOADS: "yes" }),
  };
  const lines = Object.entries(variables)
    .filter(([, value]) => !/['\n]/.test(value))
    .map(([name, value]) => `${name}='${value}'\n`);
  await mkdir(directory, { recursive: true });
  await writePrivately(file, lines.join(""), 0o600);
  return { file, remove: () => rm(file, { force: true }) };
}

/** The key, or the role, of the functions that work on stored files. */
function lifeVariables(
  { ownerUin }: Account,
  { COS_SECRET_ID, COS_SECRET_KEY }: Readonly<Record<string, string>>,
): Record<string, string> {
  if (COS_SECRET_ID === undefined || COS_SECRET_KEY === undefined) {
    return { LIFE_ROLE_ARN: `qcs::cam::uin/${ownerUin}:roleName/${LIFE_ROLE}` };
  }
  return { LIFE_SECRET_ID: COS_SECRET_ID, LIFE_SECRET_KEY: COS_SECRET_KEY };
}
