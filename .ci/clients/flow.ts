// The first three steps of the flow, a file and a report, through the types of openapi-typescript: flow SERVER PASSWORD
import createClient from "openapi-fetch";
import { randomUUID } from "node:crypto";
import type { components, paths } from "./schema.js";

const [server, password] = process.argv.slice(2) as [string, string];
const day = (days: number): string => new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10);
const key = (): { "Idempotency-Key": string } => ({ "Idempotency-Key": randomUUID() });

type Answer<T> = { data?: T; error?: components["schemas"]["Problem"]; response: Response };

async function of<T>(asked: Promise<Answer<T>>): Promise<{ data: T; etag: string }> {
    const { data, error, response } = await asked;
    if (data === undefined || error) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
    return { data, etag: response.headers.get("ETag") ?? "" };
}

async function login(login_name: string) {
    const open = createClient<paths>({ baseUrl: server });
    const { data } = await of(open.POST("/api/v1/auth/login", { body: { login_name, password }, params: { header: key() } }));
    return createClient<paths>({ baseUrl: server, headers: { Authorization: `Bearer ${data.access_token}` } });
}

function expect(holds: boolean, what: string): asserts holds {
    if (!holds) throw new Error(`not as expected: ${what}`);
}

const contractor = await login("contractor-1-operator");
const insurer = await login("insurer-1-operator");
const provider = await login("provider-1-operator");

// A4.1
const organization = async (port: "supervisor" | "owner"): Promise<string> => {
    const page = await of(contractor.GET("/api/v1/organizations", { params: { query: { port, status: "active", limit: 1 } } }));
    const first = page.data.items[0];
    expect(first !== undefined, port);
    return first.id;
};
const project = await of(contractor.POST("/api/v1/projects", {
    params: { header: key() },
    body: {
        name: "集美示例学校综合楼", category: "building", address: "厦门市集美区示例路 88 号", district: "350211",
        location: { longitude: 118.101, latitude: 24.602, coordinate_system: "gcj02" },
        contract_price: "86000000.00", floor_area: "21000.50", planned_start: day(0), planned_end: day(540),
        supervisor: { organization_id: await organization("supervisor") }, owner: { organization_id: await organization("owner") },
        leader_name: "陈示工", leader_mobile: "19900000208",
    },
}));
const registered = await of(contractor.POST("/api/v1/projects/{id}/register", {
    params: { path: { id: project.data.id }, header: { "If-Match": project.etag, ...key() } },
}));
expect(registered.data.status === "registered", "the project is registered");
const listed = await of(contractor.GET("/api/v1/projects", { params: { query: { status: "registered" } } }));
expect(listed.data.items.some((item) => item.id === project.data.id), "the project is in the list");

// A4.2
const me = await of(provider.GET("/api/v1/me"));
expect(me.data.organization_id !== undefined, "the provider's organisation");
const policy = await of(insurer.POST("/api/v1/policies", {
    params: { header: key() },
    body: {
        project_id: project.data.id, policy_number: `TS-${randomUUID()}`, premium_total: "600000.00", premium_received: "360000.00",
        indemnity_limit: "20000000.00", period_start: day(0), period_end: day(540),
    },
}));
expect(policy.data.fee_cap === "126000.00", "21 % of the premium (A3.1)");
const commission = await of(insurer.POST("/api/v1/commissions", {
    params: { header: key() },
    body: {
        policy_id: policy.data.id, provider_id: me.data.organization_id, contract_number: "HT-7002", fee_mode: "premium_ratio", fee: "126000.00",
        lines: [{ category: "hazard_inspection", description: "脚手架专项隐患排查", times: 1 }], period_start: day(0), period_end: day(540),
    },
}));
const path = { id: commission.data.id };
const submitted = await of(insurer.POST("/api/v1/commissions/{id}/submit", { params: { path, header: { "If-Match": commission.etag, ...key() } } }));
expect(submitted.data.status === "submitted", "the commission is submitted");
await of(provider.POST("/api/v1/commissions/{id}/accept", { params: { path, header: { "If-Match": submitted.etag, ...key() } } }));
// What was read before is stale now.
const late = await insurer.POST("/api/v1/commissions/{id}/withdraw", {
    params: { path, header: { "If-Match": commission.etag, ...key() } }, body: { reason: "不再需要" },
});
expect(late.error?.code === "version_stale", "an old version is refused");

// A4.3
const line_id = commission.data.lines[0]?.id;
expect(line_id !== undefined, "a line");
const plan = await of(provider.POST("/api/v1/service-plans", {
    params: { header: key() },
    body: {
        commission_id: commission.data.id, summary: "脚手架专项隐患排查一次。",
        services: [{
            line_id, window_start: day(0), window_end: day(120), method: "现场检查", expected_outcome: "隐患清单与整改建议书", group_size: 3,
        }],
    },
}));
const planned = await of(provider.POST("/api/v1/service-plans/{id}/submit", {
    params: { path: { id: plan.data.id }, header: { "If-Match": plan.etag, ...key() } },
}));
const confirmed = await of(insurer.POST("/api/v1/service-plans/{id}/confirm", {
    params: { path: { id: plan.data.id }, header: { "If-Match": planned.etag, ...key() } },
}));
expect(confirmed.data.status === "confirmed", "the plan is confirmed");

// A4.7: a report, and its files
const reports = await of(insurer.GET("/api/v1/service-reports", { params: { query: { limit: 1 } } }));
expect(reports.data.items.length === 1, "a report");
const visits = await of(provider.GET("/api/v1/visits", { params: { query: { status: "accepted" } } }));
let bytes = 0;
for (const visit of visits.data.items) {
    const files = await of(provider.GET("/api/v1/visits/{id}/attachments", { params: { path: { id: visit.id } } }));
    const file = files.data.items[0];
    if (file === undefined) continue;
    const content = await provider.GET("/api/v1/attachments/{id}/content", { params: { path: { id: file.id } }, parseAs: "arrayBuffer" });
    expect(content.data !== undefined && content.data.byteLength === file.size, "the whole file");
    bytes += file.size;
    break;
}
expect(bytes > 0, "a file of an accepted visit");
console.log(`openapi-typescript: the flow ran, ${bytes} bytes of a file`);
