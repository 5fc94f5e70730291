import { BlockList, isIP, isIPv4 } from "node:net";
import { matchesWildcard } from "./wildcard.ts";

/** One condition operator of CAM's policy syntax. */
export interface Operator {
  /** What is wrong with a condition's value for this operator; undefined when it is well-formed. */
  readonly flaw: (expected: string) => string | undefined;
  /** Whether one value matches; a negated operator holds when none of its values does. */
  readonly matches: (expected: string, actual: string) => boolean;
  readonly negated: boolean;
}

const NUMBER = /^-?\d{1,18}(\.\d{1,9})?$/;

const anyText = () => undefined;

function numberFlaw(expected: string): string | undefined {
  return NUMBER.test(expected) ? undefined : `"${expected}" is not a number`;
}

function boolFlaw(expected: string): string | undefined {
  return expected === "true" || expected === "false" ? undefined : `"${expected}" is not "true" or "false"`;
}

function ipFlaw(expected: string): string | undefined {
  return parseNetwork(expected) === undefined ? `"${expected}" is not an IP address or network` : undefined;
}

interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

function parseNetwork(text: string): Network | undefined {
  const [address = "", bits, ...rest] = text.split("/");
  if (isIP(address) === 0 || rest.length > 0) return undefined;
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  const width = family === "ipv4" ? 32 : 128;
  if (bits === undefined) return { address, prefix: width, family };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  return { address, prefix: Number(bits), family };
}

function inNetwork(expected: string, actual: string): boolean {
  const network = parseNetwork(expected);
  if (network === undefined || isIP(actual) === 0) return false;
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, network.family);
  return list.check(actual, isIPv4(actual) ? "ipv4" : "ipv6");
}

function compare(test: (actual: number, expected: number) => boolean): Operator["matches"] {
  return (expected, actual) => NUMBER.test(actual) && test(Number(actual), Number(expected));
}

function text(matches: Operator["matches"], negated = false): Operator {
  return { flaw: anyText, matches, negated };
}

function numeric(matches: Operator["matches"], negated = false): Operator {
  return { flaw: numberFlaw, matches, negated };
}

const same = (expected: string, actual: string) => expected === actual;
const sameIgnoringCase = (expected: string, actual: string) =>
  expected.toLowerCase() === actual.toLowerCase();
const equalNumber = compare((actual, expected) => actual === expected);

/**
 * The condition operators, by name and without their `_if_exist` ending.
 *
 * Source: CAM policy syntax, conditions (https://cloud.tencent.com/document/product/598/10608), and COS's use of
 * them (https://cloud.tencent.com/document/product/436/71306). The date operators and `null_equal` are left out:
 * no condition key of COS has those types.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["string_equal", text(same)],
  ["string_not_equal", text(same, true)],
  ["string_equal_ignore_case", text(sameIgnoringCase)],
  ["string_not_equal_ignore_case", text(sameIgnoringCase, true)],
  ["string_like", text(matchesWildcard)],
  ["string_not_like", text(matchesWildcard, true)],
  ["ip_equal", { flaw: ipFlaw, matches: inNetwork, negated: false }],
  ["ip_not_equal", { flaw: ipFlaw, matches: inNetwork, negated: true }],
  ["numeric_equal", numeric(equalNumber)],
  ["numeric_not_equal", numeric(equalNumber, true)],
  ["numeric_less_than", numeric(compare((actual, expected) => actual < expected))],
  ["numeric_less_than_equal", numeric(compare((actual, expected) => actual <= expected))],
  ["numeric_greater_than", numeric(compare((actual, expected) => actual > expected))],
  ["numeric_greater_than_equal", numeric(compare((actual, expected) => actual >= expected))],
  ["bool_equal", { flaw: boolFlaw, matches: same, negated: false }],
]);
