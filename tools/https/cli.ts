import { type Command, InvalidArgumentError } from "commander";
import { type Finding, isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { readBucket, readPermanentKey } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { type BucketAccess, BucketError, bucketOrigin } from "../lib/bucket-api.ts";
import { commandLine, type ExitCode, type Foreseen, parse } from "../lib/command-line.ts";
import { NotDone } from "../lib/consent.ts";
import { report } from "../lib/findings.ts";
import { readAnchors, readNamed } from "../lib/named-files.ts";
import { collectAddress, wholeNumber } from "../lib/options.ts";
import { readSettings } from "../lib/settings.ts";
import { installCertificate } from "./cert/put.ts";
import { removeCertificate } from "./cert/remove.ts";
import { certificatesStatus } from "./cert/status.ts";
import { force, unforce } from "./force.ts";
import { PolicyFormError } from "./policy/document.ts";
import { forceStatus } from "./status.ts";
import type { HttpsWorld } from "./world.ts";

interface Flags {
  readonly endpoint?: URL;
  readonly ca?: string;
  readonly envFile?: string;
  readonly resolve?: ReadonlyMap<string, string>;
  readonly httpsPort: number;
  readonly timeout: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Runs one command with these arguments, and says with what the process should end. */
export async function run(args: readonly string[], world: HttpsWorld): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(world);
  const flags = () => program.opts<Flags>();
  const consent = () => ({ yes: flags().yes === true });
  const tell = (findings: readonly Finding[]) => {
    code = report(findings, flags().json, world);
  };

  program
    .command("force")
    .description("Add a statement that denies plain HTTP to the bucket's policy.")
    .action(async () => force(await readAccess(flags(), world), consent(), world));
  program
    .command("unforce")
    .description("Remove exactly that statement again.")
    .action(async () => unforce(await readAccess(flags(), world), consent(), world));
  program
    .command("status")
    .description("Say whether HTTPS is forced, and whether plain HTTP is really refused.")
    .action(async () => tell(await forceStatus(await readAccess(flags(), world))));

  const cert = program.command("cert").description("The certificates of the bucket's custom domains.");
  cert
    .command("status")
    .description("List the domains, with the state and expiry of their certificates.")
    .action(async () => tell(await certificatesStatus(await readAccess(flags(), world), flags().httpsPort)));
  cert
    .command("put")
    .description("Check a certificate, install it, and wait until it is seen from outside.")
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .argument("<cert>", "the certificate with its chain, PEM")
    .argument("<key>", "its private key, PEM")
    .option("--wait <seconds>", "how long to wait until it is seen; 0 checks once", wholeNumber(0, 3600), 300)
    .action(async (domain: string, file: string, keyFile: string, { wait }: { wait: number }) => {
      const certificate = { name: file, content: await readNamed(file) };
      const key = { name: keyFile, content: await readNamed(keyFile) };
      const { httpsPort } = flags();
      const options = { domain, certificate, key, httpsPort, waitSeconds: wait };
      tell(await installCertificate(await readAccess(flags(), world), options, world));
    });
  cert
    .command("remove")
    .description("Remove a domain's certificate.")
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .action(async (domain: string) => {
      await removeCertificate(await readAccess(flags(), world), domain, consent(), world);
    });

  return (await parse(program, args, world, FORESEEN)) ?? code;
}

const FORESEEN: Foreseen = [
  [NotDone, 1],
  [BucketError, 2],
  [PolicyFormError, 2],
  [ConfigurationError, 2],
];

const HELP = `
Exit status: 0 when it is done or right; 1 when nothing was changed or something is wrong; 2 when the bucket
could not be reached or the arguments are wrong.

COS_SECRET_ID, COS_SECRET_KEY, COS_BUCKET and COS_REGION come from the environment and from .env. The key needs
name/cos:GetBucketPolicy, PutBucketPolicy and DeleteBucketPolicy, or GetBucketDomain and Get-, Put- and
DeleteBucketDomainCertificate: use an administrator's key, not the functions'. Requests go to the bucket's own
name, or to COS_DOMAIN if that is on this machine, like the emulator's.

Examples:
  npm run https -- status
  npm run https -- force
  npm run https -- cert put files.example.com fullchain.pem privkey.pem
  npm run https -- --env-file .emulator/deploy.env status`;

function createProgram(world: HttpsWorld): Command {
  return commandLine(
    "npm run https --",
    "Force HTTPS on the bucket, and manage the certificates of its custom domains.",
    HELP,
    world,
  )
    .option("-y, --yes", "go on without asking")
    .option("--json", "print JSON (status)")
    .option("--endpoint <url>", "where to reach the bucket; http:// only on this machine", endpointUrl)
    .option("--ca <file>", "also trust the root certificates in this PEM file")
    .option("--env-file <file>", "read the settings from here instead of .env")
    .option("--resolve <host=address>", "connect there for this host; repeatable", collectAddress)
    .option("--https-port <number>", "where the domains answer HTTPS", wholeNumber(1, 65535), 443)
    .option("--timeout <seconds>", "the limit for each network step", wholeNumber(1, 60), 8);
}

/** @throws ConfigurationError, UsageError */
async function readAccess(flags: Flags, world: HttpsWorld): Promise<BucketAccess> {
  const { env, fileAuthority } = await readSettings(world.env, flags.envFile);
  const bucket = readBucket(env);
  return {
    bucket,
    key: readPermanentKey(env),
    endpoint: flags.endpoint ?? bucketOrigin(bucket),
    network: {
      anchors: await readAnchors(flags.ca ?? fileAuthority, world.env),
      timeoutMs: flags.timeout * 1000,
      addresses: flags.resolve ?? new Map(),
    },
    clock: world.clock,
  };
}

/** The body of `cert put` holds a private key, and none of these requests may be read on the way. */
function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new InvalidArgumentError("It must be https://HOST[:PORT].");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new InvalidArgumentError("http:// is only for an emulator on this machine.");
  }
  return url;
}

function domainName(text: string): string {
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined || !endpoint.host.includes(".") || text.includes(":")) {
    throw new InvalidArgumentError("It must be a domain's name, without https:// or a port.");
  }
  return endpoint.host;
}
