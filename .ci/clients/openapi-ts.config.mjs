export default {
    input: "contract.json",
    output: { path: "hey", module: { extension: ".js" } },
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
