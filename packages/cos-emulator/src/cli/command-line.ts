import { readFileSync } from "node:fs";
import { Command, CommanderError, Help, InvalidArgumentError, Option } from "commander";
import { ACCOUNT_IDS, type Bucket } from "../cloud/account.ts";
import { isOwnPrivateAddress, ownPrivateAddresses } from "../cloud/private-address.ts";
import { rolePolicy } from "../cloud/roles.ts";
import type { ServiceName } from "../cloud/service.ts";
import { CosError } from "../cos/http/errors.ts";
import { checkBucket } from "../cos/operations/put-bucket.ts";
import type { EmulatorOptions } from "../emulator.ts";
import { FAULT_NAMES } from "../faults/faults.ts";

/** The flag that moves each service's port. */
export const PORT_FLAGS: Readonly<Record<ServiceName, string>> = {
  functions: "--port",
  COS: "--cos-port",
  STS: "--sts-port",
  WeChat: "--wechat-port",
  SCF: "--scf-port",
  CDN: "--cdn-port",
  SSL: "--ssl-port",
  edge: "--edge-port",
  DNS: "--dns-port",
};

/** The options that can be set on the command line. */
export interface CommandLineOptions
  extends Omit<
    EmulatorOptions,
    "clock" | "customDomains" | "dataDirectory" | "functions" | "log" | "mount" | "secrets"
  > {
  readonly dataDirectory: string;
  /** Holds the functions, `<name>/index.js` each. */
  readonly functionsDirectory: string | undefined;
  /** Variables for the functions. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The outcome of reading the command line: what to start, or the code to exit with, once the reason is printed. */
export type CommandLine<T> = { readonly options: T } | { readonly exitCode: 0 | 2 };

/** The flags of {@link emulatorCommand} as commander has them. */
interface Flags {
  readonly port: number;
  readonly cosPort: number;
  readonly stsPort: number;
  readonly wechatPort: number;
  readonly scfPort: number;
  readonly host: string | undefined;
  readonly cdnPort: number;
  readonly sslPort: number;
  readonly edgePort: number;
  readonly dnsPort: number;
  readonly cdnDomain: readonly string[];
  readonly edgeoneDomain: readonly string[];
  readonly dnspodZone: readonly string[];
  readonly deploySeconds: number;
  readonly data: string;
  readonly functions: string | undefined;
  readonly event: EmulatorOptions["eventShape"];
  readonly timeout: number;
  readonly memory: number;
  readonly maxInstances: number;
  readonly retrySeconds: number;
  readonly mediaCheckMs: number;
  readonly maxObjectSize: number;
  readonly strictSignature: boolean;
  readonly strictTransport: boolean;
  readonly strictPolicy: boolean;
  readonly strictTime: boolean;
  readonly fault: readonly string[];
  readonly bucket: readonly Bucket[];
  readonly role: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandText {
  /** How it is called, such as `npx cos-emulator`. */
  readonly name: string;
  readonly description: string;
  /** What --help says about --env. */
  readonly env: string;
  /** What --help says about --role. */
  readonly role: string;
}

/** The command with the emulator's flags. Callers may add more. */
export function emulatorCommand(text: CommandText, defaults: CommandLineOptions): Command {
  const port = integer(0, 65535);
  return new Command(text.name)
    .configureHelp({ optionDescription: (option) => described(option) })
    .description(text.description)
    .option("--port <number>", "where the functions answer; 0 picks a free port", port, defaults.port)
    .option("--cos-port <number>", "where COS answers, http and https", port, defaults.cosPort)
    .option("--sts-port <number>", "where STS answers, https", port, defaults.stsPort)
    .option("--wechat-port <number>", "where WeChat's server API answers, https", port, defaults.weChatPort)
    .option("--scf-port <number>", "where SCF's API answers, to rehearse deploying", port, defaults.scfPort)
    .option(
      "--host <address>",
      "an address of this machine in a private network, such as your Wi-Fi, where functions, page and COS answer too",
      host,
      defaults.host,
    )
    .option(
      "--data <folder>",
      "keeps the objects, the account's secrets and the certificates",
      defaults.dataDirectory,
    )
    .option("--functions <folder>", "holds the functions, <name>/index.js each", defaults.functionsDirectory)
    .addOption(
      new Option("--event <shape>", "the event that calls a function")
        .choices(["function-url", "apigw"])
        .default(defaults.eventShape),
    )
    .option("--timeout <seconds>", "how long a function may take", integer(1, 900), defaults.timeoutSeconds)
    .option(
      "--memory <MB>",
      "memory of a function: 64, or 128 to 3072 in steps of 128",
      memory,
      defaults.memoryMb,
    )
    .option(
      "--max-instances <number>",
      "how many requests a function handles at once",
      integer(1, 100),
      defaults.maxInstances,
    )
    .option(
      "--retry-seconds <number>",
      "how long after a failure a COS trigger's event is sent again",
      integer(0, 21600),
      defaults.retrySeconds,
    )
    .option(
      "--media-check-ms <number>",
      "how long WeChat takes to check a file",
      integer(0, 1_800_000),
      defaults.mediaCheckMs,
    )
    .option(
      "--max-object-size <bytes>",
      "the largest body that COS accepts in one request",
      integer(1, defaults.maxObjectBytes),
      defaults.maxObjectBytes,
    )
    .option(
      "--strict-signature",
      "COS refuses uploads whose content-type or content-length is not signed",
      defaults.strictSignature,
    )
    .option("--fault <name>", `misbehave, repeatable: ${FAULT_NAMES.join(", ")}`, fault, defaults.faults)
    .option(
      "--strict-transport",
      "COS's policies count plain HTTP as insecure, even on this machine",
      defaults.strictTransport,
    )
    .option(
      "--strict-policy",
      "refuse policies that the API's pages forbid, even if Tencent's own software sends them",
      defaults.strictPolicy,
    )
    .option(
      "--strict-time",
      "COS refuses a signature that begins a second ahead of its clock",
      defaults.strictTime,
    )
    .option(
      "--cdn-domain <name>",
      "a name on the CDN in front of the bucket, repeatable; it starts CDN, SSL, DNS and an edge",
      domain,
      defaults.cdnDomains,
    )
    .option(
      "--edgeone-domain <name>",
      "a name on EdgeOne in front of the bucket, repeatable; it starts the same services",
      domain,
      defaults.edgeOneDomains,
    )
    .option("--dnspod-zone <name>", "a DNS zone in the account, repeatable", domain, defaults.dnsPodZones)
    .option(
      "--deploy-seconds <number>",
      "how long the CDN and SSL take to apply a change",
      integer(0, 3600),
      defaults.deploySeconds,
    )
    .option("--cdn-port <number>", "where the CDN's API answers", port, defaults.cdnPort)
    .option("--ssl-port <number>", "where the API of SSL certificates answers", port, defaults.sslPort)
    .option("--edge-port <number>", "where the CDN's names answer, http and https", port, defaults.edgePort)
    .option("--dns-port <number>", "where the emulated DNS answers, UDP", port, defaults.dnsPort)
    .option(
      "--bucket <NAME=REGION>",
      `another bucket, repeatable, such as pictures-${ACCOUNT_IDS.appId}=ap-beijing`,
      bucket,
      defaults.buckets,
    )
    .option("--role <NAME=FILE>", text.role, role, defaults.roles)
    .option("--env <KEY=VALUE>", text.env, variable, defaults.environment)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .exitOverride();
}

/** Without the default, if it is that there is nothing. */
function described(option: Option): string {
  const { flags, description, defaultValue } = option;
  const isNothing =
    defaultValue === false || (typeof defaultValue === "object" && Object.keys(defaultValue).length === 0);
  return new Help().optionDescription(isNothing ? new Option(flags, description) : option);
}

/** Reads the arguments that follow the program's name. */
export function readArguments(program: Command, args: readonly string[]): CommandLine<CommandLineOptions> {
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode === 0 ? 0 : 2 };
  }
  const flags = program.opts<Flags>();
  return {
    options: {
      port: flags.port,
      cosPort: flags.cosPort,
      stsPort: flags.stsPort,
      weChatPort: flags.wechatPort,
      scfPort: flags.scfPort,
      host: flags.host,
      cdnPort: flags.cdnPort,
      sslPort: flags.sslPort,
      edgePort: flags.edgePort,
      dnsPort: flags.dnsPort,
      cdnDomains: flags.cdnDomain,
      edgeOneDomains: flags.edgeoneDomain,
      dnsPodZones: flags.dnspodZone,
      deploySeconds: flags.deploySeconds,
      dataDirectory: flags.data,
      functionsDirectory: flags.functions,
      eventShape: flags.event,
      timeoutSeconds: flags.timeout,
      memoryMb: flags.memory,
      maxInstances: flags.maxInstances,
      retrySeconds: flags.retrySeconds,
      mediaCheckMs: flags.mediaCheckMs,
      maxObjectBytes: flags.maxObjectSize,
      strictSignature: flags.strictSignature,
      strictTransport: flags.strictTransport,
      strictPolicy: flags.strictPolicy,
      strictTime: flags.strictTime,
      faults: flags.fault,
      buckets: flags.bucket,
      roles: flags.role,
      environment: flags.env,
    },
  };
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** The sizes that SCF offers (https://cloud.tencent.com/document/product/583/11637). */
function memory(text: string): number {
  const value = integer(64, 3072)(text);
  if (value === 64 || value % 128 === 0) return value;
  throw new InvalidArgumentError("It must be 64, or 128 to 3072 in steps of 128.");
}

/** Neither 0.0.0.0 nor a public address: a flag should not open a computer to the internet. */
function host(text: string): string {
  if (isOwnPrivateAddress(text)) return text;
  const own = ownPrivateAddresses();
  throw new InvalidArgumentError(
    own.length === 0
      ? "This machine has no IPv4 address in a private network."
      : `It must be one of this machine's addresses in a private network: ${own.join(", ")}.`,
  );
}

function domain(text: string, previous: readonly string[]): readonly string[] {
  const name = text.toLowerCase();
  if (DOMAIN.test(name)) return [...previous, name];
  throw new InvalidArgumentError("It must be a domain name.");
}

const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

function fault(name: string, previous: readonly string[]): readonly string[] {
  if (FAULT_NAMES.includes(name)) return [...previous, name];
  throw new InvalidArgumentError(`It must be one of ${FAULT_NAMES.join(", ")}.`);
}

function bucket(text: string, previous: readonly Bucket[]): readonly Bucket[] {
  const [, name, region] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (name === undefined || region === undefined) throw new InvalidArgumentError("It must be NAME=REGION.");
  const given = { name, region };
  try {
    checkBucket(given, ACCOUNT_IDS.appId);
  } catch (error) {
    if (!(error instanceof CosError)) throw error;
    throw new InvalidArgumentError(error.reason ?? error.message);
  }
  return [...previous, given];
}

function role(text: string, previous: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || file === undefined) throw new InvalidArgumentError("It must be NAME=FILE.");
  try {
    const policy = readFileSync(file, "utf8");
    rolePolicy(name, policy);
    return { ...previous, [name]: policy };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function variable(
  text: string,
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const mark = text.indexOf("=");
  // Without an equals sign, the text may be a secret value: do not repeat it.
  if (mark < 1) throw new InvalidArgumentError("It must be KEY=VALUE.");
  return { ...previous, [text.slice(0, mark)]: text.slice(mark + 1) };
}
