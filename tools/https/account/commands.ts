import { type Command, Option } from "commander";
import { readNamed } from "../../lib/named-files.ts";
import { domainName, waitOption } from "../arguments.ts";
import { listDomains } from "../cert/domains.ts";
import type { Context } from "../context.ts";
import { apply } from "./apply.ts";
import { keepBackup } from "./backup.ts";
import { listAll } from "./list.ts";
import { renew } from "./renew.ts";
import { type BucketDomain, switchCertificate } from "./switch.ts";
import { type PairFiles, upload } from "./upload.ts";

interface Wait {
  readonly wait: number;
}

interface Validation {
  readonly validation: "auto" | "dns";
}

/** Adds the commands for the account's certificates to `cert`. */
export function addAccountCommands(cert: Command, context: Context): void {
  cert
    .command("list")
    .description("List the account's certificates, and where each is used.")
    .option("--for <host>", "show which of them fit this name, and why the others do not", domainName)
    .action(async ({ for: host }: { for?: string }) =>
      context.tell(await listAll(await context.account(), host, context.world)),
    );
  cert
    .command("upload")
    .description("Check a certificate, and upload it to the account.")
    .argument("<cert>", "the certificate with its chain, PEM")
    .argument("<key>", "its private key, PEM")
    .option("--for <host>", "a name that the certificate will serve", domainName)
    .option("--alias <name>", "the certificate's name in the account", "")
    .option("--again", "upload it even if the account has it, for example with an incomplete chain", false)
    .action(
      async (file: string, keyFile: string, options: { for?: string; alias: string; again: boolean }) => {
        const files = await readPair(file, keyFile);
        await context.act("the certificate is in the account", async (world) => {
          const { findings } = await upload(
            await context.account(),
            files,
            {
              hosts: options.for === undefined ? [] : [options.for],
              alias: options.alias,
              again: options.again,
              usage: "https -- cert upload FULLCHAIN KEY",
            },
            context.consent,
            world,
          );
          return findings;
        });
      },
    );
  cert
    .command("apply")
    .description("Get a free certificate for one name, and wait until it is issued.")
    .argument("<host>", "the name", domainName)
    .addOption(validationOption())
    .addOption(waitOption())
    .action((host: string, { validation, wait }: Validation & Wait) =>
      context.act(`the account has a certificate for ${host}`, async (world) =>
        apply(await context.account(wait), host, { method: methodOf(validation) }, context.consent, world),
      ),
    );
  cert
    .command("renew")
    .description("Renew a name's certificate, and install the new one wherever the old one is used.")
    .argument("<host>", "the name", domainName)
    .option("--with <files...>", "use this certificate and key in place of a free certificate")
    .addOption(validationOption())
    .addOption(waitOption())
    .action(async (host: string, options: Validation & Wait & { with?: readonly string[] }) => {
      const [file, keyFile, ...more] = options.with ?? [];
      const isPair = file !== undefined && keyFile !== undefined && more.length === 0;
      if (options.with !== undefined && !isPair) cert.error("error: --with takes FULLCHAIN and KEY");
      const files = isPair ? await readPair(file, keyFile) : undefined;
      const method = methodOf(options.validation);
      await context.act(`the certificate of ${host} is renewed`, async (world) =>
        renew(await context.account(options.wait), host, { method, files }, context.consent, world),
      );
    });
  cert
    .command("backup")
    .description("Keep a second certificate for a name ready in the account.")
    .argument("<host>", "the name", domainName)
    .argument("<cert>", "the certificate with its chain, PEM")
    .argument("<key>", "its private key, PEM")
    .action(async (host: string, file: string, keyFile: string) => {
      const files = await readPair(file, keyFile);
      await context.act(`a second certificate for ${host} is ready`, async (world) =>
        keepBackup(await context.account(), host, files, context.consent, world),
      );
    });
  cert
    .command("switch")
    .description("Install the second certificate of a name at once.")
    .argument("<host>", "the name", domainName)
    .option("--cert <id>", "install this one of the account's certificates, such as the previous one")
    .addOption(waitOption())
    .action((host: string, { cert: id, wait }: Wait & { cert?: string }) =>
      context.act(`${host} has the other certificate`, async (world) =>
        switchCertificate(
          await context.account(wait),
          host,
          id,
          await bucketDomain(context, host),
          context.consent,
          world,
        ),
      ),
    );
}

async function readPair(file: string, keyFile: string): Promise<PairFiles> {
  return {
    certificate: { name: file, content: await readNamed(file) },
    key: { name: keyFile, content: await readNamed(keyFile) },
  };
}

function validationOption(): Option {
  return new Option(
    "--validation <how>",
    "how to prove that the name is yours: automatically with DNSPod, or with a DNS record that you set",
  )
    .choices(["auto", "dns"])
    .default("auto");
}

function methodOf(validation: Validation["validation"]): "DNS_AUTO" | "DNS" {
  return validation === "auto" ? "DNS_AUTO" : "DNS";
}

async function bucketDomain(context: Context, host: string): Promise<BucketDomain | undefined> {
  const access = await context.bucketIfSet();
  if (access === undefined) return undefined;
  const isOne = (await listDomains(access)).some(({ name }) => name === host);
  return isOne ? { region: access.bucket.region, bucket: access.bucket.bucket } : undefined;
}
