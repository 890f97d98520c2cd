// A login, a project from draft to registered, and a file, through the client of @hey-api/openapi-ts: flow SERVER PASSWORD
import { randomUUID } from "node:crypto";
import { createClient } from "./hey/client/index.js";
import { createProject, getAttachmentContent, listAttachments, listVisits, loginUser, registerProject } from "./hey/index.js";

const [baseUrl, password] = process.argv.slice(2) as [string, string];
const day = (days: number): string => new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10);
const headers = () => ({ "Idempotency-Key": randomUUID() });

async function login(login_name: string) {
    const { data } = await loginUser({ client: createClient({ baseUrl }), body: { login_name, password }, throwOnError: true });
    return createClient({ baseUrl, auth: data.access_token });
}

const contractor = await login("contractor-1-operator");
const draft = await createProject({
    client: contractor, headers: headers(), throwOnError: true,
    body: {
        name: "集美示例学校体育馆", category: "building", address: "厦门市集美区示例路 90 号", district: "350211",
        location: { longitude: 118.101, latitude: 24.602, coordinate_system: "gcj02" },
        contract_price: "6000000.00", floor_area: "1000.50", planned_start: day(0), planned_end: day(540),
        supervisor: { name: "示例监理有限公司" }, owner: { name: "示例教育局" }, leader_name: "陈示工", leader_mobile: "19900000208",
    },
});
const version = draft.response.headers.get("ETag") ?? "";
const registered = await registerProject({
    client: contractor, path: { id: draft.data.id }, headers: { "If-Match": version, ...headers() }, throwOnError: true,
});
if (registered.data.status !== "registered") throw new Error(`the project is ${registered.data.status}`);

const provider = await login("provider-1-operator");
const visits = await listVisits({ client: provider, query: { status: "accepted" }, throwOnError: true });
let bytes = 0;
for (const visit of visits.data.items) {
    const files = await listAttachments({ client: provider, path: { id: visit.id }, throwOnError: true });
    const file = files.data.items[0];
    if (file === undefined) continue;
    const content = await getAttachmentContent({ client: provider, path: { id: file.id }, parseAs: "blob", throwOnError: true });
    bytes = (content.data as Blob).size;
    if (bytes !== file.size) throw new Error(`${bytes} bytes of ${file.size}`);
    break;
}
if (bytes === 0) throw new Error("no file of an accepted visit");
console.log(`@hey-api/openapi-ts: the flow ran, ${bytes} bytes of a file`);
