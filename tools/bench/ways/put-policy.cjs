// The policy for one upload. Everything that is measured requests the same one from STS.
const { COS_BUCKET, COS_REGION, PUT_POLICY } = process.env;
const appId = COS_BUCKET.slice(COS_BUCKET.lastIndexOf("-") + 1);
const { action, condition } = JSON.parse(PUT_POLICY).statement[0];

exports.putPolicy = (key) => ({
  version: "2.0",
  statement: [
    {
      effect: "allow",
      action,
      resource: [`qcs::cos:${COS_REGION}:uid/${appId}:${COS_BUCKET}/${key}`],
      condition,
    },
  ],
});
