import { expect, test } from "vitest";
import { isPrivateAddress } from "../../../../packages/cos-emulator/src/cloud/private-address.ts";

// "Globally Reachable: False", https://www.iana.org/assignments/iana-ipv4-special-registry
test.each([
  "10.0.0.1",
  "172.16.0.1",
  "172.31.255.254",
  "192.168.1.2",
  "169.254.1.1",
  "100.64.0.1",
  "198.18.0.1",
  "192.0.2.2",
  "198.51.100.7",
  "203.0.113.9",
  "127.0.0.2",
])("%s cannot be reached from the internet", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  "0.0.0.0",
  "8.8.8.8",
  "172.32.0.1",
  "192.0.3.1",
  "198.20.0.1",
  "100.128.0.1",
  "::1",
  "fd00::2",
  "localhost",
  "",
])("%j is refused", (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});
