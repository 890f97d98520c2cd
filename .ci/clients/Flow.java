import java.io.File;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/** The first three steps of the flow, a file and a report, through the client of openapi-generator: Flow SERVER PASSWORD */
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
        OrganizationPage page = new OrganizationsApi(caller).listOrganizations(port, OrganizationStatus.ACTIVE, null, 1, null, null);
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

        // A4.7: a report, and the files of a visit
        expect(!new ServiceReportsApi(insurer).listServiceReports(null, null, null, 1, null, null).getItems().isEmpty(), "a report");
        AttachmentsApi attachments = new AttachmentsApi(provider);
        long bytes = 0;
        for (Visit visit : new VisitsApi(provider).listVisits(VisitStatus.ACCEPTED, null, null, null, null, null).getItems()) {
            for (Attachment file : attachments.listAttachments(visit.getId(), null, null, null, null, null).getItems()) {
                File content = attachments.getAttachmentContent(file.getId());
                expect(content.length() == file.getSize(), "the whole file");
                expect(content.delete(), "the file is a temporary one");
                bytes += file.getSize();
            }
        }
        expect(bytes > 0, "a file of an accepted visit");
        System.out.println("openapi-generator, Java: the flow ran, " + bytes + " bytes of files");
    }
}
