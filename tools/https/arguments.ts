import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { InvalidArgumentError, Option } from "commander";
import { isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { wholeNumber } from "../lib/options.ts";
import { WAIT_SECONDS } from "./context.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** `--wait`, in seconds. */
export function waitOption(seconds: number = WAIT_SECONDS): Option {
  return new Option(
    "--wait <seconds>",
    "how long to wait for the cloud; what is in progress continues without it",
  )
    .argParser(wholeNumber(0, DAY_SECONDS))
    .default(seconds);
}

/**
 * Reads a domain name as people write it: in upper or lower case, with a dot at the end, or in another script. It returns
 * the form that DNS uses.
 */
export function domainName(text: string): string {
  const refuse = (why: string) => new InvalidArgumentError(`It must be a domain name${why}.`);
  if (text.includes("*")) throw refuse(": a wildcard stands for many names, so say which one you mean");
  const name = domainToASCII(text.replace(/\.$/, ""));
  if (text.includes(":") || text.includes("/") || name === "") throw refuse(", without https:// or a port");
  if (isIP(name) !== 0) throw refuse(", and not an address");
  if (parseEndpoint(name) === undefined) throw refuse(", without https:// or a port");
  if (!name.includes(".")) throw refuse(" with a dot in it, such as img.example.com");
  return name;
}

/** Reads an endpoint. It must use TLS: `cert put` sends a private key, and no other request should be readable either. */
export function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new InvalidArgumentError("It must be https://HOST[:PORT].");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new InvalidArgumentError("http:// is only for an emulator on this machine.");
  }
  return url;
}
