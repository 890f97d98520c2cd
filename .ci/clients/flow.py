"""The first three steps of the flow, a file and a report, through the package of openapi-python-client: flow.py SERVER PASSWORD"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from uuid import uuid4

from anze.api.attachments import get_attachment_content, list_attachments
from anze.api.commissions import accept_commission, create_commission, submit_commission, withdraw_commission
from anze.api.organizations import list_organizations
from anze.api.policies import create_policy
from anze.api.projects import create_project, list_projects, register_project
from anze.api.service_plans import confirm_service_plan, create_service_plan, submit_service_plan
from anze.api.service_reports import list_service_reports
from anze.api.sessions import get_caller, login_user
from anze.api.visits import list_visits
from anze.client import AuthenticatedClient, Client
from anze.models import (
    AttachmentPage, Caller, Commission, CommissionInput, Coordinates, CoordinateSystem, District, FeeMode, LoginInput, OrganizationPage, OrganizationStatus,
    PlannedServiceInput, Policy, PolicyInput, Port, Problem, Project, ProjectCategory, ProjectInput, ProjectPage, ProjectParty,
    ProjectStatus, ReasonInput, ServiceCategory, ServiceLineInput, ServicePlan, ServicePlanInput, ServiceReportPage, SessionTokens, VisitPage,
    VisitStatus,
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

# A4.7: a report, and the files of a visit
assert answer(ServiceReportPage, list_service_reports.sync_detailed(client=insurer, limit=1)).items
visits = answer(VisitPage, list_visits.sync_detailed(client=provider, status=VisitStatus.ACCEPTED))
attachments = [
    file for visit in visits.items for file in answer(AttachmentPage, list_attachments.sync_detailed(visit.id, client=provider)).items
]
content = answer(File, get_attachment_content.sync_detailed(attachments[0].id, client=provider)).payload.read()
assert len(content) == attachments[0].size > 0
print(f"openapi-python-client: the flow ran, {len(content)} bytes of a file")
