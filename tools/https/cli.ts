import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { Finding } from "../../packages/tls-check/src/index.ts";
import { isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { readBucket, readPermanentKey } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { readAnchors, readNamed, UsageError } from "../doctor/named-files.ts";
import { type ExitCode, exitCode, toJson, toText } from "../doctor/report.ts";
import { readSettings } from "../doctor/settings/environment.ts";
import { type BucketAccess, BucketError } from "./bucket-api.ts";
import { installCertificate } from "./cert/put.ts";
import { removeCertificate } from "./cert/remove.ts";
import { certificatesStatus } from "./cert/status.ts";
import { force, unforce } from "./force.ts";
import { PolicyFormError } from "./policy/document.ts";
import { forceStatus } from "./status.ts";
import { NotDone, type World } from "./world.ts";

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
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram(world);
  const flags = () => program.opts<Flags>();
  const consent = () => ({ yes: flags().yes === true });
  const report = (findings: readonly Finding[]) => {
    const isColoured = world.isTerminal && !world.env["NO_COLOR"];
    world.write(`${flags().json ? toJson(findings) : toText(findings, isColoured)}\n`);
    code = exitCode(findings);
  };

  program
    .command("force")
    .description("Add a statement to the bucket's policy that denies plain HTTP.")
    .action(async () => force(await readAccess(flags(), world), consent(), world));
  program
    .command("unforce")
    .description("Take exactly that statement out again.")
    .action(async () => unforce(await readAccess(flags(), world), consent(), world));
  program
    .command("status")
    .description("Say whether HTTPS is forced, and whether plain HTTP is really refused.")
    .action(async () => report(await forceStatus(await readAccess(flags(), world))));

  const cert = program.command("cert").description("The certificates of the bucket's custom domains.");
  cert
    .command("status")
    .description("List the domains with the state and the end of their certificates.")
    .action(async () =>
      report(await certificatesStatus(await readAccess(flags(), world), flags().httpsPort)),
    );
  cert
    .command("put")
    .description("Check a certificate, install it, and look from outside until it is shown.")
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .argument("<cert>", "the certificate with its chain, PEM")
    .argument("<key>", "its private key, PEM")
    .option("--wait <seconds>", "how long to wait until it is shown; 0 looks once", number(0, 3600), 300)
    .action(async (domain: string, file: string, keyFile: string, { wait }: { wait: number }) => {
      const certificate = { name: file, content: await readNamed(file) };
      const key = { name: keyFile, content: await readNamed(keyFile) };
      const { httpsPort } = flags();
      const options = { domain, certificate, key, httpsPort, waitSeconds: wait };
      report(await installCertificate(await readAccess(flags(), world), options, world));
    });
  cert
    .command("remove")
    .description("Take a domain's certificate away.")
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .action(async (domain: string) => {
      await removeCertificate(await readAccess(flags(), world), domain, consent(), world);
    });

  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isForeseen(error)) throw error;
    world.writeError(`${error.message}\n`);
    return error instanceof NotDone ? 1 : 2;
  }
  return code;
}

function isForeseen(error: unknown): error is Error {
  return [NotDone, BucketError, PolicyFormError, UsageError, ConfigurationError].some(
    (kind) => error instanceof kind,
  );
}

const HELP = `
Exit status: 0 when it is done, or holds; 1 when nothing was changed, or something does not hold; 2 when the bucket
could not be asked or the arguments are wrong.

COS_SECRET_ID, COS_SECRET_KEY, COS_BUCKET and COS_REGION come from the environment and from .env. The key needs
name/cos:GetBucketPolicy, PutBucketPolicy and DeleteBucketPolicy, or GetBucketDomain and Get-, Put- and
DeleteBucketDomainCertificate: somebody who administers the bucket, not the functions. Requests go to the bucket's
own name; to COS_DOMAIN where that is on this machine, as the emulator's is.

Examples:
  npm run https -- status
  npm run https -- force
  npm run https -- cert put files.example.com fullchain.pem privkey.pem
  npm run https -- --env-file .emulator/deploy.env status`;

function createProgram({ write, writeError }: World): Command {
  return new Command("npm run https --")
    .description("Force HTTPS on the bucket, and look after the certificates of its custom domains.")
    .option("-y, --yes", "go on without asking")
    .option("--json", "print JSON (status)")
    .option("--endpoint <url>", "where the bucket is asked; http:// on this machine only", endpointUrl)
    .option("--ca <file>", "trust the root certificates in this PEM file too")
    .option("--env-file <file>", "read the settings from here instead of .env")
    .option("--resolve <host=address>", "connect there for this host; repeatable", collectAddress)
    .option("--https-port <number>", "where the domains answer HTTPS", number(1, 65535), 443)
    .option("--timeout <seconds>", "the limit of each step on the network", number(1, 60), 8)
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .configureOutput({ writeOut: write, writeErr: writeError })
    .exitOverride();
}

/** @throws ConfigurationError, UsageError */
async function readAccess(flags: Flags, world: World): Promise<BucketAccess> {
  const read = (over: World["env"]) =>
    readSettings(over, flags.envFile).catch((error: Error) => {
      throw new UsageError(`The environment file cannot be read: ${error.message}`);
    });
  const [{ env }, file] = await Promise.all([read(world.env), read({})]);
  const bucket = readBucket(env);
  return {
    bucket,
    key: readPermanentKey(env),
    endpoint: flags.endpoint ?? new URL(`https://${apiHost(bucket)}`),
    network: {
      // The emulator names its authority in its file; the process may have a NODE_EXTRA_CA_CERTS of its own.
      anchors: await readAnchors(flags.ca ?? file.env["NODE_EXTRA_CA_CERTS"], world.env),
      timeoutMs: flags.timeout * 1000,
      addresses: flags.resolve ?? new Map(),
    },
    clock: world.clock,
  };
}

/** The bucket's own name: a custom domain may lead to a CDN, which does not pass these requests on. */
function apiHost({ bucket, region, host }: ReturnType<typeof readBucket>): string {
  const name = parseEndpoint(host)?.host ?? "";
  return isLoopback(name) ? host : `${bucket}.cos.${region}.myqcloud.com`;
}

/** The body of `cert put` holds a private key, and none of these requests may be read on the way. */
function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new InvalidArgumentError("It must be https://HOST[:PORT].");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new InvalidArgumentError("http:// is for an emulator on this machine only.");
  }
  return url;
}

function domainName(text: string): string {
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined || !endpoint.host.includes(".") || text.includes(":")) {
    throw new InvalidArgumentError("It must be a domain's name, without https:// and a port.");
  }
  return endpoint.host;
}

function collectAddress(
  text: string,
  previous: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [host, address, ...rest] = text.toLowerCase().split("=");
  if (!host || !address || rest.length > 0) throw new InvalidArgumentError("It must be HOST=ADDRESS.");
  return new Map([...previous, [host, address]]);
}

function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,5}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
