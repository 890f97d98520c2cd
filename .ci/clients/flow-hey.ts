// The seven steps of the flow, through the client of @hey-api/openapi-ts: flow SERVER PASSWORD
import { randomUUID } from "node:crypto";
import { createClient } from "./hey/client/index.js";
import {
    acceptCommission, acceptVisit, acknowledgeServiceReport, agreeVisit, confirmServicePlan, createCommission, createPolicy, createProject,
    createServicePlan, createServiceReport, endVisit, getAttachmentContent, getCaller, getCommission, getVisit, issueRectificationProposal, listVisits,
    loginUser, proposeVisit, recordVisitStep, registerProject, startVisit, submitCommission, submitServicePlan, submitServiceReport, submitVisit,
    uploadVisitAttachment, withdrawCommission,
} from "./hey/index.js";

const [baseUrl, password] = process.argv.slice(2) as [string, string];
const day = (days: number): string => new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10);
const minutes = (ahead: number): string => new Date(Date.now() + ahead * 60_000).toISOString();
const throwOnError = true as const;
const keyed = () => ({ "Idempotency-Key": randomUUID() });
/** What a change sends: the version that the answer before gave, and a key of its own. */
const after = (answer: { response: Response }) => ({ "If-Match": answer.response.headers.get("ETag") ?? "", ...keyed() });

function expect(holds: boolean, what: string): asserts holds {
    if (!holds) throw new Error(`not as expected: ${what}`);
}

async function login(login_name: string) {
    const { data } = await loginUser({ client: createClient({ baseUrl }), body: { login_name, password }, headers: keyed(), throwOnError });
    return createClient({ baseUrl, auth: data.access_token });
}

const contractor = await login("contractor-1-operator");
const insurer = await login("insurer-1-operator");
const provider = await login("provider-1-operator");

// A4.1
const draft = await createProject({
    client: contractor, headers: keyed(), throwOnError,
    body: {
        name: "集美示例学校体育馆", category: "building", address: "厦门市集美区示例路 90 号", district: "350211",
        location: { longitude: 118.101, latitude: 24.602, coordinate_system: "gcj02" },
        contract_price: "6000000.00", floor_area: "1000.50", planned_start: day(0), planned_end: day(540),
        supervisor: { name: "示例监理有限公司" }, owner: { name: "示例教育局" }, leader_name: "陈示工", leader_mobile: "19900000208",
    },
});
const project = { id: draft.data.id };
const registered = await registerProject({ client: contractor, path: project, headers: after(draft), throwOnError });
expect(registered.data.status === "registered", "the project is registered");

// A4.2
const me = await getCaller({ client: provider, throwOnError });
expect(me.data.organization_id !== undefined, "the provider's organisation");
const policy = await createPolicy({
    client: insurer, headers: keyed(), throwOnError,
    body: {
        project_id: project.id, policy_number: `HA-${randomUUID()}`, premium_total: "600000.00", premium_received: "360000.00",
        indemnity_limit: "20000000.00", period_start: day(0), period_end: day(540),
    },
});
const ordered = await createCommission({
    client: insurer, headers: keyed(), throwOnError,
    body: {
        policy_id: policy.data.id, provider_id: me.data.organization_id, contract_number: "HT-7005", fee_mode: "premium_ratio", fee: policy.data.fee_cap,
        lines: [{ category: "hazard_inspection", description: "脚手架专项隐患排查", times: 1 }], period_start: day(0), period_end: day(540),
    },
});
const commission = { id: ordered.data.id };
const submitted = await submitCommission({ client: insurer, path: commission, headers: after(ordered), throwOnError });
const accepted = await acceptCommission({ client: provider, path: commission, headers: after(submitted), throwOnError });
expect(accepted.data.status === "accepted", "the commission is accepted");
const late = await withdrawCommission({ client: insurer, path: commission, headers: after(ordered), body: { reason: "不再需要" } });
expect(late.response?.status === 412 && late.error?.code === "version_stale", "an old version is refused");

// A4.3, A4.4
const line_id = ordered.data.lines[0]?.id;
expect(line_id !== undefined, "a line");
const plan = await createServicePlan({
    client: provider, headers: keyed(), throwOnError,
    body: {
        commission_id: commission.id, summary: "脚手架专项隐患排查一次。",
        services: [{
            line_id, window_start: day(0), window_end: day(120), method: "现场检查", expected_outcome: "隐患清单与整改建议书", group_size: 3,
        }],
    },
});
const planned = await submitServicePlan({ client: provider, path: { id: plan.data.id }, headers: after(plan), throwOnError });
const confirmed = await confirmServicePlan({ client: insurer, path: { id: plan.data.id }, headers: after(planned), throwOnError });
expect(confirmed.data.status === "confirmed", "the plan is confirmed");

// The provider proposes a group and a time, and everyone agrees.
const visits = await listVisits({ client: provider, query: { commission_id: commission.id }, throwOnError });
const path = { id: visits.data.items[0]?.id ?? "" };
const experts = await Promise.all(["expert-1", "expert-7", "expert-8"].map(login));
const [leader] = experts;
expect(leader !== undefined, "a leader");
const specialties = ["civil", "mechanical", "electrical"] as const;
const members = await Promise.all(experts.map(async (client, place) => {
    const { data } = await getCaller({ client, throwOnError });
    return { expert_id: data.expert_id ?? "", specialties: specialties.slice(place, place + 1) };
}));
let turn = await proposeVisit({
    client: provider, path, headers: after(await getVisit({ client: provider, path, throwOnError })), throwOnError,
    body: { slots: [{ start: minutes(5), end: minutes(125) }], leader_id: members[0]?.expert_id ?? "", members },
});
for (const client of [contractor, ...experts]) {
    expect(turn.data.status === "proposed", "the last answer agrees the time");
    turn = await agreeVisit({ client, path, headers: after(turn), body: { slots: [1] }, throwOnError });
}
expect(turn.data.status === "agreed", "the visit is agreed");

// A4.5: the five steps on site
turn = await startVisit({ client: leader, path, headers: after(turn), throwOnError });
expect(turn.data.status === "in_progress", "the visit is in progress");
for (const step of ["briefing", "division_of_work", "site_survey", "document_review"] as const) {
    turn = await recordVisitStep({ client: leader, path, headers: after(turn), body: { step, taken_at: minutes(0) }, throwOnError });
}
const proposal = await issueRectificationProposal({
    client: leader, path, headers: after(turn), body: { advice: "请加强临边防护的日常检查。", taken_at: minutes(0) }, throwOnError,
});
turn = await endVisit({ client: leader, path, headers: after(proposal), throwOnError });
expect(turn.data.status === "ended", "the visit has ended");

// A4.6: the material, sent and read again byte by byte
const upload = async (kind: "inspection_record" | "photo", file_name: string, text: string) => {
    const sent = await uploadVisitAttachment({
        client: leader, path, query: { kind, file_name }, headers: keyed(), body: { file: new Blob([text]) }, throwOnError,
    });
    const content = await getAttachmentContent({ client: leader, path: { id: sent.data.id }, parseAs: "blob", throwOnError });
    expect(await (content.data as Blob).text() === text, `${file_name} is what was sent`);
};
await upload("inspection_record", "record.pdf", "%PDF-1.4 %%EOF");
await upload("photo", "photo.webp", "RIFF....WEBPVP8 ");
turn = await submitVisit({ client: leader, path, headers: after(turn), body: { conclusion: "现场安全管理总体受控。" }, throwOnError });
expect(turn.data.status === "submitted" && turn.data.late === false, "the material is there in time");
turn = await acceptVisit({ client: provider, path, headers: after(turn), throwOnError });
expect(turn.data.status === "accepted", "the material is accepted");

// A4.7: the report. The request that is sent twice with one key is done once.
const once = {
    client: provider, headers: keyed(), throwOnError,
    body: { commission_id: commission.id, evaluation: "项目安全管理体系基本健全。", conclusion: "约定服务已全部完成。" },
};
const report = await createServiceReport(once);
expect((await createServiceReport(once)).data.id === report.data.id, "the same report");
const reported = await submitServiceReport({ client: provider, path: { id: report.data.id }, headers: after(report), throwOnError });
const acknowledged = await acknowledgeServiceReport({ client: insurer, path: { id: report.data.id }, headers: after(reported), throwOnError });
expect(acknowledged.data.status === "acknowledged", "the report is acknowledged");
const completed = await getCommission({ client: insurer, path: commission, throwOnError });
expect(completed.data.status === "completed", "the commission is completed");
console.log("@hey-api/openapi-ts: the seven steps ran");
