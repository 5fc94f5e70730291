import { join, resolve } from "node:path";
import { type Account, type Bucket, EMULATED_BUCKET, type MiniProgram } from "./cloud/account.ts";
import { openAccount } from "./cloud/account-file.ts";
import type { Clock } from "./cloud/clock.ts";
import { ObjectEvents } from "./cloud/object-events.ts";
import { openRoles, type Roles } from "./cloud/roles.ts";
import { visible } from "./cloud/visible.ts";
import { type Faults, noFaults, setFaults } from "./faults/faults.ts";
import { RequestLog } from "./requests/request-log.ts";
import type { CredentialStore } from "./sts/credential-store.ts";
import { FaultyCredentialStore } from "./sts/faults.ts";
import { openCertificateAuthority } from "./tls/certificate-authority.ts";
import { serverNames } from "./tls/names.ts";
import { OwnNames } from "./tls/own-names.ts";
import { issueServerCertificate, type ServerCertificate } from "./tls/server-certificate.ts";

/** What the services of one emulated cloud share: one account, its keys and roles, one time, one authority. */
export interface Cloud {
  readonly account: Account;
  /** The Mini Program that the emulated WeChat knows. */
  readonly miniProgram: MiniProgram;
  /** The additional secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The JSON file that keeps all of these. */
  readonly accountFile: string;
  readonly bucket: Bucket;
  readonly roles: Roles;
  /** Every temporary key that STS has issued. */
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  readonly faults: Faults;
  /** The changes of objects that COS reports to functions. */
  readonly objectEvents: ObjectEvents;
  /** The last requests of every service. */
  readonly requests: RequestLog;
  /** The certificate that every HTTPS port presents. */
  readonly tls: ServerCertificate;
  /** The authority that signed it, and the certificates for bucket names that it does not cover. */
  readonly ownNames: OwnNames;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly log: (line: string) => void;
}

export interface CloudOptions {
  readonly dataDirectory: string;
  /** The buckets that exist from the start, besides the default one; the certificate covers their names too. */
  readonly buckets: readonly Bucket[];
  /** The address to answer on besides the loopback address; the certificate covers it too. */
  readonly host: string | undefined;
  /** Names of additional secrets to generate for this data folder and keep. */
  readonly secrets: readonly string[];
  /** The JSON of each role's policy, by name. */
  readonly roles: Readonly<Record<string, string>>;
  /** The faults from the start, such as `sts=hang`. */
  readonly faults: readonly string[];
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * @throws {AccountFileError} when the data folder's account file cannot be used
 * @throws {RoleError} when CAM would not accept a role
 */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { clock } = options;
  const log = (line: string) => options.log(visible(line));
  const dataDirectory = resolve(options.dataDirectory);
  const bucket = EMULATED_BUCKET;
  const roles = openRoles(options.roles);
  const { account, miniProgram, secrets, file } = await openAccount(dataDirectory, options.secrets);
  // Clients check certificates against the machine's clock, whatever the cloud's says.
  const names = serverNames(options.buckets, options.host === undefined ? [] : [options.host]);
  const authority = await openCertificateAuthority(join(dataDirectory, "tls"), Date.now, log, names);
  const tls = await issueServerCertificate(authority, names, Date.now);
  const faults = noFaults();
  setFaults(faults, options.faults);
  return {
    account,
    miniProgram,
    secrets,
    accountFile: file,
    bucket,
    roles,
    credentials: new FaultyCredentialStore(faults),
    clock,
    faults,
    objectEvents: new ObjectEvents(),
    requests: new RequestLog(clock),
    tls,
    ownNames: new OwnNames(authority, names, Date.now, log),
    dataDirectory,
    log,
  };
}
