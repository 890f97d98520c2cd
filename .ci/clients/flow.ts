// The seven steps of the flow, through the types of openapi-typescript: flow SERVER PASSWORD
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

// A4.4: the plan is confirmed, and its service has become a visit. The provider proposes a group and a time, and everyone agrees.
const planned_visits = await of(provider.GET("/api/v1/visits", { params: { query: { commission_id: commission.data.id } } }));
const visit = { id: planned_visits.data.items[0]?.id ?? "" };
expect(planned_visits.data.items[0]?.status === "planned", "the visit is planned");
const experts = await Promise.all(["expert-1", "expert-7", "expert-8"].map(login));
const [leader] = experts;
expect(leader !== undefined, "a leader");
const specialties = ["civil", "mechanical", "electrical"] as const;
const members = await Promise.all(experts.map(async (expert, place) => {
    const { data } = await of(expert.GET("/api/v1/me"));
    return { expert_id: data.expert_id ?? "", specialties: specialties.slice(place, place + 1) };
}));
const minutes = (ahead: number): string => new Date(Date.now() + ahead * 60_000).toISOString();
const unproposed = await of(provider.GET("/api/v1/visits/{id}", { params: { path: visit } }));
let { etag } = await of(provider.POST("/api/v1/visits/{id}/propose", {
    params: { path: visit, header: { "If-Match": unproposed.etag, ...key() } },
    body: { slots: [{ start: minutes(5), end: minutes(125) }], leader_id: members[0]?.expert_id ?? "", members: members },
}));
let agreed: string = "proposed";
for (const party of [contractor, ...experts]) {
    expect(agreed === "proposed", "the last answer agrees the time");
    const answered = await of(party.POST("/api/v1/visits/{id}/agree", {
        params: { path: visit, header: { "If-Match": etag, ...key() } }, body: { slots: [1] },
    }));
    ({ etag } = answered);
    agreed = answered.data.status;
}
expect(agreed === "agreed", "the visit is agreed");

// A4.5: the five steps on site
const started = await of(leader.POST("/api/v1/visits/{id}/start", { params: { path: visit, header: { "If-Match": etag, ...key() } } }));
expect(started.data.status === "in_progress", "the visit is in progress");
({ etag } = started);
for (const step of ["briefing", "division_of_work", "site_survey", "document_review"] as const) {
    const recorded = await of(leader.POST("/api/v1/visits/{id}/steps", {
        params: { path: visit, header: { "If-Match": etag, ...key() } }, body: { step, taken_at: minutes(0) },
    }));
    ({ etag } = recorded);
}
const proposal = await of(leader.POST("/api/v1/visits/{id}/rectification-proposal", {
    params: { path: visit, header: { "If-Match": etag, ...key() } }, body: { advice: "请加强临边防护的日常检查。", taken_at: minutes(0) },
}));
const ended = await of(leader.POST("/api/v1/visits/{id}/end", { params: { path: visit, header: { "If-Match": proposal.etag, ...key() } } }));
expect(ended.data.status === "ended", "the visit has ended");

// A4.6: the material, sent and read again byte by byte
const upload = async (kind: "inspection_record" | "photo", file_name: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const { data } = await of(leader.POST("/api/v1/visits/{id}/attachments", {
        params: { path: visit, query: { kind, file_name }, header: key() }, headers: { "Content-Type": "application/octet-stream" },
        // The types call a body of bytes a text.
        body: text, bodySerializer: () => bytes,
    }));
    const content = await leader.GET("/api/v1/attachments/{id}/content", { params: { path: { id: data.id } }, parseAs: "arrayBuffer" });
    expect(Buffer.from(content.data ?? new ArrayBuffer(0)).equals(bytes), `${file_name} is what was sent`);
};
await upload("inspection_record", "record.pdf", "%PDF-1.4 %%EOF");
await upload("photo", "photo.webp", "RIFF....WEBPVP8 ");
const handed = await of(leader.POST("/api/v1/visits/{id}/submit", {
    params: { path: visit, header: { "If-Match": ended.etag, ...key() } }, body: { conclusion: "现场安全管理总体受控。" },
}));
expect(handed.data.status === "submitted" && handed.data.late === false, "the material is there in time");
const passed = await of(provider.POST("/api/v1/visits/{id}/accept", { params: { path: visit, header: { "If-Match": handed.etag, ...key() } } }));
expect(passed.data.status === "accepted", "the material is accepted");

// A4.7: the report. The request that is sent twice with one key is done once.
const draft = {
    params: { header: key() },
    body: { commission_id: commission.data.id, evaluation: "项目安全管理体系基本健全。", conclusion: "约定服务已全部完成。" },
};
const report = await of(provider.POST("/api/v1/service-reports", draft));
const repeated = await of(provider.POST("/api/v1/service-reports", draft));
expect(repeated.data.id === report.data.id, "the same report");
const report_path = { id: report.data.id };
const reported = await of(provider.POST("/api/v1/service-reports/{id}/submit", {
    params: { path: report_path, header: { "If-Match": report.etag, ...key() } },
}));
const acknowledged = await of(insurer.POST("/api/v1/service-reports/{id}/acknowledge", {
    params: { path: report_path, header: { "If-Match": reported.etag, ...key() } },
}));
expect(acknowledged.data.status === "acknowledged", "the report is acknowledged");
const completed = await of(insurer.GET("/api/v1/commissions/{id}", { params: { path } }));
expect(completed.data.status === "completed", "the commission is completed");
console.log("openapi-typescript: the seven steps ran");
