import { type Command, InvalidArgumentError } from "commander";
import {
  checkCertificateFiles,
  type Endpoint,
  type Finding,
  type NamedFile,
  parseEndpoint,
  skip,
} from "../../packages/tls-check/src/index.ts";
import { readBucket, readPermanentKey } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { type BucketAccess, BucketError, bucketOrigin } from "../lib/bucket-api.ts";
import { CERTIFICATE_COMMANDS } from "../lib/certificate-commands.ts";
import { commandLine, type ExitCode, type Foreseen, parse } from "../lib/command-line.ts";
import { type ChangingWorld, NotDone } from "../lib/consent.ts";
import { report } from "../lib/findings.ts";
import { inShell } from "../lib/in-shell.ts";
import { readAnchors, readNamed } from "../lib/named-files.ts";
import { collectAddress, wholeNumber } from "../lib/options.ts";
import { readNetwork } from "../lib/read-network.ts";
import { readSettings, type Settings } from "../lib/settings.ts";
import type { World } from "../lib/world.ts";
import { convert } from "./cert/convert.ts";
import { isConvertible } from "./cert/formats.ts";
import { corsFinding, readCorsChange } from "./cors/command.ts";
import { CorsFormError } from "./cors/document.ts";
import { examine } from "./doctor.ts";

interface Flags {
  readonly host?: readonly Endpoint[];
  readonly functionUrl?: string;
  readonly ca?: string;
  readonly envFile?: string;
  readonly resolve?: ReadonlyMap<string, string>;
  readonly httpPort?: number;
  readonly timeout: number;
  readonly upload: boolean;
  readonly json?: boolean;
}

/** Runs the doctor with these arguments, and resolves to the exit code. */
export async function run(args: readonly string[], world: ChangingWorld): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(world);
  program.action(async () => {
    const flags = program.opts<Flags>();
    const settings = await readSettings(world.env, flags.envFile);
    const findings = await examine({
      settings,
      hosts: flags.host ?? [],
      functionUrl: flags.functionUrl,
      httpPort: flags.httpPort,
      upload: flags.upload,
      network: await readNetwork(flags, settings, world),
      clock: world.clock,
    });
    code = report(findings, flags.json, world);
  });
  program
    .command("cert")
    .description(
      "Check a certificate file before you upload it anywhere, optionally against --host and --ca.",
    )
    .argument("<file>", "the certificate with its chain")
    .argument("[key]", "its private key")
    .option("--convert", "convert it from DER, PKCS#7 (.p7b) or PKCS#12 (.pfx, .p12) to PEM, in new files")
    .option(
      "--intermediate <file>",
      "complete the chain with this certificate, in a new file; repeatable",
      collectText,
    )
    .option("--out <folder>", "the folder for new files", world.directory)
    .action(async (file: string, key: string | undefined, options: CertFlags) => {
      const flags = program.opts<Flags>();
      code = report(await certificateFindings(file, key, options, flags, world), flags.json, world);
    });

  program
    .command("cors")
    .description("Add a CORS rule for CORS_ORIGINS to the bucket, after showing what changes.")
    .option("-y, --yes", "continue without asking")
    .option("--undo <file>", "restore the CORS configuration saved in this file")
    .action(async ({ yes = false, undo }: { yes?: boolean; undo?: string }) => {
      const flags = program.opts<Flags>();
      const settings = await readSettings(world.env, flags.envFile);
      const access = await readAccess(flags, settings, world);
      const change = await readCorsChange(access, settings.env, undo);
      if (flags.json) code = report([await corsFinding(change, { yes }, world)], true, world);
      else await change({ yes }, world);
    });

  return (await parse(program, args, world, FORESEEN)) ?? code;
}

interface CertFlags {
  readonly convert?: boolean;
  readonly intermediate?: readonly string[];
  readonly out: string;
}

/** Checks a certificate file, and converts it first if that was requested. */
async function certificateFindings(
  file: string,
  key: string | undefined,
  { convert: isWanted = false, intermediate = [], out }: CertFlags,
  flags: Flags,
  world: ChangingWorld,
): Promise<readonly Finding[]> {
  const named = async (name: string): Promise<NamedFile> => ({ name, content: await readNamed(name) });
  const given = await named(file);
  const givenKey = key === undefined ? undefined : await named(key);
  const check = async (certificate: NamedFile, itsKey: NamedFile | undefined) =>
    checkCertificateFiles(certificate, itsKey, {
      commands: CERTIFICATE_COMMANDS,
      anchors: await readAnchors(flags.ca, world.env),
      hosts: (flags.host ?? []).map(({ host }) => host),
      now: world.clock(),
      usage: "doctor cert FILE KEY",
    });
  if (!isWanted && intermediate.length === 0) {
    const hint = { id: "cert.convertible", title: "the file can be converted to PEM" };
    return [
      ...(await check(given, givenKey)),
      ...(isConvertible(given.content)
        ? [skip(hint, "It was only checked.", `npm run doctor -- cert ${inShell(file)} --convert`)]
        : []),
    ];
  }
  const converted = await convert(given, await Promise.all(intermediate.map(named)), out, world);
  if (converted.certificate === undefined) return converted.findings;
  return [...converted.findings, ...(await check(converted.certificate, givenKey ?? converted.key))];
}

function collectText(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text];
}

const FORESEEN: Foreseen = [
  [NotDone, 1],
  [BucketError, 2],
  [CorsFormError, 2],
  [ConfigurationError, 2],
];

const HELP = `
Exit status: 0 if everything that was checked is right (warnings are allowed), 1
if something fails, 2 if something could not be checked or the arguments are
wrong. For cors: 0 if the rule is there, 1 if nothing was changed, 2 if the
bucket refuses or could not be reached.

Settings come from the environment and from .env; secrets are never printed.
With COS_SECRET_ID and COS_SECRET_KEY set, probes are uploaded under
<prefix>/doctor/ and removed again (unless --no-upload).

cors saves the previous configuration in bucket-cors-*.xml, for --undo. It needs
an administrator's key, with name/cos:GetBucketCORS and PutBucketCORS, and
DeleteBucketCORS to undo the first rule. Set COS_SECRET_ID and COS_SECRET_KEY in
the environment, where they override those of .env.

Examples:
  npm run doctor -- --function-url https://upload.example.com/put-sign
  npm run doctor -- --host cdn.example.com --json
  npm run doctor -- --host new.example.com --resolve new.example.com=203.0.113.7
  npm run doctor -- --env-file .emulator/deploy.env
  npm run doctor -- cert fullchain.pem privkey.pem --host upload.example.com
  npm run doctor -- cert server.pfx --convert
  npm run doctor -- cert cert.pem privkey.pem --intermediate ca.pem
  npm run doctor -- cors`;

function createProgram(world: World): Command {
  return commandLine(
    "npm run doctor --",
    "Check a deployment from the outside: settings, storage, HTTPS, and WeChat's rules.",
    HELP,
    world,
  )
    .option("--host <host[:port]>", "also check this host's HTTPS; repeatable", collectHost)
    .option("--function-url <url>", "the address of the functions", functionUrl)
    .option("--ca <file>", "also trust the root certificates in this PEM file")
    .option("--env-file <file>", "read the functions' settings from this file instead of .env")
    .option(
      "--resolve <host=address>",
      "connect to this address for the host, for example before a DNS change; repeatable",
      collectAddress,
    )
    .option("--http-port <number>", "check plain HTTP on this port instead of 80", wholeNumber(1, 65535))
    .option("--timeout <seconds>", "the limit for each network step", wholeNumber(1, 60), 8)
    .option("--no-upload", "do not call STS, and upload no probes")
    .option("--json", "print JSON");
}

/** @throws ConfigurationError, UsageError */
async function readAccess(flags: Flags, settings: Settings, world: World): Promise<BucketAccess> {
  const bucket = readBucket(settings.env);
  return {
    bucket,
    key: readPermanentKey(settings.env),
    endpoint: bucketOrigin(bucket),
    network: await readNetwork(flags, settings, world),
    clock: world.clock,
  };
}

function collectHost(text: string, previous: readonly Endpoint[] = []): readonly Endpoint[] {
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined) throw new InvalidArgumentError("It must be HOST or HOST:PORT.");
  return [...previous, endpoint];
}

/** This only requires an address. The checks say what is wrong with it. */
function functionUrl(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError("It must be an address that starts with https://.");
  }
  return text;
}
