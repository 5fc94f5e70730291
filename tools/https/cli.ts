import { Argument, type Command } from "commander";
import {
  CloudError,
  EndpointError,
  UnnamedCertificateError,
} from "../../packages/https-account/src/index.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { BucketError } from "../lib/bucket-api.ts";
import { commandLine, type ExitCode, type Foreseen, parse } from "../lib/command-line.ts";
import { DryRun, NotDone } from "../lib/consent.ts";
import { readNamed } from "../lib/named-files.ts";
import { collectAddress, wholeNumber } from "../lib/options.ts";
import { addAccountCommands } from "./account/commands.ts";
import { domainName, endpointUrl } from "./arguments.ts";
import { addCdnCommands } from "./cdn/commands.ts";
import { installCertificate } from "./cert/put.ts";
import { removeCertificate } from "./cert/remove.ts";
import { certificatesStatus } from "./cert/status.ts";
import { Context, type Flags } from "./context.ts";
import { force, unforce } from "./force.ts";
import { addHostCommands } from "./host/commands.ts";
import { hostStatus } from "./host/status.ts";
import { PolicyFormError } from "./policy/document.ts";
import { forceStatus } from "./status.ts";
import type { HttpsWorld } from "./world.ts";

/** Runs one command with these arguments, and resolves to the exit code. */
export async function run(args: readonly string[], world: HttpsWorld): Promise<ExitCode> {
  const program = createProgram(world);
  const context = new Context(world, () => program.opts<Flags>());

  program
    .command("status")
    .description(
      "Say whether the bucket forces HTTPS; for a host, show everything about its HTTPS and the next step.",
    )
    .addArgument(new Argument("[host]", "a name in front of the bucket, or any other").argParser(domainName))
    .action(async (host: string | undefined) => {
      context.tell(
        host === undefined
          ? await forceStatus(await context.bucket())
          : await hostStatus(await context.account(), await context.bucketIfSet(), host),
      );
    });
  program
    .command("force")
    .description("Add a statement that denies plain HTTP to the bucket's policy.")
    .action(() =>
      context.act("the bucket's policy forces HTTPS", async (inside) => {
        await force(await context.bucket(), context.consent, inside);
        return undefined;
      }),
    );
  program
    .command("unforce")
    .description("Remove exactly that statement again.")
    .action(() =>
      context.act("the bucket's policy does not force HTTPS", async (inside) => {
        await unforce(await context.bucket(), context.consent, inside);
        return undefined;
      }),
    );
  addCdnCommands(program, context);
  addHostCommands(program, context);
  addCertCommands(program, context);

  return (await parse(program, args, world, FORESEEN)) ?? context.code;
}

function addCertCommands(program: Command, context: Context): void {
  const cert = program
    .command("cert")
    .description("The certificates of the account, and of the bucket's custom domains.");
  cert
    .command("status")
    .description("List the bucket's domains, with the state and expiry of their certificates.")
    .action(async () => {
      context.tell(await certificatesStatus(await context.bucket(), context.flags.httpsPort));
    });
  cert
    .command("put")
    .description(
      "Check a certificate, install it on the bucket's domain, and wait until it is seen from outside.",
    )
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .argument("<cert>", "the certificate with its chain, PEM")
    .argument("<key>", "its private key, PEM")
    .option("--wait <seconds>", "how long to wait until it is seen; 0 checks once", wholeNumber(0, 3600), 300)
    .action(async (domain: string, file: string, keyFile: string, { wait }: { wait: number }) => {
      const options = {
        domain,
        certificate: { name: file, content: await readNamed(file) },
        key: { name: keyFile, content: await readNamed(keyFile) },
        httpsPort: context.flags.httpsPort,
        waitSeconds: wait,
      };
      await context.act(`${domain} has the certificate`, async (inside) =>
        installCertificate(await context.bucket(), options, context.consent, inside),
      );
    });
  cert
    .command("remove")
    .description("Remove the certificate of the bucket's domain.")
    .argument("<domain>", "a custom domain of the bucket", domainName)
    .action((domain: string) =>
      context.act(`the bucket has no certificate for ${domain}`, async (inside) => {
        await removeCertificate(await context.bucket(), domain, context.consent, inside);
        return undefined;
      }),
    );
  addAccountCommands(cert, context);
}

const FORESEEN: Foreseen = [
  [DryRun, 0],
  [NotDone, 1],
  [UnnamedCertificateError, 1],
  [BucketError, 2],
  [CloudError, 2],
  [EndpointError, 2],
  [PolicyFormError, 2],
  [ConfigurationError, 2],
];

const HELP = `
Exit status: 0 if it is done or right; 1 if nothing was changed or something is
wrong; 2 if the cloud refused or could not be reached, or the arguments are
wrong. An interrupted command continues where it stopped when you run it again.

COS_SECRET_ID, COS_SECRET_KEY, COS_BUCKET and COS_REGION come from the
environment and from .env; the commands for the CDN and for the account's
certificates need only the key. Use an administrator's key, not the functions'
key: deploy/policies/https.json says what it needs. Requests go to the bucket's
own name, or to COS_DOMAIN if that is on this machine, like the emulator's;
CDN_ENDPOINT and SSL_ENDPOINT set other endpoints for those two APIs.

Examples:
  npm run https -- status img.example.com
  npm run https -- cert apply img.example.com
  npm run https -- cdn https img.example.com --cert AbCd1234
  npm run https -- cdn redirect img.example.com on
  npm run https -- force
  npm run https -- cert put files.example.com fullchain.pem privkey.pem
  npm run https -- --env-file .emulator/deploy.env status`;

function createProgram(world: HttpsWorld): Command {
  return commandLine(
    "npm run https --",
    "HTTPS of the bucket and of the names in front of it: certificates, CDN, and the way back.",
    HELP,
    world,
  )
    .option("-y, --yes", "continue without asking")
    .option("--dry-run", "show what would be changed, and change nothing")
    .option("--json", "print JSON, and ask nothing")
    .option("--endpoint <url>", "the address of the bucket; http:// only on this machine", endpointUrl)
    .option("--ca <file>", "also trust the root certificates in this PEM file")
    .option("--env-file <file>", "read the settings from this file instead of .env")
    .option("--resolve <host=address>", "connect to this address for the host; repeatable", collectAddress)
    .option("--https-port <number>", "the port on which the domains answer HTTPS", wholeNumber(1, 65535), 443)
    .option(
      "--http-port <number>",
      "the port on which the domains answer plain HTTP",
      wholeNumber(1, 65535),
      80,
    )
    .option("--timeout <seconds>", "the limit for each network step", wholeNumber(1, 60), 8);
}
