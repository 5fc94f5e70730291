// What is asked of STS for one upload: everything that is measured asks for the same.
const { COS_BUCKET, COS_REGION } = process.env;
const appId = COS_BUCKET.slice(COS_BUCKET.lastIndexOf("-") + 1);

exports.putPolicy = (key) => ({
  version: "2.0",
  statement: [
    {
      effect: "allow",
      action: ["name/cos:PutObject"],
      resource: [`qcs::cos:${COS_REGION}:uid/${appId}:${COS_BUCKET}/${key}`],
      condition: { numeric_less_than_equal: { "cos:content-length": 20_971_520 } },
    },
  ],
});
