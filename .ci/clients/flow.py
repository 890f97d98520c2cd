"""The seven steps of the flow, through the package of openapi-python-client: flow.py SERVER PASSWORD"""

import sys
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any, TypeVar
from uuid import uuid4

from anze.api.attachments import get_attachment_content, upload_visit_attachment
from anze.api.commissions import accept_commission, create_commission, get_commission, submit_commission, withdraw_commission
from anze.api.organizations import list_organizations
from anze.api.policies import create_policy
from anze.api.projects import create_project, list_projects, register_project
from anze.api.service_plans import confirm_service_plan, create_service_plan, submit_service_plan
from anze.api.service_reports import acknowledge_service_report, create_service_report, submit_service_report
from anze.api.sessions import get_caller, login_user
from anze.api.visits import (
    accept_visit, agree_visit, end_visit, get_visit, issue_rectification_proposal, list_visits, propose_visit, record_visit_step, start_visit,
    submit_visit,
)
from anze.client import AuthenticatedClient, Client
from anze.models import (
    Attachment, AttachmentKind, Caller, Commission, CommissionInput, CommissionStatus, Coordinates, CoordinateSystem, District, FeeMode, LoginInput,
    OrganizationPage, OrganizationStatus, PlannedServiceInput, Policy, PolicyInput, Port, Problem, Project, ProjectCategory, ProjectInput, ProjectPage,
    ProjectParty, ProjectStatus, ProposedMemberInput, ReasonInput, RectificationProposal, RectificationProposalInput, ServiceCategory, ServiceLineInput,
    ServicePlan, ServicePlanInput, ServiceReport, ServiceReportInput, ServiceReportStatus, SessionTokens, Specialty, TimeSlot, Visit, VisitAnswerInput,
    VisitConclusionInput, VisitPage, VisitProposalInput, VisitStatus, VisitStepInput, VisitStepNameInput,
)
from anze.types import File, Response

server, password = sys.argv[1:]
today = datetime.now(timezone(timedelta(hours=8))).date()
end = today + timedelta(days=540)
Answer = TypeVar("Answer")


def key() -> str:
    return str(uuid4())


def answer(kind: type[Answer], response: Response[Any]) -> Answer:
    """What was answered, if it is of this kind."""
    assert isinstance(response.parsed, kind), f"{response.status_code}: {response.content!r}"
    return response.parsed


def version(response: Response[Any]) -> str:
    return response.headers["ETag"]


def login(login_name: str) -> AuthenticatedClient:
    body = LoginInput(login_name=login_name, password=password)
    tokens = answer(SessionTokens, login_user.sync_detailed(client=Client(server), body=body, idempotency_key=key()))
    return AuthenticatedClient(server, tokens.access_token)


contractor, insurer, provider = (login(f"{port}-1-operator") for port in ("contractor", "insurer", "provider"))


def organization(port: Port) -> ProjectParty:
    page = list_organizations.sync_detailed(client=contractor, port=port, status=OrganizationStatus.ACTIVE, limit=1)
    return ProjectParty(organization_id=answer(OrganizationPage, page).items[0].id)


# A4.1
draft = create_project.sync_detailed(client=contractor, idempotency_key=key(), body=ProjectInput(
    name="集美示例学校综合楼", category=ProjectCategory.BUILDING, address="厦门市集美区示例路 88 号", district=District.JIMEI,
    location=Coordinates(longitude=118.101, latitude=24.602, coordinate_system=CoordinateSystem.GCJ02),
    contract_price="86000000.00", floor_area="21000.50", planned_start=today, planned_end=end,
    supervisor=organization(Port.SUPERVISOR), owner=organization(Port.OWNER),
    leader_name="陈示工", leader_mobile="19900000208",
))
project = answer(Project, draft)
registered = register_project.sync_detailed(project.id, client=contractor, if_match=version(draft), idempotency_key=key())
assert answer(Project, registered).status is ProjectStatus.REGISTERED
listed = answer(ProjectPage, list_projects.sync_detailed(client=contractor, status=ProjectStatus.REGISTERED))
assert project.id in [item.id for item in listed.items]

# A4.2
me = answer(Caller, get_caller.sync_detailed(client=provider))
assert me.organization_id
policy = answer(Policy, create_policy.sync_detailed(client=insurer, idempotency_key=key(), body=PolicyInput(
    project_id=project.id, policy_number=f"PY-{uuid4()}", premium_total="600000.00", premium_received="360000.00",
    indemnity_limit="20000000.00", period_start=today, period_end=end,
)))
assert policy.fee_cap == "126000.00", "21 % of the premium (A3.1)"
ordered = create_commission.sync_detailed(client=insurer, idempotency_key=key(), body=CommissionInput(
    policy_id=policy.id, provider_id=me.organization_id, contract_number="HT-7003", fee_mode=FeeMode.PREMIUM_RATIO, fee="126000.00",
    lines=[ServiceLineInput(category=ServiceCategory.HAZARD_INSPECTION, times=1, description="脚手架专项隐患排查")],
    period_start=today, period_end=end,
))
commission = answer(Commission, ordered)
submitted = submit_commission.sync_detailed(commission.id, client=insurer, if_match=version(ordered), idempotency_key=key())
answer(Commission, submitted)
accepted = accept_commission.sync_detailed(commission.id, client=provider, if_match=version(submitted), idempotency_key=key())
answer(Commission, accepted)
late = withdraw_commission.sync_detailed(
    commission.id, client=insurer, if_match=version(ordered), idempotency_key=key(), body=ReasonInput(reason="不再需要"),
)
assert answer(Problem, late).code == "version_stale", "an old version is refused"

# A4.3
planned = create_service_plan.sync_detailed(client=provider, idempotency_key=key(), body=ServicePlanInput(
    commission_id=commission.id, summary="脚手架专项隐患排查一次。", services=[PlannedServiceInput(
        line_id=commission.lines[0].id, window_start=today, window_end=today + timedelta(days=120), method="现场检查",
        expected_outcome="隐患清单与整改建议书", group_size=3,
    )],
))
plan = answer(ServicePlan, planned)
handed_in = submit_service_plan.sync_detailed(plan.id, client=provider, if_match=version(planned), idempotency_key=key())
answer(ServicePlan, handed_in)
confirmed = confirm_service_plan.sync_detailed(plan.id, client=insurer, if_match=version(handed_in), idempotency_key=key())
assert answer(ServicePlan, confirmed).status == "confirmed"

# A4.4: the plan is confirmed, and its service has become a visit. The provider proposes a group and a time, and everyone agrees.
visit_id = answer(VisitPage, list_visits.sync_detailed(client=provider, commission_id=commission.id)).items[0].id
experts = [login(name) for name in ("expert-1", "expert-7", "expert-8")]
leader = experts[0]
callers = [answer(Caller, get_caller.sync_detailed(client=expert)) for expert in experts]
expert_ids = [caller.expert_id for caller in callers if caller.expert_id]
specialties = (Specialty.CIVIL, Specialty.MECHANICAL, Specialty.ELECTRICAL)
now = datetime.now(timezone.utc)
read = get_visit.sync_detailed(visit_id, client=provider)
assert answer(Visit, read).status is VisitStatus.PLANNED
turn = propose_visit.sync_detailed(visit_id, client=provider, if_match=version(read), idempotency_key=key(), body=VisitProposalInput(
    slots=[TimeSlot(start=now + timedelta(minutes=5), end=now + timedelta(minutes=125))], leader_id=expert_ids[0],
    members=[ProposedMemberInput(expert_id=expert, specialties=[specialty]) for expert, specialty in zip(expert_ids, specialties, strict=True)],
))
for party in (contractor, *experts):
    assert answer(Visit, turn).status is VisitStatus.PROPOSED, "the last answer agrees the time"
    turn = agree_visit.sync_detailed(visit_id, client=party, if_match=version(turn), idempotency_key=key(), body=VisitAnswerInput(slots=[1]))
assert answer(Visit, turn).status is VisitStatus.AGREED

# A4.5: the five steps on site
turn = start_visit.sync_detailed(visit_id, client=leader, if_match=version(turn), idempotency_key=key())
assert answer(Visit, turn).status is VisitStatus.IN_PROGRESS
for step in (VisitStepNameInput.BRIEFING, VisitStepNameInput.DIVISION_OF_WORK, VisitStepNameInput.SITE_SURVEY, VisitStepNameInput.DOCUMENT_REVIEW):
    turn = record_visit_step.sync_detailed(visit_id, client=leader, if_match=version(turn), idempotency_key=key(),
                                           body=VisitStepInput(step=step, taken_at=datetime.now(timezone.utc)))
    answer(Visit, turn)
advised = issue_rectification_proposal.sync_detailed(visit_id, client=leader, if_match=version(turn), idempotency_key=key(), body=RectificationProposalInput(
    advice="请加强临边防护的日常检查。", taken_at=datetime.now(timezone.utc),
))
assert answer(RectificationProposal, advised).visit_id == visit_id
turn = end_visit.sync_detailed(visit_id, client=leader, if_match=version(advised), idempotency_key=key())
assert answer(Visit, turn).status is VisitStatus.ENDED

# A4.6: the material, sent and read again byte by byte
for kind, name, data in ((AttachmentKind.INSPECTION_RECORD, "record.pdf", b"%PDF-1.4 %%EOF"), (AttachmentKind.PHOTO, "photo.webp", b"RIFF....WEBPVP8 ")):
    sent = upload_visit_attachment.sync_detailed(visit_id, client=leader, kind=kind, file_name=name, idempotency_key=key(), body=File(BytesIO(data)))
    content = get_attachment_content.sync_detailed(answer(Attachment, sent).id, client=leader)
    assert answer(File, content).payload.read() == data, name
turn = submit_visit.sync_detailed(visit_id, client=leader, if_match=version(turn), idempotency_key=key(),
                                  body=VisitConclusionInput(conclusion="现场安全管理总体受控。"))
handed = answer(Visit, turn)
assert handed.status is VisitStatus.SUBMITTED and handed.late is False
turn = accept_visit.sync_detailed(visit_id, client=provider, if_match=version(turn), idempotency_key=key())
assert answer(Visit, turn).status is VisitStatus.ACCEPTED

# A4.7: the report. The request that is sent twice with one key is done once.
once = key()
body = ServiceReportInput(commission_id=commission.id, evaluation="项目安全管理体系基本健全。", conclusion="约定服务已全部完成。")
drafted = create_service_report.sync_detailed(client=provider, idempotency_key=once, body=body)
report_id = answer(ServiceReport, drafted).id
assert answer(ServiceReport, create_service_report.sync_detailed(client=provider, idempotency_key=once, body=body)).id == report_id
reported = submit_service_report.sync_detailed(report_id, client=provider, if_match=version(drafted), idempotency_key=key())
acknowledged = acknowledge_service_report.sync_detailed(report_id, client=insurer, if_match=version(reported), idempotency_key=key())
assert answer(ServiceReport, acknowledged).status is ServiceReportStatus.ACKNOWLEDGED
assert answer(Commission, get_commission.sync_detailed(commission.id, client=insurer)).status is CommissionStatus.COMPLETED
print("openapi-python-client: the seven steps ran")
