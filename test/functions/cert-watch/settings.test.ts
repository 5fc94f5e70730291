import { expect, test } from "vitest";
import { readCertWatch } from "../../../functions/cert-watch/settings.ts";

const hosts = (count: number) => Array.from({ length: count }, (_, i) => `h${i}.example.com`).join(",");

test("50 hosts can be looked at, and no more", () => {
  expect(readCertWatch({ CERT_HOSTS: hosts(50) }).hosts).toHaveLength(50);
  expect(() => readCertWatch({ CERT_HOSTS: hosts(51) })).toThrow("CERT_HOSTS must be 1 to 50 of host");
});

test("a host that is named twice counts once", () => {
  expect(readCertWatch({ CERT_HOSTS: `${hosts(50)},h0.example.com:443` }).hosts).toHaveLength(50);
});
