import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Account, HttpsPlaces } from "../packages/cos-emulator/src/index.ts";
import { writePrivately } from "../packages/cos-emulator/src/index.ts";
import { EXECUTION_ROLE, ownRole, roleArn } from "./roles.ts";

export interface Rehearsal {
  readonly account: Account;
  readonly scfEndpoint: string;
  readonly https: HttpsPlaces | undefined;
  /** The variables that point the functions to the emulated cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the functions for stored files can be deployed too: COS calls only one function for each event. */
  readonly withLife: boolean;
}

/**
 * Writes `deploy.env`, which makes `npm run deploy` deploy into this emulator, in a form that both a shell and
 * `node --env-file` can read. All keys in it are the emulator's own and open nothing else.
 */
export async function writeRehearsalFile(
  directory: string,
  { account, scfEndpoint, https, environment, withLife }: Rehearsal,
): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const file = join(directory, "deploy.env");
  const variables: Readonly<Record<string, string>> = {
    SCF_ENDPOINT: scfEndpoint,
    tencent_serverless_devs_key: JSON.stringify({
      AccountID: account.ownerUin,
      SecretID: account.secretId,
      SecretKey: account.secretKey,
    }),
    ...(withLife ? environment : withoutLife(environment)),
    // These point `npm run https` to the emulated CDN.
    ...(https && {
      CDN_ENDPOINT: https.cdnEndpoint,
      SSL_ENDPOINT: https.sslEndpoint,
      DNS_SERVER: https.dnsServer,
      HTTPS_EDGE: https.edge,
      NODE_EXTRA_CA_CERTS: https.caFile,
    }),
    ...(withLife && lifeVariables(account, environment)),
    ...(environment["COS_ROLE_ARN"] !== undefined && { FUNCTION_ROLE: EXECUTION_ROLE }),
    // These uploads are not really public: they go to an emulator.
    ...(environment["UPLOAD_AUTH"] === "none" && { ALLOW_PUBLIC_UPLOADS: "yes" }),
  };
  const lines = Object.entries(variables)
    .filter(([, value]) => !/['\n]/.test(value))
    .map(([name, value]) => `${name}='${value}'\n`);
  await mkdir(directory, { recursive: true });
  await writePrivately(file, lines.join(""), 0o600);
  return { file, remove: () => rm(file, { force: true }) };
}

/** The keys or the roles of the functions for stored files and, with a check, of login. */
function lifeVariables(
  { ownerUin }: Account,
  { COS_SECRET_ID, COS_SECRET_KEY, MEDIA_CHECK }: Readonly<Record<string, string>>,
): Record<string, string> {
  const owners = ["LIFE" as const, ...(MEDIA_CHECK ? ["LOGIN" as const] : [])];
  return Object.assign(
    {},
    ...owners.map((owner) =>
      COS_SECRET_ID === undefined || COS_SECRET_KEY === undefined
        ? { [`${owner}_ROLE_ARN`]: roleArn(ownerUin, ownRole(owner)) }
        : { [`${owner}_SECRET_ID`]: COS_SECRET_ID, [`${owner}_SECRET_KEY`]: COS_SECRET_KEY },
    ),
  );
}

/** Without what only those functions use, which `npm run deploy` refuses where they are not deployed. */
function withoutLife(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name]) =>
        !/^(LIFE_|LOGIN_|WX_PUSH_|MEDIA_CHECK$|COS_AUDIT_TOKEN$|UPLOADED_WEBHOOK$|WEBHOOK_SECRET$)/.test(
          name,
        ),
    ),
  );
}
