import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { afterEach, expect, test, vi } from "vitest";
import { CloudApi, deployProgress, usesOf } from "../../../packages/https-account/src/index.ts";

afterEach(() => vi.restoreAllMocks());

function answers(answer: object): { readonly ssl: CloudApi; readonly request: ReturnType<typeof vi.spyOn> } {
  const request = vi.spyOn(CommonClient.prototype, "request").mockResolvedValue(answer);
  const credential = { secretId: "AKIDexample", secretKey: "example" };
  const ssl = new CloudApi("ssl", {
    credential,
    endpoint: undefined,
    timeoutSeconds: 1,
    sleep: async () => {},
  });
  return { ssl, request };
}

// The members are those of https://cloud.tencent.com/document/product/400/91658; Limit is an Integer there.
test("a host on which a certificate was not installed is a failure, with the API's reason", async () => {
  const { ssl, request } = answers({
    TotalCount: 1,
    SuccessTotalCount: 0,
    FailedTotalCount: 1,
    RunningTotalCount: 0,
    PendingTotalCount: 0,
    DeployRecordDetailList: [
      {
        Id: 182241,
        CertId: "AbCd1234",
        Domains: ["img.example.test"],
        Status: 2,
        ErrorMsg: "The domain is closed.",
      },
    ],
    RequestId: "1",
  });
  expect(await deployProgress(ssl, { id: 74889 })).toEqual({
    total: 1,
    done: 0,
    failures: ["img.example.test: The domain is closed."],
    isRunning: false,
  });
  expect(request).toHaveBeenCalledWith("DescribeHostDeployRecordDetail", {
    DeployRecordId: "74889",
    Limit: 200,
  });
});

test("a failure that is only counted is one too", async () => {
  const { ssl } = answers({
    TotalCount: 1,
    FailedTotalCount: 1,
    DeployRecordDetailList: null,
    RequestId: "1",
  });
  expect((await deployProgress(ssl, { id: 1 })).failures).toHaveLength(1);
});

// TCBInstanceList and MQTTInstanceList of https://cloud.tencent.com/document/api/400/41679
test("a certificate that only TCB or MQTT uses is in use", async () => {
  const { ssl } = answers({
    CertTaskIds: [{ CertId: "AbCd1234", TaskId: "1" }],
    Status: 1,
    TCB: [
      {
        Region: "ap-shanghai",
        Environments: [
          {
            Environment: { ID: "env" },
            AccessService: { InstanceList: [{ Domain: "tcb.example.test" }], TotalCount: 1 },
          },
        ],
        Error: "",
      },
    ],
    MQTT: [{ Region: "ap-guangzhou", InstanceList: [{ InstanceId: "mqtt-1" }], TotalCount: 1, Error: "" }],
    RequestId: "1",
  });
  expect((await usesOf(ssl, ["AbCd1234"], async () => {})).get("AbCd1234")).toEqual([
    { type: "tcb", host: "tcb.example.test", region: "ap-shanghai", bucket: "" },
    { type: "mqtt", host: "", region: "ap-guangzhou", bucket: "" },
  ]);
});
