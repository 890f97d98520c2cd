import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/** The seven steps of the flow, through the client of openapi-generator: Flow SERVER PASSWORD */
public final class Flow {
    private static String server;
    private static String password;

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static void expect(boolean holds, String what) {
        if (!holds) throw new IllegalStateException("not as expected: " + what);
    }

    private static String version(ApiResponse<?> answer) {
        return answer.getHeaders().entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase("ETag"))
            .map(header -> header.getValue().get(0)).findFirst().orElseThrow();
    }

    private static ApiClient client() {
        ApiClient client = new ApiClient();
        client.updateBaseUri(server);
        return client;
    }

    private static ApiClient login(String loginName) throws ApiException {
        SessionTokens tokens = new SessionsApi(client()).loginUser(new LoginInput().loginName(loginName).password(password), key());
        ApiClient client = client();
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + tokens.getAccessToken()));
        return client;
    }

    private static ProjectParty organization(ApiClient caller, Port port) throws ApiException {
        OrganizationPage page = new OrganizationsApi(caller).listOrganizations(port, OrganizationStatus.ACTIVE, null, null, 1, null, null);
        return new ProjectParty().organizationId(page.getItems().get(0).getId());
    }

    public static void main(String[] arguments) throws Exception {
        server = arguments[0];
        password = arguments[1];
        LocalDate today = LocalDate.now(ZoneId.of("Asia/Shanghai"));
        LocalDate end = today.plusDays(540);
        ApiClient contractor = login("contractor-1-operator");
        ApiClient insurer = login("insurer-1-operator");
        ApiClient provider = login("provider-1-operator");

        // A4.1
        ProjectsApi projects = new ProjectsApi(contractor);
        ApiResponse<Project> draft = projects.createProjectWithHttpInfo(new ProjectInput()
            .name("集美示例学校综合楼").category(ProjectCategory.BUILDING).address("厦门市集美区示例路 88 号").district(District.JIMEI)
            .location(new Coordinates().longitude(118.101).latitude(24.602).coordinateSystem(CoordinateSystem.GCJ02))
            .contractPrice("86000000.00").floorArea("21000.50").plannedStart(today).plannedEnd(end)
            .supervisor(organization(contractor, Port.SUPERVISOR)).owner(organization(contractor, Port.OWNER))
            .leaderName("陈示工").leaderMobile("19900000208"), key());
        UUID projectId = draft.getData().getId();
        Project registered = projects.registerProject(projectId, version(draft), key());
        expect(registered.getStatus() == ProjectStatus.REGISTERED, "the project is registered");

        // A4.2
        UUID organizationId = new SessionsApi(provider).getCaller().getOrganizationId();
        Policy policy = new PoliciesApi(insurer).createPolicy(new PolicyInput()
            .projectId(projectId).policyNumber("JV-" + key()).premiumTotal("600000.00").premiumReceived("360000.00")
            .indemnityLimit("20000000.00").periodStart(today).periodEnd(end), key());
        expect(policy.getFeeCap().equals("126000.00"), "21 % of the premium (A3.1)");
        CommissionsApi commissions = new CommissionsApi(insurer);
        ApiResponse<Commission> ordered = commissions.createCommissionWithHttpInfo(new CommissionInput()
            .policyId(policy.getId()).providerId(organizationId).contractNumber("HT-7004").feeMode(FeeMode.PREMIUM_RATIO).fee("126000.00")
            .lines(List.of(new ServiceLineInput().category(ServiceCategory.HAZARD_INSPECTION).times(1).description("脚手架专项隐患排查")))
            .periodStart(today).periodEnd(end), key());
        UUID commissionId = ordered.getData().getId();
        ApiResponse<Commission> submitted = commissions.submitCommissionWithHttpInfo(commissionId, version(ordered), key());
        new CommissionsApi(provider).acceptCommission(commissionId, version(submitted), key());
        try {
            commissions.withdrawCommission(commissionId, version(ordered), new ReasonInput().reason("不再需要"), key());
            expect(false, "an old version is refused");
        } catch (ApiException refused) {
            expect(refused.getCode() == 412 && refused.getResponseBody().contains("\"version_stale\""), refused.getResponseBody());
        }

        // A4.3
        ServicePlansApi plans = new ServicePlansApi(provider);
        ApiResponse<ServicePlan> planned = plans.createServicePlanWithHttpInfo(new ServicePlanInput()
            .commissionId(commissionId).summary("脚手架专项隐患排查一次。").services(List.of(new PlannedServiceInput()
                .lineId(ordered.getData().getLines().get(0).getId()).windowStart(today).windowEnd(today.plusDays(120)).method("现场检查")
                .expectedOutcome("隐患清单与整改建议书").groupSize(3))), key());
        UUID planId = planned.getData().getId();
        ApiResponse<ServicePlan> handedIn = plans.submitServicePlanWithHttpInfo(planId, version(planned), key());
        ServicePlan confirmed = new ServicePlansApi(insurer).confirmServicePlan(planId, version(handedIn), key());
        expect(confirmed.getStatus() == ServicePlanStatus.CONFIRMED, "the plan is confirmed");

        // A4.4: the plan's service has become a visit. The provider proposes a group and a time, and everyone agrees.
        VisitsApi visits = new VisitsApi(provider);
        UUID visitId = visits.listVisits(null, null, commissionId, null, null, null, null).getItems().get(0).getId();
        List<ApiClient> experts = List.of(login("expert-1"), login("expert-7"), login("expert-8"));
        List<Specialty> specialties = List.of(Specialty.CIVIL, Specialty.MECHANICAL, Specialty.ELECTRICAL);
        List<ProposedMemberInput> members = new ArrayList<>();
        for (ApiClient expert : experts) {
            members.add(new ProposedMemberInput().expertId(new SessionsApi(expert).getCaller().getExpertId())
                .specialties(List.of(specialties.get(members.size()))));
        }
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        ApiResponse<Visit> turn = visits.getVisitWithHttpInfo(visitId, null);
        expect(turn.getData().getStatus() == VisitStatus.PLANNED, "the visit is planned");
        turn = visits.proposeVisitWithHttpInfo(visitId, version(turn), new VisitProposalInput()
            .slots(List.of(new TimeSlot().start(now.plusMinutes(5)).end(now.plusMinutes(125))))
            .leaderId(members.get(0).getExpertId()).members(members), key());
        List<ApiClient> parties = new ArrayList<>(List.of(contractor));
        parties.addAll(experts);
        for (ApiClient party : parties) {
            expect(turn.getData().getStatus() == VisitStatus.PROPOSED, "the last answer agrees the time");
            turn = new VisitsApi(party).agreeVisitWithHttpInfo(visitId, version(turn), new VisitAnswerInput().slots(List.of(1)), key());
        }
        expect(turn.getData().getStatus() == VisitStatus.AGREED, "the visit is agreed");

        // A4.5: the five steps on site
        VisitsApi onSite = new VisitsApi(experts.get(0));
        turn = onSite.startVisitWithHttpInfo(visitId, version(turn), key());
        expect(turn.getData().getStatus() == VisitStatus.IN_PROGRESS, "the visit is in progress");
        for (VisitStepNameInput step : List.of(VisitStepNameInput.BRIEFING, VisitStepNameInput.DIVISION_OF_WORK,
                VisitStepNameInput.SITE_SURVEY, VisitStepNameInput.DOCUMENT_REVIEW)) {
            turn = onSite.recordVisitStepWithHttpInfo(visitId, version(turn),
                new VisitStepInput().step(step).takenAt(OffsetDateTime.now(ZoneOffset.UTC)), key());
        }
        ApiResponse<RectificationProposal> advised = onSite.issueRectificationProposalWithHttpInfo(visitId, version(turn),
            new RectificationProposalInput().advice("请加强临边防护的日常检查。").takenAt(OffsetDateTime.now(ZoneOffset.UTC)), key());
        turn = onSite.endVisitWithHttpInfo(visitId, version(advised), key());
        expect(turn.getData().getStatus() == VisitStatus.ENDED, "the visit has ended");

        // A4.6: the material, sent and read again byte by byte
        AttachmentsApi attachments = new AttachmentsApi(experts.get(0));
        upload(attachments, visitId, AttachmentKind.INSPECTION_RECORD, "record.pdf", "%PDF-1.4 %%EOF");
        upload(attachments, visitId, AttachmentKind.PHOTO, "photo.webp", "RIFF....WEBPVP8 ");
        turn = onSite.submitVisitWithHttpInfo(visitId, version(turn), new VisitConclusionInput().conclusion("现场安全管理总体受控。"), key());
        expect(turn.getData().getStatus() == VisitStatus.SUBMITTED && !turn.getData().getLate(), "the material is there in time");
        turn = visits.acceptVisitWithHttpInfo(visitId, version(turn), key());
        expect(turn.getData().getStatus() == VisitStatus.ACCEPTED, "the material is accepted");

        // A4.7: the report. The request that is sent twice with one key is done once.
        ServiceReportsApi reports = new ServiceReportsApi(provider);
        String once = key();
        ServiceReportInput body = new ServiceReportInput().commissionId(commissionId).evaluation("项目安全管理体系基本健全。")
            .conclusion("约定服务已全部完成。");
        ApiResponse<ServiceReport> drafted = reports.createServiceReportWithHttpInfo(body, once);
        UUID reportId = drafted.getData().getId();
        expect(reports.createServiceReport(body, once).getId().equals(reportId), "the same report");
        ApiResponse<ServiceReport> reported = reports.submitServiceReportWithHttpInfo(reportId, version(drafted), key(), new ServiceReportSubmissionInput());
        ServiceReport acknowledged = new ServiceReportsApi(insurer).acknowledgeServiceReport(reportId, version(reported), key());
        expect(acknowledged.getStatus() == ServiceReportStatus.ACKNOWLEDGED, "the report is acknowledged");
        expect(commissions.getCommission(commissionId, null).getStatus() == CommissionStatus.COMPLETED, "the commission is completed");
        System.out.println("openapi-generator, Java: the seven steps ran");
    }

    private static void upload(AttachmentsApi attachments, UUID visitId, AttachmentKind kind, String name, String text) throws Exception {
        Path file = Files.createTempFile("anze", name);
        Files.writeString(file, text);
        Attachment sent = attachments.uploadVisitAttachment(visitId, kind, name, file.toFile(), null, null, null, null, key());
        File content = attachments.getAttachmentContent(sent.getId());
        expect(Files.mismatch(content.toPath(), file) == -1, name + " is what was sent");
        expect(content.delete() && Files.deleteIfExists(file), "both files are temporary ones");
    }
}
