import { expect, test } from "vitest";
import { readCertWatch } from "../../../functions/cert-watch/settings.ts";

const hosts = (count: number) => Array.from({ length: count }, (_, i) => `h${i}.example.com`).join(",");

test("accepts up to 50 hosts", () => {
  expect(readCertWatch({ CERT_HOSTS: hosts(50) }).hosts).toHaveLength(50);
  expect(() => readCertWatch({ CERT_HOSTS: hosts(51) })).toThrow("CERT_HOSTS must be 1 to 50 of host");
});

test("counts a repeated host once", () => {
  expect(readCertWatch({ CERT_HOSTS: `${hosts(50)},h0.example.com:443` }).hosts).toHaveLength(50);
});
