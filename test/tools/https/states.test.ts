import { expect, test } from "vitest";
import { accountFindings } from "../../../tools/https/host/account-findings.ts";
import { nextStep } from "../../../tools/https/host/next-step.ts";

const HOST = "img.example.test";

/** What is said of a domain whose HTTPS is off as well. */
function said(Status: string, Disable: string) {
  const facts = {
    host: HOST,
    isInDns: true,
    cnames: [`${HOST}.cdn.dnsv1.com`],
    server: { who: "Tencent Cloud's CDN", place: "cdn", install: "" } as const,
    domain: { Domain: HOST, Cname: `${HOST}.cdn.dnsv1.com`, Status, Disable },
    bucket: undefined,
    isManaged: false,
  };
  const findings = accountFindings(facts, undefined, Date.now());
  return { state: findings.find(({ id }) => id === `cdn@${HOST}`), next: nextStep(facts, findings) };
}

// The values of Status and Disable of a DetailDomain (https://cloud.tencent.com/document/api/228/30987).
test.each<[Status: string, Disable: string, status: "fail" | "warn", why: string, fix: string]>([
  ["offline", "normal", "fail", "offline.", "Start it"],
  ["offline", "", "fail", "offline.", "Start it"],
  ["offline", "overdue", "fail", "owes money", "Pay"],
  ["offline", "malicious", "fail", "for abuse", "support"],
  ["offline", "ddos", "fail", "attacked", "support"],
  ["offline", "idle", "fail", "90 days", "Start it"],
  ["offline", "unlicensed", "fail", "ICP filing", "File the domain"],
  ["offline", "capping", "fail", "limit that you set", "Raise the limit"],
  ["online", "readonly", "warn", "locked", "support"],
  ["rejected", "normal", "fail", "ICP filing", "submit it again"],
  ["closing", "normal", "fail", "closing.", "Wait"],
  ["processing", "normal", "warn", "still deploying", "Wait"],
])("a domain of the CDN that is %s (%s) is told first", (Status, Disable, status, why, fix) => {
  const { state, next } = said(Status, Disable);
  expect(state).toMatchObject({ status, detail: expect.stringContaining(why) });
  expect(state?.fix).toContain(fix);
  expect(next).toMatchObject({ detail: state?.detail, fix: state?.fix });
});

test("a domain that is online, and without HTTPS, needs a certificate", () => {
  const { state, next } = said("online", "normal");
  expect(state).toMatchObject({ status: "pass" });
  expect(next.detail).toBe("HTTPS is off.");
});
